/** `/api/v1/locks`: what the canonical API adds, quoted from coordination.md. */
import { assertEquals, assertMatch } from "@std/assert";
import { keyedApp } from "../../harness/keyed_app.ts";
import { testApp } from "../../harness/test_app.ts";
import { ask, hold, letGo, lockEvents, LOCKS, waiting } from "./lock_calls.ts";

Deno.test("POST /locks {path, agentId, reason?, resourceType?, ttlMs?} grants with 201, renews with 200", async () => {
  await using app = await testApp();
  const input = { path: "/src//a.ts", agentId: "a", reason: "why", ttlMs: 60_000 };
  const granted = await ask(app, "POST", LOCKS, input);
  assertEquals([granted.status, granted.body.renewed], [201, false]);
  const { resourcePath, lockedBy, reason, token } = granted.body.lock;
  assertEquals([resourcePath, lockedBy, reason, token], ["src/a.ts", "a", "why", 1]);
  assertEquals(granted.body.locks, [granted.body.lock]);
  const renewed = await ask(app, "POST", LOCKS, { path: "src/a.ts", agentId: "a" });
  assertEquals([renewed.status, renewed.body.renewed, renewed.body.lock.token], [200, true, 1]);
});

Deno.test("a refusal names the holder and what to do: `locked by phoenix until …, retry with waitMs or ask: message phoenix`", async () => {
  await using app = await testApp();
  await hold(app, "phoenix", { path: "a" }, { reason: "release" });
  const { status, headers, body } = await ask(app, "POST", LOCKS, { path: "a", agentId: "b" });
  assertEquals([status, body.code, body.lockedBy, body.reason], [
    409,
    "conflict",
    "phoenix",
    "release",
  ]);
  assertMatch(headers.get("content-type")!, /problem\+json/);
  assertMatch(
    body.detail,
    /^"a" is locked by "phoenix" until .* \(release\); retry with waitMs.*message phoenix$/,
  );
  assertEquals(body.conflicts.map((lock: { token: number }) => lock.token), [1]);
});

const BAD: readonly (readonly [string, unknown, string])[] = [
  ["none of path, paths and glob", { agentId: "a" }, "path"],
  ["two of path, paths and glob", { agentId: "a", path: "a", glob: "b" }, "path"],
  ["no path", { agentId: "a", paths: [] }, "paths"],
  ["33 paths", { agentId: "a", paths: Array.from({ length: 33 }, (_, n) => `${n}`) }, "paths"],
  ["a bad path among several", { agentId: "a", paths: ["a", "b/.."] }, "paths.1"],
  ["a bad glob", { agentId: "a", glob: "../*" }, "glob"],
  ["an unknown member", { agentId: "a", path: "a", wait: 1 }, "json"],
  ["a ttlMs above 24 h", { agentId: "a", path: "a", ttlMs: 86_400_001 }, "ttlMs"],
  ["no agentId", { path: "a" }, "agentId"],
];

for (const [what, body, field] of BAD) {
  Deno.test(`POST /locks refuses ${what} with 400 and the field`, async () => {
    await using app = await testApp();
    const told = await ask(app, "POST", LOCKS, body);
    assertEquals([told.status, told.body.code], [400, "invalid_input"]);
    assertEquals(told.body.errors[0].path, field);
  });
}

Deno.test("glob locks (`src/**`) that conflict with what they overlap", async () => {
  await using app = await testApp();
  await hold(app, "a", { path: "src/deep/a.ts" });
  const taken = await ask(app, "POST", LOCKS, { glob: "src/**", agentId: "b" });
  assertEquals([taken.status, taken.body.lockedBy], [409, "a"]);
  assertEquals(taken.body.conflicts[0].resourcePath, "src/deep/a.ts");
  await letGo(app, "a", "src/deep/a.ts");
  const [glob] = await hold(app, "b", { glob: "src/**" });
  assertEquals([glob!.resourcePath, glob!.glob], ["src/**", true]);
  const under = await ask(app, "POST", LOCKS, { path: "src/new.ts", agentId: "c" });
  assertEquals([under.status, under.body.lockedBy], [409, "b"]);
  assertMatch(under.body.detail, /through "src\/\*\*"/);
  const crossing = await ask(app, "POST", LOCKS, { glob: "**/*.ts", agentId: "c" });
  assertEquals([crossing.status, crossing.body.lockedBy], [409, "b"]);
  assertEquals((await hold(app, "c", { path: "docs/a.md" })).length, 1);
  assertEquals((await hold(app, "c", { glob: "docs/*" })).length, 1);
});

Deno.test("a path covered by a glob shows that lock; it is released by its pattern", async () => {
  await using app = await testApp();
  await hold(app, "a", { glob: "src/**" });
  const { body } = await ask(app, "GET", `${LOCKS}/src/x/y.ts`);
  assertEquals([body.locked, body.resourcePath, body.lock.resourcePath], [
    true,
    "src/x/y.ts",
    "src/**",
  ]);
  assertEquals((await letGo(app, "b", "src/x/y.ts")).status, 403);
  assertEquals((await letGo(app, "a", "src/x/y.ts")).status, 409);
  const at = `${LOCKS}/${encodeURIComponent("src/**")}?glob=true`;
  assertEquals((await ask(app, "GET", at)).body.lock.lockedBy, "a");
  const released = await ask(app, "DELETE", `${at}&agentId=a`);
  assertEquals([released.status, released.body.released], [200, true]);
  assertEquals((await ask(app, "GET", `${LOCKS}/src/x/y.ts`)).body.locked, false);
  const history = await ask(app, "GET", at.replace("?", "/history?"));
  assertEquals(history.body.history[0].releaseReason, "manual");
});

for (const count of [3, 8, 9, 32]) {
  Deno.test(`acquiring several paths all-or-nothing: ${count}`, async () => {
    await using app = await testApp();
    const paths = Array.from({ length: count }, (_, n) => `p/${n}`);
    await hold(app, "x", { path: paths.at(-1)! });
    const refused = await ask(app, "POST", LOCKS, { paths, agentId: "a" });
    assertEquals([refused.status, refused.body.resourcePath], [409, paths.at(-1)]);
    assertEquals((await app.json<{ items: [] }>("GET", `${LOCKS}?agentId=a`)).items, []);
    await letGo(app, "x", paths.at(-1)!);
    const locks = await hold(app, "a", { paths });
    assertEquals(locks.map((lock) => lock.resourcePath), paths);
    assertEquals(locks.map((lock) => lock.token), paths.map((_, n) => n === count - 1 ? 2 : 1));
    const again = await ask(app, "POST", LOCKS, { paths, agentId: "a" });
    assertEquals([again.status, again.body.renewed], [200, true]);
    await letGo(app, "a", paths[0]!);
    assertEquals((await hold(app, "b", { path: paths[0]! }))[0]!.token, 2);
  });
}

Deno.test("waiting in a fair queue (`?waitMs=`, first come first served, woken by release)", async () => {
  await using app = await testApp();
  await hold(app, "holder", { path: "a" });
  const got: string[] = [];
  const all = [];
  for (let n = 0; n < 5; n++) {
    const agentId = `w${n}`;
    all.push(
      hold(app, agentId, { path: "a" }, { waitMs: 10_000 }).then(async ([lock]) => {
        got.push(`${agentId} ${lock!.token}`);
        await letGo(app, agentId, "a");
      }),
    );
    await waiting(app, "a", n + 1);
  }
  await letGo(app, "holder", "a");
  await Promise.all(all);
  assertEquals(got, ["w0 2", "w1 3", "w2 4", "w3 5", "w4 6"]);
});

Deno.test("woken by expiry: who waits gets the lock when its time is over", async () => {
  await using app = await testApp();
  const [held] = await hold(app, "a", { path: "x" }, { ttlMs: 80 });
  const [lock] = await hold(app, "b", { path: "x" }, { waitMs: 5_000 });
  assertEquals([lock!.lockedBy, lock!.token], ["b", held!.token + 1]);
  assertEquals(lock!.lockedAt >= held!.expiresAt, true);
  const { body } = await ask(app, "GET", `${LOCKS}/x/history`);
  assertEquals([body.history[0].lockedBy, body.history[0].releaseReason], ["a", "expired"]);
  assertEquals(body.history[0].releasedAt, held!.expiresAt);
});

Deno.test("a wait that is over is a 409 that says how long was waited, and leaves the line", async () => {
  await using app = await testApp();
  await hold(app, "a", { path: "x" });
  const late = await ask(app, "POST", `${LOCKS}?waitMs=60`, { path: "x", agentId: "b" });
  assertEquals([late.status, late.body.lockedBy], [409, "a"]);
  assertMatch(late.body.detail, /after waiting 60 ms/);
  await waiting(app, "x", 0);
  const far = await ask(app, "POST", `${LOCKS}?waitMs=300001`, { path: "x", agentId: "b" });
  assertEquals([far.status, far.body.errors[0].path], [400, "waitMs"]);
});

Deno.test("who does not wait does not overtake who does; a glob and several paths wait in the same order", async () => {
  await using app = await testApp();
  await hold(app, "holder", { path: "src/a" });
  const order: string[] = [];
  const wait = (agentId: string, target: object) =>
    hold(app, agentId, target, { waitMs: 10_000 }).then(() => order.push(agentId));
  const glob = wait("glob", { glob: "src/**" });
  await until(async () => (await check(app, "src/a")).waiting === 1);
  const several = wait("several", { paths: ["src/a", "docs/b"] });
  await until(async () => (await check(app, "src/a")).waiting === 2);
  const hasty = await ask(app, "POST", LOCKS, { path: "src/b", agentId: "hasty" });
  assertEquals([hasty.status, hasty.body.lockedBy], [409, "glob"]);
  await letGo(app, "holder", "src/a");
  await glob;
  assertEquals(order, ["glob"]);
  await ask(app, "DELETE", `${LOCKS}/src%2F**?glob=true&agentId=glob`);
  await several;
  assertEquals(order, ["glob", "several"]);
});

async function check(app: Parameters<typeof ask>[0], path: string) {
  return (await ask(app, "POST", `${LOCKS}/check`, { path })).body as { waiting: number };
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!await isSo());
}

Deno.test("`token` rises with every grant of that path, forever; also over globs", async () => {
  await using app = await testApp();
  const tokens: number[] = [];
  const cycle = async (target: { path?: string; glob?: string }) => {
    const [lock] = await hold(app, "a", target);
    tokens.push(lock!.token);
    const query = target.glob ? "&glob=true" : "";
    const path = encodeURIComponent(target.path ?? target.glob!);
    await ask(app, "DELETE", `${LOCKS}/${path}?agentId=a${query}`);
  };
  for (const target of [{ path: "s/a" }, { path: "s/a" }, { glob: "s/*" }, { path: "s/a" }]) {
    await cycle(target);
  }
  for (const target of [{ glob: "**" }, { glob: "s/*" }, { path: "s/a" }, { path: "s/new" }]) {
    await cycle(target);
  }
  assertEquals(tokens.slice(0, 2), [1, 2]);
  const rising = tokens.slice(1, -1).every((token, i) => token > tokens[i]!);
  assertEquals([rising, tokens.at(-1)! > tokens.at(-3)!], [true, true], `${tokens}`);
});

Deno.test("`PUT /api/v1/locks/{path}/guard {token}` answers 409 to a stale one", async () => {
  await using app = await testApp();
  const guard = (path: string, body: unknown) => ask(app, "PUT", `${LOCKS}/${path}/guard`, body);
  const [first] = await hold(app, "a", { path: "src/a" });
  const good = await guard("src/a", { token: first!.token });
  assertEquals([good.status, good.body.valid, good.body.lock.lockedBy], [200, true, "a"]);
  await letGo(app, "a", "src/a");
  const free = await guard("src/a", { token: first!.token });
  assertEquals([free.status, free.body.code], [409, "conflict"]);
  assertMatch(free.body.detail, /stale: nobody holds/);
  const [second] = await hold(app, "b", { path: "src/a" });
  const late = await guard("src%2Fa", { token: first!.token });
  assertEquals([late.status, late.body.lockedBy], [409, "b"]);
  assertEquals((await guard("src/a", { token: second!.token })).status, 200);
  assertEquals((await guard("src/a", { token: "1" })).status, 400);
  assertEquals((await guard("src/a", "{")).status, 400);
});

Deno.test("the guard accepts a path only if the live lock covering it carries exactly that token: globs", async () => {
  await using app = await testApp();
  const [glob] = await hold(app, "a", { glob: "src/**" });
  const guard = async (path: string, token: number) =>
    (await ask(app, "PUT", `${LOCKS}/${encodeURIComponent(path)}/guard`, { token })).status;
  assertEquals(await guard("src/x.ts", glob!.token), 200);
  assertEquals(await guard("src/x.ts", glob!.token + 1), 409);
  assertEquals(await guard("docs/x.ts", glob!.token), 409);
});

Deno.test("GET /locks lists all locks page by page: globs first, then by path; of one agent", async () => {
  await using app = await testApp();
  await hold(app, "a", { glob: "z/**" });
  await hold(app, "a", { paths: ["c", "a", "b"] });
  await hold(app, "b", { path: "d" });
  await hold(app, "b", { path: "gone" });
  await letGo(app, "b", "gone");
  type Page = { items: { resourcePath: string }[]; nextCursor: string | null };
  const page = async (query: string) => {
    const { items, nextCursor } = await app.json<Page>("GET", `${LOCKS}?${query}`);
    return { paths: items.map((lock) => lock.resourcePath), nextCursor };
  };
  const first = await page("limit=3");
  assertEquals(first.paths, ["z/**", "a", "b"]);
  const rest = await page(`limit=3&cursor=${first.nextCursor}`);
  assertEquals([rest.paths, rest.nextCursor], [["c", "d"], null]);
  assertEquals((await page("limit=5")).nextCursor, null);
  assertEquals((await page("agentId=b")).paths, ["d"]);
  assertEquals(
    (await ask(app, "GET", `${LOCKS}?agentId=b&cursor=${first.nextCursor}`)).status,
    400,
  );
});

Deno.test("POST /locks/check: a conflict check that writes nothing", async () => {
  await using app = await testApp();
  await hold(app, "a", { paths: ["src/a", "src/b"] });
  const before = app.ctx.kv.stats.transactions;
  const asked = (body: object) => ask(app, "POST", `${LOCKS}/check`, body);
  const paths = async (body: object) =>
    (await asked(body)).body.conflicts.map((lock: { resourcePath: string }) => lock.resourcePath);
  assertEquals(await paths({ glob: "src/*" }), ["src/a", "src/b"]);
  assertEquals(await paths({ paths: ["src/b", "src/c"] }), ["src/b"]);
  assertEquals((await asked({ path: "src/c" })).body, { free: true, conflicts: [], waiting: 0 });
  assertEquals((await asked({ glob: "**", agentId: "a" })).body.free, true);
  assertEquals((await asked({})).status, 400);
  assertEquals(app.ctx.kv.stats.transactions, before);
});

Deno.test("DELETE /locks/{path}: not the owner 403; a stale token 409; nobody's is released: false", async () => {
  await using app = await testApp();
  const [lock] = await hold(app, "a", { path: "x" });
  assertEquals((await letGo(app, "b", "x")).status, 403);
  const stale = await ask(app, "DELETE", `${LOCKS}/x?agentId=a&token=${lock!.token + 1}`);
  assertEquals([stale.status, stale.body.code], [409, "conflict"]);
  const done = await ask(app, "DELETE", `${LOCKS}/x?agentId=a&token=${lock!.token}`);
  assertEquals([done.status, done.body], [200, {
    resourcePath: "x",
    released: true,
    releaseReason: "manual",
    previousOwner: "a",
  }]);
  assertEquals((await letGo(app, "a", "x")).body, { resourcePath: "x", released: false });
  assertEquals((await ask(app, "DELETE", `${LOCKS}/x`)).status, 400);
  assertEquals((await ask(app, "DELETE", `${LOCKS}/x?agentId=a&token=one`)).status, 400);
  assertEquals((await ask(app, "DELETE", `${LOCKS}/x/history?agentId=a`)).status, 405);
});

Deno.test("`force` needs role operator and is an audit event; the denial is tested with a viewer key", async () => {
  await using app = await keyedApp();
  const key = async (role: "viewer" | "member" | "operator") => (await app.newKey({ role })).token;
  await app.send(await key("member"), "POST", LOCKS, { path: "x", agentId: "a" });
  for (const role of ["viewer", "member"] as const) {
    const denied = await app.send(await key(role), "DELETE", `${LOCKS}/x?force=true`);
    assertEquals([denied.status, denied.body.code], [403, "forbidden"]);
  }
  const forced = await app.send(await key("operator"), "DELETE", `${LOCKS}/x?force=true`);
  assertEquals([forced.body.releaseReason, forced.body.previousOwner], ["stolen", "a"]);
  assertEquals((await lockEvents(app)).at(-1), ["lock.stolen", "a", "x"]);
  const { body } = await app.send(await key("viewer"), "GET", `${LOCKS}/x/history`);
  assertMatch(body.history[0].by, /^key:/);
});

Deno.test("every change is an event of the same commit, in order", async () => {
  await using app = await testApp();
  await hold(app, "a", { path: "x" }, { ttlMs: 50 });
  await hold(app, "b", { path: "x" }, { waitMs: 5_000 });
  await hold(app, "b", { path: "x" });
  await letGo(app, "b", "x");
  assertEquals(await lockEvents(app), [
    ["lock.granted", "a", "x"],
    ["lock.expired", "a", "x"],
    ["lock.granted", "b", "x"],
    ["lock.renewed", "b", "x"],
    ["lock.released", "b", "x"],
  ]);
});

Deno.test("a lock policy requires an ability: 403 naming it", async () => {
  await using app = await testApp();
  await app.json("PATCH", "/api/v1/settings/coordination", {
    locks: { policies: [{ glob: "prod/**", ability: "canAccessProd" }] },
  });
  for (const target of [{ path: "prod/db" }, { glob: "**" }, { paths: ["a", "prod/x"] }]) {
    const { status, body } = await ask(app, "POST", LOCKS, { ...target, agentId: "novice" });
    assertEquals([status, body.ability, body.policy], [403, "canAccessProd", "prod/**"]);
  }
  assertEquals((await hold(app, "novice", { path: "src/a" })).length, 1);
});

Deno.test("an ended wait of a caller that went away leaves its place to the next", async () => {
  await using app = await testApp();
  await hold(app, "holder", { path: "x" });
  const gone = new AbortController();
  const input = { path: "x", agentId: "gone" };
  const first = ask(app, "POST", `${LOCKS}?waitMs=60000`, input, { signal: gone.signal });
  await waiting(app, "x", 1);
  const second = hold(app, "next", { path: "x" }, { waitMs: 60_000 });
  await waiting(app, "x", 2);
  gone.abort();
  await first.catch(() => {});
  await waiting(app, "x", 1);
  await letGo(app, "holder", "x");
  assertEquals((await second)[0]!.lockedBy, "next");
});
