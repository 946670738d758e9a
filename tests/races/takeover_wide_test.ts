/**
 * A takeover while the agent it takes from asks for what many locks cover: what it held when the server
 * looked is another's by the time it is granted.
 */
import { assertEquals, assertRejects } from "@std/assert";
import { registerShadow, takeOver } from "../../lib/coordination/heartbeats/mod.ts";
import { shadowWatch } from "../../lib/coordination/heartbeats/take_over.ts";
import { lockGateKey } from "../../lib/coordination/locks/keys.ts";
import {
  acquireLock,
  announceHandOver,
  checkLocks,
  createLockWaiters,
  getLockState,
  guardLock,
  listLocksOf,
} from "../../lib/coordination/locks/mod.ts";
import type { LockTarget } from "../../lib/coordination/locks/schema.ts";
import type { AppContext } from "../../lib/kernel/context.ts";
import { AppError } from "../../lib/kernel/core/errors.ts";
import { openHub } from "../../lib/kernel/events/mod.ts";
import type { RunningJob } from "../../lib/kernel/jobs/mod.ts";
import { silentLogger } from "../../lib/kernel/platform/log.ts";
import { hubContext } from "../harness/hub_context.ts";
import { type TestApp, testApp } from "../harness/test_app.ts";

const call = { workspaceId: "default", actor: "agent:phoenix" };
const NINE = Array.from({ length: 9 }, (_, i) => `src/${i}.ts`);

/** The app with a store whose next read of several records is overtaken by `meanwhile`. */
function overtaken(app: TestApp, meanwhile: () => Promise<unknown>): TestApp {
  let done = false;
  const kv = new Proxy(app.ctx.kv, {
    get(store, name) {
      const value = Reflect.get(store, name, store);
      if (name !== "getMany" || done) {
        return typeof value === "function" ? value.bind(store) : value;
      }
      return async (keys: Parameters<typeof store.getMany>[0]) => {
        const entries = await store.getMany(keys);
        if (!done) {
          done = true;
          await meanwhile();
        }
        return entries;
      };
    },
  });
  return { ...app, ctx: { ...app.ctx, kv } };
}

for (
  const [name, target] of [["a glob", { glob: "src/**" }], ["nine paths", { paths: NINE }]] as [
    string,
    LockTarget,
  ][]
) {
  Deno.test(`acquireLock() of ${name} over a lock taken over meanwhile is refused: one holder, no old token`, async () => {
    await using app = await testApp();
    const { lock } = await acquireLock(app, call, { agentId: "phoenix", path: "src/0.ts" });
    await registerShadow(app.ctx, call, { agentId: "phoenix", shadowId: "heron" });
    await announceHandOver(app.ctx, "default", "phoenix");
    const host = overtaken(
      app,
      () => takeOver(app.ctx, call, { agentId: "phoenix", force: true }),
    );
    const refused = await assertRejects(
      () => acquireLock(host, call, { agentId: "phoenix", ...target }),
      AppError,
    );
    assertEquals([refused.code, refused.extension?.lockedBy], ["conflict", "heron"]);
    assertEquals(await listLocksOf(app.ctx, "default", "phoenix"), []);
    assertEquals((await getLockState(app.ctx, "default", "src/0.ts")).lock?.lockedBy, "heron");
    await assertRejects(
      () => guardLock(app.ctx, "default", { resourcePath: "src/0.ts", token: lock!.token }),
      AppError,
      "is stale",
    );
  });
}

/** Waiters on a clock nobody moves: only being woken ends a wait. */
async function stillHost() {
  const context = await hubContext();
  const ctx = { ...context, log: silentLogger } as unknown as AppContext;
  const hub = openHub(ctx);
  const waiters = createLockWaiters(ctx, hub);
  return {
    ctx,
    coordination: { waiters },
    async [Symbol.asyncDispose]() {
      hub.close();
      await waiters.close();
      await context[Symbol.asyncDispose]();
    },
  };
}

for (
  const [name, ahead, target] of [
    ["first in line", [], { path: "src/0.ts" }],
    ["behind another", ["raven"], { path: "src/0.ts" }],
    ["for a glob", [], { glob: "src/*" }],
  ] as [string, string[], LockTarget][]
) {
  Deno.test(`takeOver() answers the shadow that waits for the lock it now has: ${name}`, async () => {
    await using host = await stillHost();
    const { ctx } = host;
    const inLine = async (count: number) => {
      for (let n = 0; n < count;) {
        n = (await checkLocks(ctx, "default", { path: "src/0.ts" })).waiting;
      }
    };
    await acquireLock(host, call, { agentId: "phoenix", path: "src/0.ts" });
    await registerShadow(ctx, call, { agentId: "phoenix", shadowId: "heron" });
    const gone = new AbortController();
    const others = ahead.map((agentId) =>
      acquireLock(host, call, { agentId, path: "src/0.ts" }, { waitMs: 1_000, signal: gone.signal })
        .catch((error) => error)
    );
    await inLine(ahead.length);
    const mine = acquireLock(host, call, { agentId: "heron", ...target }, { waitMs: 1_000 });
    await inLine(ahead.length + 1);
    const { locks: [taken] } = await takeOver(ctx, call, { agentId: "phoenix", force: true });
    const { lock } = await mine;
    assertEquals([lock!.lockedBy, lock!.token >= taken!.token], ["heron", true]);
    gone.abort();
    await Promise.all(others);
  });
}

Deno.test("announceHandOver() takes no place in a line, of however many agents", async () => {
  await using host = await stillHost();
  for (let n = 0; n < 200; n++) await announceHandOver(host.ctx, "default", `agent-${n}`);
  const { lock } = await acquireLock(host, call, { agentId: "heron", glob: "src/**" });
  assertEquals(lock!.lockedBy, "heron");
});

Deno.test("shadow.watch of an agent that was heard leaves the gate of all locks alone", async () => {
  await using host = await stillHost();
  const { ctx } = host;
  await registerShadow(ctx, call, { agentId: "phoenix", shadowId: "heron" });
  await acquireLock(host, call, { agentId: "phoenix", path: "src/0.ts" });
  const { versionstamp } = await ctx.kv.get(lockGateKey("default"));
  const job = { workspaceId: "default", complete: () => {} } as unknown as RunningJob;
  await shadowWatch.handler(ctx, { primaryAgent: "phoenix" }, job);
  assertEquals((await ctx.kv.get(lockGateKey("default"))).versionstamp, versionstamp);
});
