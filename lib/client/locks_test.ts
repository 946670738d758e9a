import { assert, assertEquals, assertRejects } from "@std/assert";
import { type TestApp, testApp } from "../../tests/harness/test_app.ts";
import { type Handler, problem, scriptedServer } from "../../tests/harness/scripted_server.ts";
import { connect } from "./connect.ts";
import { isMusterError, MusterError } from "./error.ts";

const agent = (app: { readonly url: string }, agentId: string) =>
  connect({ url: app.url, agentId, retries: 0 });

const holderOf = async (app: TestApp, path: string) =>
  (await app.json<{ locked: boolean; lock?: { lockedBy: string } }>("GET", `/api/v1/locks/${path}`))
    .lock?.lockedBy;

Deno.test("acquire() holds a path until release(), which may be asked for twice", async () => {
  await using app = await testApp();
  const lock = await agent(app, "phoenix").locks.acquire("src/a.ts", { reason: "edit" });
  assertEquals([lock.path, await holderOf(app, "src%2Fa.ts")], ["src/a.ts", "phoenix"]);
  await lock.guard();
  await lock.release();
  await lock.release();
  assertEquals(await holderOf(app, "src%2Fa.ts"), undefined);
});

Deno.test("a lock is released when its block is left", async () => {
  await using app = await testApp();
  {
    await using _lock = await agent(app, "phoenix").locks.acquire("a");
    assertEquals(await holderOf(app, "a"), "phoenix");
  }
  assertEquals(await holderOf(app, "a"), undefined);
});

Deno.test("with() releases also when the work throws", async () => {
  await using app = await testApp();
  const { locks } = agent(app, "phoenix");
  await assertRejects(
    () => locks.with("a", {}, () => Promise.reject(new Error("no"))),
    Error,
    "no",
  );
  assertEquals(await holderOf(app, "a"), undefined);
});

Deno.test("acquire() says who holds it", async () => {
  await using app = await testApp();
  await using _lock = await agent(app, "phoenix").locks.acquire("a");
  const error = await assertRejects(() => agent(app, "atlas").locks.acquire("a"), MusterError);
  assertEquals([error.code, error.problem.lockedBy], ["conflict", "phoenix"]);
});

Deno.test("acquire() waits in the queue and is woken by the release, its token higher", async () => {
  await using app = await testApp();
  const first = await agent(app, "phoenix").locks.acquire("a");
  const waiting = agent(app, "atlas").locks.acquire("a", { waitMs: 20_000 });
  await first.release();
  await using second = await waiting;
  assert(second.token > first.token);
});

Deno.test("acquire() takes several paths or none, and patterns", async () => {
  await using app = await testApp();
  const { locks } = agent(app, "phoenix");
  const atlas = agent(app, "atlas").locks;
  const both = await locks.acquire(["a", "b"]);
  assertEquals(both.locks.map(({ resourcePath }) => resourcePath), ["a", "b"]);
  await assertRejects(() => atlas.acquire(["c", "b"]), MusterError);
  assertEquals(await holderOf(app, "c"), undefined);
  await both.release();
  assertEquals([await holderOf(app, "a"), await holderOf(app, "b")], [undefined, undefined]);
  const glob = await locks.acquire({ glob: "src/**" });
  await glob.guard("src/deep/file.ts");
  await assertRejects(() => atlas.acquire("src/deep/file.ts"), MusterError);
  await glob.release();
  await (await atlas.acquire("src/deep/file.ts")).release();
});

Deno.test("a lock outlives its ttl while it is held: it renews itself under the same token", async () => {
  await using app = await testApp();
  const lock = await agent(app, "phoenix").locks.acquire("a", { ttlMs: 300 });
  const { token, expiresAt } = lock;
  const renewed = connect({ url: app.url }).events({ types: ["lock.renewed"], after: "start" });
  const times: string[] = [];
  for await (const event of renewed) {
    times.push(event.lock.expiresAt);
    if (Date.parse(event.lock.expiresAt) > Date.parse(expiresAt) + 300) break;
  }
  assertEquals([lock.token, lock.signal.aborted, times.length >= 3], [token, false, true]);
  await lock.guard();
  await lock.release();
});

Deno.test("a lock taken by force is lost: its signal aborts with the conflict", async () => {
  await using app = await testApp();
  const lock = await agent(app, "phoenix").locks.acquire("a", { ttlMs: 300 });
  const lost = new Promise<unknown>((resolve) =>
    lock.signal.addEventListener("abort", () => resolve(lock.signal.reason), { once: true })
  );
  const force = { agentId: "atlas", force: "true" } as const;
  await agent(app, "atlas").delete("/api/v1/locks/{path}", { path: { path: "a" }, query: force });
  await using _other = await agent(app, "atlas").locks.acquire("a");
  assert(isMusterError(await lost, "conflict"));
  await lock.release();
  assertEquals(await holderOf(app, "a"), "atlas");
});

const grant: Handler = () =>
  Response.json({
    locks: [{ resourcePath: "a", token: 1, expiresAt: "2030-01-01T00:00:00Z" }],
    renewed: false,
  }, { status: 201 });

Deno.test("a lock that cannot be renewed is lost by the holder's own clock, not later", async () => {
  await using server = scriptedServer(grant, () => problem(503, "unavailable"));
  const startedAt = performance.now();
  const lock = await agent(server, "phoenix").locks.acquire("a", { ttlMs: 400 });
  await new Promise((resolve) => lock.signal.addEventListener("abort", resolve, { once: true }));
  const heldMs = performance.now() - startedAt;
  assert(isMusterError(lock.signal.reason, "timeout"));
  assert(heldMs >= 390 && heldMs < 700, `${heldMs}`);
  await lock.release();
});

Deno.test("release() waits for a renewal under way, so that none arrives after it", async () => {
  const order: string[] = [];
  const answer = Promise.withResolvers<void>();
  const renewing = Promise.withResolvers<void>();
  await using server = scriptedServer(grant, async (request, count) => {
    order.push(request.method);
    renewing.resolve();
    await answer.promise;
    order.push("renewed");
    return await grant(request, count);
  }, (request) => {
    order.push(request.method);
    return Response.json({ resourcePath: "a", released: true });
  });
  const lock = await agent(server, "phoenix").locks.acquire("a", { ttlMs: 600 });
  await renewing.promise;
  const released = lock.release();
  answer.resolve();
  await released;
  assertEquals(order, ["POST", "renewed", "DELETE"]);
});
