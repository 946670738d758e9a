import { assert, assertEquals, assertRejects } from "@std/assert";
import { z } from "zod";
import { type TempStore, tempStore } from "../../../tests/harness/temp_store.ts";
import { ManualClock, systemClock } from "../core/clock.ts";
import { AppError } from "../core/errors.ts";
import { ulidIds } from "../core/ids.ts";
import { readEvents } from "../events/read.ts";
import type { Faults } from "../kv/faults.ts";
import { defineKey } from "../kv/keyspace.ts";
import { transact } from "../kv/transact.ts";
import { listDeadLetters, replayDeadLetter } from "./dead_letters.ts";
import { type AnyJob, defineJob, type RunningJob } from "./define_job.ts";
import { Instance, listInstances } from "./instance.ts";
import { dueKey, leasedKey } from "./keys.ts";
import { startWorker, type Worker } from "./worker.ts";

const key = defineKey("k", { slice: "test", version: 1, retention: "keep" });
const ids = ulidIds(() => Date.now());
const log = { warn() {}, error() {} };

async function workerOn(store: TempStore, jobs: AnyJob[], concurrency = 10): Promise<Worker> {
  const instance = new Instance({ kv: store.kv, clock: store.clock, ids, log });
  await instance.start();
  return startWorker({ kv: store.kv, clock: store.clock, log }, jobs, { instance, concurrency });
}

/** A job whose runs are told to the test. */
function testJob(
  name: string,
  handler: (n: number, job: RunningJob) => Promise<void> | void,
  attempts = 3,
) {
  return defineJob<{ n: number }, unknown>(name, {
    schema: z.object({ n: z.number() }),
    handler: (_ctx, { n }, job) => handler(n, job),
    retry: { attempts, baseMs: 1, jitter: 0 },
  });
}

/** Resolves when it was called `count` times. */
function counted(count: number) {
  const { promise, resolve } = Promise.withResolvers<number[]>();
  const seen: number[] = [];
  return { promise, seen, hit: (n: number) => void (seen.push(n) === count && resolve(seen)) };
}

async function leftovers(store: TempStore): Promise<number> {
  const queued = await Array.fromAsync(store.kv.listBytes({ prefix: dueKey.prefix() }));
  const leased = await Array.fromAsync(store.kv.listBytes({ prefix: leasedKey.prefix() }));
  return queued.length + leased.length;
}

Deno.test("Worker runs a job enqueued in a transaction and completes it in the handler's commit", async () => {
  await using store = await tempStore();
  const ran = counted(1);
  const job = testJob("thing.do", async (n, running) => {
    await transact(store, running.workspaceId, (tx) => {
      running.complete(tx);
      tx.set(key("w", n), running.attempt);
      tx.onCommit(() => ran.hit(n));
    });
  });
  const worker = await workerOn(store, [job]);
  await transact(store, "w", (tx) => tx.enqueue(job, { n: 7 }));
  await ran.promise;
  assertEquals((await store.kv.get(key("w", 7))).value, 1);
  await worker.drain(1_000);
  assertEquals(await leftovers(store), 0);
});

Deno.test("Worker takes what was enqueued before it started", async () => {
  await using store = await tempStore();
  const ran = counted(30);
  const job = testJob("thing.do", ran.hit);
  await transact(store, "w", (tx) => {
    for (let n = 0; n < 30; n++) tx.enqueue(job, { n });
  });
  const worker = await workerOn(store, [job], 4);
  assertEquals(
    (await ran.promise).toSorted((a, b) => a - b),
    Array.from({ length: 30 }, (_, n) => n),
  );
  await worker.drain(1_000);
  assertEquals(await leftovers(store), 0);
});

Deno.test("Worker retries, then buries a job with its reason; a replay runs it again", async () => {
  await using store = await tempStore();
  let fail = true;
  const tries = counted(2);
  const done = counted(1);
  const job = testJob("thing.do", (n, running) => {
    if (!fail) return done.hit(n);
    tries.hit(running.attempt);
    throw new Error("no such luck");
  }, 2);
  const buried = Promise.withResolvers<void>();
  store.kv.onCommit((info) => info.appends.some((a) => a.stream === "jobs") && buried.resolve());
  const worker = await workerOn(store, [job]);
  await transact(store, "w", (tx) => tx.enqueue(job, { n: 1 }));
  await buried.promise;
  assertEquals(tries.seen, [1, 2]);
  const { items: [letter] } = await listDeadLetters(store, "w", { limit: 10 });
  assertEquals([letter!.code, letter!.message, letter!.job.attempt], [
    "internal",
    "no such luck",
    2,
  ]);
  const [event] = await readEvents(store, "w", "jobs");
  assertEquals(event!.type, "job.dead_lettered");
  fail = false;
  await replayDeadLetter(store, "w", letter!.job.id);
  await done.promise;
  assertEquals((await listDeadLetters(store, "w", { limit: 10 })).items, []);
  await worker.drain(1_000);
});

Deno.test("Worker buries at once a job nobody defines and one that cannot succeed", async () => {
  await using store = await tempStore();
  const unknown = testJob("thing.unknown", () => {});
  const hopeless = testJob("thing.hopeless", () => {
    throw new AppError("not_found");
  });
  const worker = await workerOn(store, [hopeless]);
  const buried = counted(2);
  store.kv.onCommit((info) => info.appends.forEach((a) => a.stream === "jobs" && buried.hit(0)));
  await transact(store, "w", (tx) => tx.enqueue(unknown, { n: 1 }));
  await transact(store, "w", (tx) => tx.enqueue(hopeless, { n: 1 }));
  await buried.promise;
  const { items } = await listDeadLetters(store, "w", { limit: 10 });
  assertEquals(items.map((letter) => letter.code).toSorted(), ["internal", "not_found"]);
  await worker.drain(1_000);
});

Deno.test("Worker does not bury a job that completed before its handler threw", async () => {
  await using store = await tempStore();
  const next = counted(1);
  const job = testJob("thing.do", async (n, running) => {
    if (n === 2) return next.hit(n);
    await transact(store, "w", (tx) => {
      running.complete(tx);
      tx.enqueue(job, { n: 2 });
    });
    throw new Error("after the fact");
  });
  const worker = await workerOn(store, [job]);
  await transact(store, "w", (tx) => tx.enqueue(job, { n: 1 }));
  await next.promise;
  await worker.drain(1_000);
  assertEquals([worker.stats.dead, worker.stats.retried, await leftovers(store)], [0, 0, 0]);
});

Deno.test("Worker runs a wake-up asked for many times once, and again when asked for while it runs", async () => {
  await using store = await tempStore();
  const gate = Promise.withResolvers<void>();
  const started = Promise.withResolvers<void>();
  const runs = counted(2);
  let overlap = 0;
  const job = testJob("run.resume", async (n) => {
    overlap++;
    assertEquals(overlap, 1);
    started.resolve();
    await gate.promise;
    overlap--;
    runs.hit(n);
  });
  const wake = (n: number) => transact(store, "w", (tx) => tx.enqueue(job, { n }, { id: "run_1" }));
  await Promise.all([wake(1), wake(2), wake(3)]);
  const worker = await workerOn(store, [job]);
  await started.promise;
  await Promise.all([wake(4), wake(5)]);
  gate.resolve();
  assertEquals(await runs.promise, [3, 5]);
  await worker.drain(1_000);
  assertEquals([worker.stats.completed, await leftovers(store)], [2, 0]);
});

Deno.test("Worker keeps jobs of one id but other kinds and workspaces apart", async () => {
  await using store = await tempStore();
  const ran = counted(3);
  const one = testJob("a.one", ran.hit);
  const two = testJob("a.two", ran.hit);
  await transact(store, "w", (tx) => {
    tx.enqueue(one, { n: 1 }, { id: "same" });
    tx.enqueue(two, { n: 2 }, { id: "same" });
  });
  await transact(store, "other", (tx) => tx.enqueue(one, { n: 3 }, { id: "same" }));
  const worker = await workerOn(store, [one, two]);
  assertEquals((await ran.promise).toSorted(), [1, 2, 3]);
  await worker.drain(1_000);
});

Deno.test("Worker wakes a delayed job when it falls due", async () => {
  const clock = new ManualClock();
  await using store = await tempStore({ clock });
  const ran = counted(2);
  const job = testJob("thing.do", ran.hit);
  const worker = await workerOn(store, [job]);
  await transact(store, "w", (tx) => tx.enqueue(job, { n: 1 }, { dueAt: clock.now() + 900 }));
  await transact(store, "w", (tx) => tx.enqueue(job, { n: 2 }));
  while (ran.seen.length < 1) await store.turn();
  assertEquals(ran.seen, [2]);
  clock.advance(899);
  assertEquals(ran.seen, [2]);
  clock.advance(1);
  await ran.promise;
  await worker.drain(0);
});

Deno.test("Worker.drain() hands back what does not finish, and its late handler cannot complete", async () => {
  await using store = await tempStore();
  const started = Promise.withResolvers<RunningJob>();
  const late = Promise.withResolvers<void>();
  const again = counted(1);
  let first = true;
  const job = testJob("thing.do", async (n, running) => {
    if (!first) return again.hit(n);
    first = false;
    started.resolve(running);
    await late.promise;
  });
  const worker = await workerOn(store, [job]);
  await transact(store, "w", (tx) => tx.enqueue(job, { n: 1 }));
  const running = await started.promise;
  await worker.drain(1);
  assert(running.signal.aborted);
  assertEquals(await listInstances(store), []);
  await assertRejects(() => transact(store, "w", (tx) => running.complete(tx)), Error, "Stopped");
  late.resolve();
  const next = await workerOn(store, [job]);
  assertEquals(await again.promise, [1]);
  await next.drain(1_000);
  assertEquals(await leftovers(store), 0);
});

Deno.test("a restarted process takes over on a file at once and counts the crash", async () => {
  await using store = await tempStore({ kind: "file" });
  const dead = new Instance({ kv: store.kv, clock: systemClock, ids, log });
  await dead.start();
  const job = testJob("thing.do", () => {});
  const staged = job.stage(store, "w", { n: 1 }, { id: "x" });
  await store.kv.submit(store.kv.writeSet().setBytes(leasedKey(dead.id, 1), staged.bytes));
  const seen: string[] = [];
  const instance = new Instance({ kv: store.kv, clock: systemClock, ids, log });
  instance.onInstanceDead((id) => void seen.push(id));
  await instance.start();
  assertEquals(seen, [dead.id]);
  const [queued] = await Array.fromAsync(
    store.kv.list<{ crashes: number }>({ prefix: dueKey.prefix() }),
  );
  assertEquals(queued!.value.crashes, 1);
  assertEquals((await listInstances(store)).map((record) => record.id), [instance.id]);
  await instance.stop();
  await dead.stop();
});

/** Lets the first `times` commits that hold `what` fail with an unknown result, before or after the fact. */
function unknownResults(when: "before" | "after", what: string, times: number): Faults {
  let left = times;
  return {
    [when]: (_n: number, holds: () => string) => {
      if (left > 0 && holds().includes(what) && left-- > 0) throw new AppError("unavailable");
    },
  };
}

for (const when of ["before", "after"] as const) {
  Deno.test(`Worker runs once what it claimed when the claim's result is lost ${when} the commit`, async () => {
    await using store = await tempStore({
      tuning: { faults: unknownResults(when, "set ql", 1) },
    });
    const ran = counted(3);
    const job = testJob("thing.do", ran.hit);
    await transact(store, "w", (tx) => {
      for (let n = 0; n < 3; n++) tx.enqueue(job, { n });
    });
    const worker = await workerOn(store, [job]);
    assertEquals((await ran.promise).toSorted(), [0, 1, 2]);
    await worker.drain(1_000);
    assertEquals([worker.stats.completed, await leftovers(store)], [3, 0]);
  });
}

Deno.test("Worker completes a job once the store takes it again, without running it twice", async () => {
  const clock = new ManualClock();
  const faults = unknownResults("before", "delete ql", 4);
  await using store = await tempStore({ clock, tuning: { faults } });
  const ran = counted(1);
  const job = testJob("thing.do", ran.hit);
  const worker = await workerOn(store, [job]);
  await transact(store, "w", (tx) => tx.enqueue(job, { n: 1 }));
  await ran.promise;
  while (worker.stats.completed < 1) {
    clock.advance(1_000);
    await store.turn();
  }
  assertEquals([ran.seen, await leftovers(store)], [[1], 0]);
  await worker.drain(0);
});

Deno.test("Worker puts a failed job back once the store takes it again", async () => {
  const clock = new ManualClock();
  const faults = unknownResults("before", "delete ql", 4);
  await using store = await tempStore({ clock, tuning: { faults } });
  const tries = counted(2);
  const job = testJob("thing.do", (_n, running) => {
    tries.hit(running.attempt);
    if (running.attempt === 1) throw new Error("no such luck");
  });
  const worker = await workerOn(store, [job]);
  await transact(store, "w", (tx) => tx.enqueue(job, { n: 1 }));
  while (worker.stats.completed < 1) {
    clock.advance(1_000);
    await store.turn();
  }
  assertEquals([tries.seen, worker.stats.retried, await leftovers(store)], [[1, 2], 1, 0]);
  await worker.drain(0);
});

Deno.test("Worker runs all that waited for a run of the same id, without the tick", async () => {
  const clock = new ManualClock();
  await using store = await tempStore({ clock });
  const gate = Promise.withResolvers<void>();
  const started = Promise.withResolvers<void>();
  const runs = counted(3);
  const job = testJob("thing.do", async (n) => {
    started.resolve();
    await gate.promise;
    runs.hit(n);
  });
  const worker = await workerOn(store, [job]);
  const at = clock.now();
  const enqueue = (n: number, dueAt?: number) =>
    transact(store, "w", (tx) => tx.enqueue(job, { n }, { id: "x", dueAt }));
  await enqueue(1);
  await started.promise;
  await enqueue(2);
  await enqueue(3, at);
  gate.resolve();
  assertEquals((await runs.promise).toSorted(), [1, 2, 3]);
  await worker.drain(0);
});
