/** `/lock/{path}` as existing clients speak it: each row of coordination.md, and each refusal. */
import { assertEquals, assertMatch } from "@std/assert";
import { keyedApp } from "../../harness/keyed_app.ts";
import { testApp } from "../../harness/test_app.ts";
import { ask } from "./lock_calls.ts";

const FILE = "/lock/src%2Ffile.ts";

Deno.test("GET /lock/{path}/check: `{locked:false, resourcePath}` or `{locked:true, lock}`", async () => {
  await using app = await testApp();
  const free = await ask(app, "GET", `${FILE}/check`);
  assertEquals([free.status, free.body], [200, { locked: false, resourcePath: "src/file.ts" }]);
  await ask(app, "POST", `${FILE}/lock`, { agentId: "phoenix", reason: "refactoring" });
  const held = await ask(app, "GET", `${FILE}/check`);
  const { lockedAt, expiresAt, remainingMs, ...lock } = held.body.lock;
  assertEquals([held.status, held.body.locked], [200, true]);
  assertEquals(lock, {
    resourcePath: "src/file.ts",
    resourceType: "file-lock",
    lockedBy: "phoenix",
    reason: "refactoring",
    token: 1,
  });
  assertEquals(Date.parse(expiresAt) - Date.parse(lockedAt), 7_200_000);
  assertEquals(remainingMs > 7_100_000 && remainingMs <= 7_200_000, true);
});

Deno.test("GET /lock/{path} = check, encoded or not", async () => {
  await using app = await testApp();
  await ask(app, "POST", "/lock/src/file.ts/lock", { agentId: "phoenix" });
  for (
    const path of [FILE, "/lock/src/file.ts", "/lock//src//file.ts/check", "/lock/src%5Cfile.ts"]
  ) {
    const { status, body } = await ask(app, "GET", path);
    assertEquals([path, status, body.lock?.lockedBy], [path, 200, "phoenix"]);
  }
});

Deno.test("POST /lock/{path}/lock `{agentId, reason?, resourceType?, ttlMs?}` → `{success, lock, message}`", async () => {
  await using app = await testApp();
  const input = { agentId: "a", resourceType: "table", ttlMs: 60_000, colour: "ignored" };
  const { status, body } = await ask(app, "POST", `${FILE}/lock`, input);
  assertEquals([status, body.success, body.lock.resourceType], [200, true, "table"]);
  assertEquals(Object.keys(body).sort(), ["lock", "message", "success"]);
  assertEquals(Date.parse(body.lock.expiresAt) - Date.parse(body.lock.lockedAt), 60_000);
});

Deno.test("held by another → 409 `{success:false, error:'Resource is locked', lockedBy, expiresAt, remainingMs}`", async () => {
  await using app = await testApp();
  await ask(app, "POST", `${FILE}/lock`, { agentId: "phoenix" });
  const { status, body } = await ask(app, "POST", `${FILE}/lock`, { agentId: "b" });
  assertEquals([status, body.success, body.error], [409, false, "Resource is locked"]);
  assertEquals([body.lockedBy, body.remainingMs > 7_000_000], ["phoenix", true]);
  assertMatch(body.expiresAt, /^\d{4}-.*Z$/);
  // What an agent can do about it.
  assertMatch(body.message, /message phoenix/);
});

Deno.test("own lock → renewed, same token", async () => {
  await using app = await testApp();
  const lock = { agentId: "a", ttlMs: 60_000 };
  const first = await ask(app, "POST", `${FILE}/lock`, lock);
  const again = await ask(app, "POST", `${FILE}/lock`, { ...lock, ttlMs: 120_000 });
  assertEquals([again.status, again.body.lock.token], [200, first.body.lock.token]);
  assertEquals(again.body.lock.expiresAt > first.body.lock.expiresAt, true);
  assertEquals(again.body.lock.lockedAt, first.body.lock.lockedAt);
  const { body } = await ask(app, "GET", `${FILE}/history`);
  assertEquals(body.history, []);
});

Deno.test("POST /lock/{path}/unlock `{agentId, force?}` → `{success, message, previousOwner?}`", async () => {
  await using app = await testApp();
  await ask(app, "POST", `${FILE}/lock`, { agentId: "a" });
  const { status, body } = await ask(app, "POST", `${FILE}/unlock`, { agentId: "a" });
  assertEquals([status, body.success, body.previousOwner], [200, true, "a"]);
  assertEquals((await ask(app, "GET", `${FILE}/check`)).body.locked, false);
  const none = await ask(app, "POST", `${FILE}/unlock`, { agentId: "a" });
  assertEquals([none.status, none.body], [200, {
    success: true,
    message: '"src/file.ts" was not locked',
  }]);
});

Deno.test("not the owner → 403 `{success:false, error}`", async () => {
  await using app = await testApp();
  await ask(app, "POST", `${FILE}/lock`, { agentId: "a" });
  const { status, body } = await ask(app, "POST", `${FILE}/unlock`, { agentId: "b" });
  assertEquals([status, body.success, body.lockedBy], [403, false, "a"]);
  assertMatch(body.error, /locked by "a"/);
});

Deno.test("force = stolen, needs the right to", async () => {
  await using app = await keyedApp();
  const keyOf = async (role: "viewer" | "member" | "operator") =>
    (await app.newKey({ role })).token;
  const [viewer, member, operator] = [
    await keyOf("viewer"),
    await keyOf("member"),
    await keyOf("operator"),
  ];
  assertEquals((await app.send(member, "POST", `${FILE}/lock`, { agentId: "a" })).status, 200);
  const input = { agentId: "b", force: true };
  for (const key of [viewer, member]) {
    const denied = await app.send(key, "POST", `${FILE}/unlock`, input);
    assertEquals([denied.status, denied.body.success], [403, false]);
  }
  assertEquals((await app.send(viewer, "GET", `${FILE}/check`)).body.lock.lockedBy, "a");
  const stolen = await app.send(operator, "POST", `${FILE}/unlock`, input);
  assertEquals([stolen.status, stolen.body.previousOwner], [200, "a"]);
  const { body } = await app.send(viewer, "GET", `${FILE}/history`);
  assertEquals([body.history[0].releaseReason, body.history[0].by], ["stolen", "b"]);
});

Deno.test("GET /lock/{path}/history: `{resourcePath, currentLock, history:[{id,lockedBy,reason,lockedAt,releasedAt,releaseReason}]}`", async () => {
  await using app = await testApp();
  for (const agentId of ["a", "b"]) {
    await ask(app, "POST", `${FILE}/lock`, { agentId, reason: `by ${agentId}` });
    await ask(app, "POST", `${FILE}/unlock`, { agentId });
  }
  await ask(app, "POST", `${FILE}/lock`, { agentId: "c" });
  const { status, body } = await ask(app, "GET", `${FILE}/history`);
  assertEquals([status, body.resourcePath, body.currentLock.lockedBy], [200, "src/file.ts", "c"]);
  const shown = body.history.map((entry: Record<string, unknown>) => [
    entry.lockedBy,
    entry.reason,
    entry.releaseReason,
  ]);
  assertEquals(shown, [["b", "by b", "manual"], ["a", "by a", "manual"]]);
  assertEquals(Object.keys(body.history[0]).sort(), [
    "id",
    "lockedAt",
    "lockedBy",
    "reason",
    "releaseReason",
    "releasedAt",
    "token",
  ]);
});

Deno.test("history: the newest as many as the setting `locks.historyKept` says", async () => {
  await using app = await testApp();
  await app.json("PATCH", "/api/v1/settings/coordination", { locks: { historyKept: 2 } });
  for (let n = 0; n < 3; n++) {
    await ask(app, "POST", `${FILE}/lock`, { agentId: `a${n}` });
    await ask(app, "POST", `${FILE}/unlock`, { agentId: `a${n}` });
  }
  const { body } = await ask(app, "GET", `${FILE}/history`);
  assertEquals(body.history.map((one: { lockedBy: string }) => one.lockedBy), ["a2", "a1"]);
});

Deno.test("history: newest 50", async () => {
  await using app = await testApp();
  for (let n = 0; n < 53; n++) {
    await ask(app, "POST", `${FILE}/lock`, { agentId: "a", reason: `${n}` });
    await ask(app, "POST", `${FILE}/unlock`, { agentId: "a" });
  }
  const { body } = await ask(app, "GET", `${FILE}/history`);
  const reasons = body.history.map((entry: { reason: string }) => Number(entry.reason));
  assertEquals(reasons, Array.from({ length: 50 }, (_, n) => 52 - n));
});

Deno.test("POST /lock/{path}/guard: the token that is held is good, a stale one a 409", async () => {
  await using app = await testApp();
  const { body } = await ask(app, "POST", `${FILE}/lock`, { agentId: "a" });
  const good = await ask(app, "POST", `${FILE}/guard`, { token: body.lock.token });
  assertEquals([good.status, good.body.success], [200, true]);
  const stale = await ask(app, "PUT", `${FILE}/guard`, { token: body.lock.token + 1 });
  assertEquals([stale.status, stale.body.success, stale.body.lockedBy], [409, false, "a"]);
});

const BAD: readonly (readonly [string, string, unknown, string])[] = [
  ["a missing agentId", "/lock/a/lock", {}, "agentId required"],
  ["an agentId that is none", "/lock/a/lock", { agentId: "a b" }, "agentId"],
  ["a ttlMs above 24 h", "/lock/a/lock", { agentId: "a", ttlMs: 86_400_001 }, "ttlMs"],
  ["a ttlMs of 0", "/lock/a/lock", { agentId: "a", ttlMs: 0 }, "ttlMs"],
  ["a body that is no JSON", "/lock/a/lock", "{", "JSON"],
  ["a body that is no object", "/lock/a/lock", "[]", "object"],
  ["a missing agentId of an unlock", "/lock/a/unlock", {}, "agentId required"],
  ["a missing token", "/lock/a/guard", {}, "token required"],
  ["`..`", "/lock/a%2F..%2Fb/lock", { agentId: "a" }, ".."],
  ["NUL", "/lock/a%00b/lock", { agentId: "a" }, "NUL"],
  ["more than 2 000 bytes", `/lock/${"x".repeat(2_001)}/lock`, { agentId: "a" }, "2001 bytes"],
  ["bytes that are no UTF-8", "/lock/%FF/lock", { agentId: "a" }, "UTF-8"],
];

for (const [what, path, body, named] of BAD) {
  Deno.test(`400 {"error"} for ${what}`, async () => {
    await using app = await testApp();
    const told = await ask(app, "POST", path, body);
    assertEquals([told.status, Object.keys(told.body)], [400, ["error"]]);
    assertEquals(told.body.error.includes(named), true, told.body.error);
  });
}

Deno.test("405 for a wrong method, with Allow", async () => {
  await using app = await testApp();
  const wrong = await ask(app, "GET", "/lock/a/lock");
  assertEquals([wrong.status, Object.keys(wrong.body)], [405, ["error"]]);
  assertEquals(wrong.headers.get("allow"), "POST, OPTIONS");
  assertEquals((await ask(app, "DELETE", "/lock/a")).status, 405);
  assertEquals((await ask(app, "POST", "/lock/a/check", {})).status, 405);
});

Deno.test('404 {"error"} for unknown paths: /lock without a path', async () => {
  await using app = await testApp();
  for (const path of ["/lock", "/lock/"]) {
    const { status, body } = await ask(app, "GET", path);
    assertEquals([status, Object.keys(body)], [404, ["error"]]);
  }
});

Deno.test("the last segment is the verb when a segment precedes it; a path that ends so is sent as one segment", async () => {
  await using app = await testApp();
  const path = async (to: string) => (await ask(app, "GET", to)).body.resourcePath;
  assertEquals(await path("/lock/check"), "check");
  assertEquals(await path("/lock/check/check"), "check");
  assertEquals(await path("/lock/src%2Fhistory"), "src/history");
  assertEquals(await path("/lock/src%2Flock/check"), "src/lock");
  assertEquals(
    (await ask(app, "POST", "/lock/lock/lock", { agentId: "a" })).body.lock.resourcePath,
    "lock",
  );
});

Deno.test("a compatibility path is always literal; locking `src` does not lock `src/a.ts`", async () => {
  await using app = await testApp();
  const lock = (path: string, agentId: string) =>
    ask(app, "POST", `/lock/${encodeURIComponent(path)}/lock`, { agentId });
  assertEquals((await lock("src/**", "a")).status, 200);
  assertEquals((await lock("src", "b")).status, 200);
  assertEquals((await lock("src/a.ts", "c")).status, 200);
  assertEquals((await lock("src/**", "d")).status, 409);
});

Deno.test("paths with unicode, slashes and 2 000 bytes", async () => {
  await using app = await testApp();
  for (const path of ["日本/語 ü.ts", "é".repeat(1_000), "a/".repeat(999) + "b", "?#&=%25+"]) {
    const at = `/lock/${encodeURIComponent(path)}`;
    const { status, body } = await ask(app, "POST", `${at}/lock`, { agentId: "a" });
    assertEquals([status, body.lock?.resourcePath], [200, path]);
    assertEquals((await ask(app, "POST", `${at}/lock`, { agentId: "b" })).status, 409);
    assertEquals((await ask(app, "POST", `${at}/unlock`, { agentId: "a" })).status, 200);
    assertEquals((await ask(app, "GET", `${at}/history`)).body.history.length, 1);
  }
});

Deno.test("an identity: body, then X-Agent-Id; two that differ are a 400", async () => {
  await using app = await testApp();
  const as = (header: string, body: object) =>
    ask(app, "POST", "/lock/a/lock", body, { headers: { "x-agent-id": header } });
  assertEquals((await as("a", {})).body.lock.lockedBy, "a");
  assertEquals((await as("a", { agentId: "b" })).status, 400);
});

Deno.test("a key bound to an agent acts only as it (another id: 403)", async () => {
  await using app = await keyedApp();
  const { token } = await app.newKey({ role: "agent", agentId: "bound" });
  const mine = await app.send(token, "POST", "/lock/a/lock", {});
  assertEquals([mine.status, mine.body.lock.lockedBy], [200, "bound"]);
  const other = await app.send(token, "POST", "/lock/b/lock", { agentId: "other" });
  assertEquals([other.status, other.body.success], [403, false]);
});
