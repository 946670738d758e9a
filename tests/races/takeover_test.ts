/**
 * A takeover while the agent it takes from still moves: locks are taken and given back, tasks and claims
 * come and go at the same time. Nothing has two holders, nothing is lost, no token is given twice.
 */
import { assertEquals } from "@std/assert";
import { shadowKey } from "../../lib/coordination/heartbeats/keys.ts";
import { registerShadow, takeOver } from "../../lib/coordination/heartbeats/mod.ts";
import { shadowHandOver } from "../../lib/coordination/heartbeats/take_over.ts";
import { claimWork, listClaimsOf } from "../../lib/coordination/claims/mod.ts";
import { acquireLock, listLocksOf, releaseLock } from "../../lib/coordination/locks/mod.ts";
import { claimTask, createTask, listTasksOf } from "../../lib/coordination/tasks/mod.ts";
import type { RunningJob } from "../../lib/kernel/jobs/mod.ts";
import { transact } from "../../lib/kernel/kv/mod.ts";
import { type TestApp, testApp } from "../harness/test_app.ts";

const ROUNDS = 40;
const call = { workspaceId: "default", actor: "agent:phoenix" };
const acquire = (app: TestApp, agentId: string, path: string) =>
  acquireLock(app, call, { agentId, path }).then(({ lock }) => lock!.token, () => null);
const release = (app: TestApp, agentId: string, path: string) =>
  releaseLock(app, call, { agentId, path }).then(() => true, () => false);
const held = async (app: TestApp, agentId: string) =>
  new Map(
    (await listLocksOf(app.ctx, "default", agentId)).map((lock) => [lock.resourcePath, lock.token]),
  );

async function round(app: TestApp, n: number): Promise<void> {
  const [phoenix, heron] = [`phoenix-${n}`, `heron-${n}`];
  const paths = [0, 1, 2, 3, 4].map((i) => `src/${n}/${i}.ts`);
  const before = new Map<string, number>();
  for (const path of paths.slice(0, 3)) before.set(path, (await acquire(app, phoenix, path))!);
  const task = await createTask(app.ctx, call, { title: `Task ${n}` });
  await registerShadow(app.ctx, call, { agentId: phoenix, shadowId: heron });
  const [takeover, gaveBack, ...moves] = await Promise.all([
    takeOver(app.ctx, call, { agentId: phoenix, force: true }),
    release(app, phoenix, paths[0]!),
    acquire(app, phoenix, paths[3]!),
    acquire(app, phoenix, paths[4]!),
    claimTask(app.ctx, call, { taskId: task.id, agentId: phoenix }).then(() => true, () => false),
    claimWork(app.ctx, call, { what: `work ${n}`, by: phoenix }).then(() => true, () => false),
  ]);
  const [left, taken] = [await held(app, phoenix), await held(app, heron)];
  assertEquals(new Map(takeover.locks.map((one) => [one.resourcePath, one.token])), taken);
  for (const [path, token] of before) {
    const isFree = path === paths[0] && gaveBack;
    assertEquals([left.has(path), taken.has(path)], [false, !isFree], path);
    if (!isFree) assertEquals(taken.get(path)! > token, true, path);
  }
  for (const [i, path] of paths.slice(3).entries()) {
    // Taken before the takeover: handed over. After it: the agent's own.
    assertEquals(Number(left.has(path)) + Number(taken.has(path)), 1, path);
    assertEquals(left.get(path) ?? moves[i], moves[i], path);
  }
  const holders = async (list: (agentId: string) => Promise<readonly unknown[]>) =>
    (await list(phoenix)).length + (await list(heron)).length;
  assertEquals(await holders((id) => listTasksOf(app.ctx, "default", id)), 1);
  assertEquals(await holders((id) => listClaimsOf(app.ctx, "default", id)), 1);
}

Deno.test(`a takeover from an agent that still moves: one holder for each thing, ${ROUNDS} rounds`, async () => {
  await using app = await testApp({ kv: "file" });
  for (let n = 0; n < ROUNDS; n++) await round(app, n);
});

Deno.test("a process that dies between the commits of a takeover: the job hands over the rest, and only that", async () => {
  await using app = await testApp();
  await acquire(app, "phoenix", "src/old.ts");
  await registerShadow(app.ctx, call, { agentId: "phoenix", shadowId: "heron" });
  const key = shadowKey("default", "phoenix");
  // What the first commit leaves behind when it takes nothing.
  await transact(app.ctx, "default", async (tx) => {
    const record = await tx.get<object>(key);
    tx.set(key, { ...record, status: "taken-over", takeoverAtMs: app.ctx.clock.now() });
  });
  const at = app.ctx.clock.now();
  while (app.ctx.clock.now() === at) await app.ctx.kv.get(key);
  await acquire(app, "phoenix", "src/new.ts");
  const job = { workspaceId: "default" } as RunningJob;
  await shadowHandOver.handler(app.ctx, { primaryAgent: "phoenix" }, job);
  await shadowHandOver.handler(app.ctx, { primaryAgent: "phoenix" }, job);
  assertEquals([...(await held(app, "heron")).keys()], ["src/old.ts"]);
  assertEquals([...(await held(app, "phoenix")).keys()], ["src/new.ts"]);
});
