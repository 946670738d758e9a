/** What races for locks: askers with each other, globs with paths, holders with time, waiters with death. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import fc from "fast-check";
import {
  acquireLock,
  getLockState,
  guardLock,
  type LockHost,
  releaseLock,
  stageGuard,
} from "../../lib/coordination/locks/mod.ts";
import { sweepLocks } from "../../lib/coordination/locks/expire.ts";
import { stagePlace } from "../../lib/coordination/locks/queue.ts";
import { AppError } from "../../lib/kernel/core/errors.ts";
import { defineKey, transact } from "../../lib/kernel/kv/mod.ts";
import { as, judgeLog, lockHost, lockLog } from "../harness/lock_host.ts";
import { raceForLocks, takeTurns } from "../harness/lock_race.ts";

const WS = "races";
const RUNS = 80;

Deno.test("50 agents race for one lock: exactly one wins, 200 rounds", async () => {
  const folder = await Deno.makeTempDir({ prefix: "muster-locks-" });
  {
    await using app = await lockHost(`${folder}/kv`);
    assertEquals(await raceForLocks([app], WS, { rounds: 200, agents: 50 }), []);
  }
  await Deno.remove(folder, { recursive: true });
});

Deno.test("50 agents wait for one lock in turns: each gets it, one at a time", async () => {
  await using app = await lockHost();
  const { turns, wrong } = await takeTurns([app], WS, { rounds: 10, agents: 50 });
  assertEquals([turns, wrong], [500, []]);
  assertEquals((await getLockState(app.ctx, WS, "x")).locked, false);
});

const acquire = (app: LockHost, agentId: string, target: object, waitMs = 0) =>
  acquireLock(app, as(WS, agentId), { agentId, ...target }, { waitMs });
const release = (app: LockHost, agentId: string, target: object) =>
  releaseLock(app, as(WS, agentId), { agentId, ...target });

const guarded = defineKey("guarded", { slice: "test", version: 1, retention: "keep" });

/** A write that carries a token, as checkpoints and completions are made. */
function write(app: LockHost, token: number, text: string): Promise<void> {
  return transact(app.ctx, WS, async (tx) => {
    await stageGuard(tx, { resourcePath: "x", token }, app.ctx.clock.now());
    tx.set(guarded(WS), text);
  });
}

Deno.test("a holder that pauses past its ttl is refused by the guard after another was granted", async () => {
  await using app = await lockHost();
  const paused = (await acquire(app, "paused", { path: "x", ttlMs: 40 })).lock!;
  await write(app, paused.token, "in time");
  const next = (await acquire(app, "next", { path: "x" }, 5_000)).lock!;
  assert(next.token > paused.token);
  await write(app, next.token, "by the next");
  const late = await assertRejects(() => write(app, paused.token, "late"), AppError);
  assertEquals(late.code, "conflict");
  await assertRejects(
    () => guardLock(app.ctx, WS, { resourcePath: "x", token: paused.token }),
    AppError,
  );
  assertEquals((await app.kv.get(guarded(WS))).value, "by the next");
});

Deno.test("a guarded write and the loss of its lock never both happen: 100 of 100", async () => {
  await using app = await lockHost();
  for (let round = 0; round < 100; round++) {
    const { token } = (await acquire(app, "a", { path: "x" })).lock!;
    const [written, freed] = await Promise.allSettled([
      write(app, token, `round ${round}`),
      release(app, "a", { path: "x" }),
    ]);
    assertEquals(freed.status, "fulfilled");
    const { value, versionstamp } = await app.kv.get<string>(guarded(WS));
    const isThere = value === `round ${round}`;
    assertEquals(written.status === "fulfilled", isThere, `${versionstamp}`);
  }
});

Deno.test("a waiter whose instance died blocks the next only until its place runs out", async () => {
  await using app = await lockHost();
  await acquire(app, "holder", { path: "x" });
  const aliveMs = 300;
  const place = { id: "lock_dead", agentId: "dead", store: "gone", maxWaiting: 9, waits: true };
  await transact(app.ctx, WS, (tx) => {
    const target = { kind: "path", paths: ["x"] } as const;
    return stagePlace(app.ctx, tx, target, { ...place, aliveMs }, app.ctx.clock.now());
  });
  const from = performance.now();
  const next = acquire(app, "next", { path: "x" }, 10_000);
  await release(app, "holder", { path: "x" });
  assertEquals((await next).lock!.lockedBy, "next");
  const waitedMs = performance.now() - from;
  assert(waitedMs > aliveMs * 0.8 && waitedMs < aliveMs + 400, `${waitedMs} ms`);
});

Deno.test("a caller that asked for a glob and died holds up the paths it covers only as long", async () => {
  await using app = await lockHost();
  const place = { id: "lock_dead", agentId: "dead", store: "gone", maxWaiting: 9, waits: false };
  await transact(app.ctx, WS, (tx) => {
    const target = { kind: "glob", glob: "src/**" } as const;
    return stagePlace(app.ctx, tx, target, { ...place, aliveMs: 200 }, app.ctx.clock.now());
  });
  const from = performance.now();
  const other = await acquire(app, "other", { path: "docs/a" });
  assertEquals(other.locks.length, 1);
  assert(performance.now() - from < 150);
  assertEquals((await acquire(app, "next", { path: "src/a" })).lock!.lockedBy, "next");
  assert(performance.now() - from >= 150);
});

Deno.test("waiters that go away at any moment never leave a lock held or a place taken", async () => {
  await using app = await lockHost();
  for (let round = 0; round < 60; round++) {
    await acquire(app, "holder", { path: "x" });
    const gone = new AbortController();
    const input = { path: "x", agentId: "gone" };
    const first = acquireLock(app, as(WS, "gone"), input, { waitMs: 9_000, signal: gone.signal });
    const next = acquire(app, "next", { path: "x" }, 9_000);
    // A few turns of the microtask queue apart, so that some go before, some in, some after the handover.
    let ticks = round * 3;
    const leave = (): void => ticks-- > 0 ? queueMicrotask(leave) : gone.abort();
    leave();
    // Whoever is answered did not go.
    const answered = first.then(() => release(app, "gone", { path: "x" }), () => {});
    await Promise.all([release(app, "holder", { path: "x" }), answered, next]);
    await release(app, "next", { path: "x" });
    assertEquals((await getLockState(app.ctx, WS, "x")).locked, false);
  }
  assertEquals(app.coordination.waiters.size, 0);
  assertEquals(judgeLog(await lockLog(app.ctx, WS)).wrong, []);
});

const PATHS = ["a", "s/a", "s/b", "s/t/c", "d/e", "m/0"];
/** More than one commit checks. */
const MANY = [...PATHS, "m/1", "m/2", "m/3", "m/4", "m/5"];
const agent = fc.constantFrom("ann", "bob", "cat");
const target = fc.oneof(
  fc.constantFrom(...PATHS).map((path) => ({ path })),
  fc.subarray(PATHS, { minLength: 2 }).map((paths) => ({ paths })),
  fc.subarray(MANY, { minLength: 9 }).map((paths) => ({ paths })),
  fc.constantFrom("s/**", "**", "s/*", "*", "**/a", "d/?").map((glob) => ({ glob })),
);
const step = fc.record({
  agentId: agent,
  target,
  ttlMs: fc.constantFrom(1, 3, 60_000),
  waitMs: fc.constantFrom(0, 0, 30),
  then: fc.constantFrom("keep", "release", "release", "force", "sweep"),
});
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

async function perform(app: LockHost, ws: string, one: Step): Promise<void> {
  const { agentId, target, ttlMs, waitMs, then } = one;
  try {
    const done = await acquireLock(app, as(ws, agentId), { agentId, ttlMs, ...target }, { waitMs });
    if (then === "keep") return;
    if (then === "sweep") return void await sweepLocks(app.ctx, ws);
    const by = then === "force" ? "force" : agentId;
    for (const { resourcePath, glob } of done.locks) {
      const what = glob ? { glob: resourcePath } : { path: resourcePath };
      await releaseLock(app, as(ws, by), { agentId: by, force: then === "force", ...what });
    }
  } catch (error) {
    if (!(error instanceof AppError) || !["conflict", "forbidden"].includes(error.code)) {
      throw error;
    }
  }
}

Deno.test("random agents at once: what overlaps is never held twice, tokens rise over all that overlaps", async () => {
  await using app = await lockHost();
  let run = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 24 }), async (steps) => {
      const ws = `random-${run++}`;
      await Promise.all(steps.map((one) => perform(app, ws, one)));
      const { wrong } = judgeLog(await lockLog(app.ctx, ws));
      assertEquals(wrong, []);
      assertEquals(app.coordination.waiters.size, 0);
    }),
    { numRuns: RUNS },
  );
});
