/** Two instances on one denokv: events cross over, a job runs once, a dead one's work is taken over. */
import { assert, assertEquals } from "@std/assert";
import { z } from "zod";
import { type Clock, ManualClock, systemClock } from "../../lib/kernel/core/clock.ts";
import { ulidIds } from "../../lib/kernel/core/ids.ts";
import { openHub } from "../../lib/kernel/events/mod.ts";
import { type AnyJob, defineJob, Instance, startWorker } from "../../lib/kernel/jobs/mod.ts";
import { defineKey, openStore, transact } from "../../lib/kernel/kv/mod.ts";
import { type DenoKvServer, startDenoKv } from "../harness/denokv.ts";

const ran = defineKey("ran", { slice: "test", version: 1, retention: "keep", encoding: "sum" });
const log = { warn() {}, error() {} };
const ids = ulidIds(() => Date.now());
const schema = z.object({ n: z.number() });

async function node(server: DenoKvServer, clock: Clock = systemClock) {
  const kv = await openStore({ path: server.url, clock, log });
  return { kv, clock, ids, log };
}
type Node = Awaited<ReturnType<typeof node>>;

async function workOn(ctx: Node, jobs: AnyJob[]) {
  const instance = new Instance(ctx, { ttlMs: 400 });
  await instance.start();
  return startWorker(ctx, jobs, { instance, concurrency: 8 });
}

async function eventsCrossOver(server: DenoKvServer): Promise<void> {
  const [a, b] = [await node(server), await node(server)];
  const hub = openHub(b);
  const seen: number[] = [];
  const following = (async () => {
    for await (const event of hub.followEvents("cross", "s")) {
      seen.push(JSON.parse(event.json).n);
      if (seen.length === 40) return;
    }
  })();
  for (let n = 0; n < 40; n++) await transact(a, "cross", (tx) => tx.emit("s", { type: "t", n }));
  await following;
  assertEquals(seen, Array.from({ length: 40 }, (_, n) => n));
  hub.close();
  await Promise.all([a.kv.close(), b.kv.close()]);
}

async function jobsRunOnce(server: DenoKvServer): Promise<void> {
  const [a, b] = [await node(server), await node(server)];
  const total = 60;
  let done = 0;
  const all = Promise.withResolvers<void>();
  const job = (ctx: Node) =>
    defineJob("count.once", {
      schema,
      handler: async (_: unknown, { n }, running) => {
        await transact(ctx, running.workspaceId, (tx) => {
          running.complete(tx);
          tx.sum(ran("once", n), 1);
        });
        if (++done === total) all.resolve();
      },
    });
  const workers = await Promise.all([workOn(a, [job(a)]), workOn(b, [job(b)])]);
  for (let n = 0; n < total; n++) {
    await transact(a, n % 2 ? "once" : `other${n % 5}`, (tx) => tx.enqueue(job(a), { n }));
  }
  await all.promise;
  await Promise.all(workers.map((worker) => worker.drain(2_000)));
  const counts = await Array.fromAsync(a.kv.list<number>({ prefix: ran.prefix("once") }));
  assertEquals(counts.map((entry) => entry.value), new Array(total).fill(1));
  await Promise.all([a.kv.close(), b.kv.close()]);
}

async function deadIsTakenOver(server: DenoKvServer): Promise<void> {
  // Its clock stands still, so it never beats again: to the other it is dead.
  const stopped = new ManualClock(Date.now());
  const [dead, alive] = [await node(server, stopped), await node(server)];
  const held = Promise.withResolvers<void>();
  const stuck = defineJob("thing.do", {
    schema,
    handler: (_: unknown, __, running) => {
      held.resolve();
      return new Promise<void>((_resolve, reject) =>
        running.signal.addEventListener("abort", () => reject(running.signal.reason))
      );
    },
  });
  const holder = await workOn(dead, [stuck]);
  await transact(dead, "take", (tx) => tx.enqueue(stuck, { n: 1 }, { id: "only" }));
  await held.promise;
  const taken = Promise.withResolvers<number>();
  const started = performance.now();
  const other = defineJob("thing.do", {
    schema,
    handler: () => taken.resolve(performance.now() - started),
  });
  const taker = await workOn(alive, [other]);
  const elapsed = await taken.promise;
  assert(elapsed < 400 + 500 + 600, `taken over after ${elapsed} ms`);
  const late = dead.kv.writeSet().touch(ran("take"));
  holder.instance.assume(late);
  assertEquals((await dead.kv.submit(late)).ok, false);
  await taker.drain(1_000);
  const draining = holder.drain(0);
  stopped.advance(0);
  await draining;
  await Promise.all([dead.kv.close(), alive.kv.close()]);
}

Deno.test("two instances on a denokv server", async (t) => {
  await using server = await startDenoKv();
  if (!server) {
    console.log("denokv not built");
    return;
  }
  await t.step(
    "an event appended on one reaches a follower on the other",
    () => eventsCrossOver(server),
  );
  await t.step("a job runs once, whoever claims it", () => jobsRunOnce(server));
  await t.step(
    "a dead instance is taken over after its time and cannot commit",
    () => deadIsTakenOver(server),
  );
});
