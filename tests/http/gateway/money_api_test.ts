/** Budgets, usage and calls as an API: shapes, pages, versions, rights. */
import { assert, assertEquals } from "@std/assert";
import { meteredUpstream } from "../../harness/metered_upstream.ts";
import { ADMIN_KEY, type KeyedApp, keyedApp } from "../../harness/keyed_app.ts";

const BUDGETS = "/api/v1/budgets";
const MONTH = `${BUDGETS}/workspace/default/month`;
const CALLS = "/api/v1/gateway/calls";

const get = (app: KeyedApp, path: string) => app.send(ADMIN_KEY, "GET", path);
const put = (app: KeyedApp, path: string, limitMicros: unknown, headers = {}) =>
  app.send(ADMIN_KEY, "PUT", path, { limitMicros }, headers);

Deno.test("a budget is set, read with its version, changed under If-Match, removed", async () => {
  await using app = await keyedApp();
  assertEquals((await get(app, MONTH)).status, 404);
  const made = await put(app, MONTH, 5_000_000);
  assertEquals([made.status, made.headers.get("etag")], [200, '"1"']);
  const { budget } = made.body;
  assertEquals(
    [budget.limitMicros, budget.spentMicros, budget.remainingMicros],
    [5_000_000, 0, 5_000_000],
  );
  assert(/^\d{4}-\d\d$/.test(budget.window) && budget.resetsAt.endsWith("-01T00:00:00.000Z"));
  assertEquals((await put(app, MONTH, 1, { "if-match": '"7"' })).status, 412);
  const changed = await put(app, MONTH, 6_000_000, { "if-match": '"1"' });
  assertEquals([changed.status, changed.headers.get("etag")], [200, '"2"']);
  assertEquals((await app.send(ADMIN_KEY, "DELETE", MONTH)).status, 204);
  assertEquals((await app.send(ADMIN_KEY, "DELETE", MONTH)).status, 404);
  assertEquals((await get(app, BUDGETS)).body, { items: [], nextCursor: null });
});

Deno.test("what is no budget is refused", async () => {
  await using app = await keyedApp();
  for (const limit of [-1, 1.5, "5", null, 1e17]) {
    const { status, body } = await put(app, MONTH, limit);
    assertEquals([status, body.code], [400, "invalid_input"]);
  }
  assertEquals((await put(app, `${BUDGETS}/workspace/other/day`, 1)).status, 400);
  assertEquals((await put(app, `${BUDGETS}/planet/default/day`, 1)).status, 404);
  assertEquals((await put(app, `${BUDGETS}/key/${"k".repeat(129)}/day`, 1)).status, 404);
  assertEquals((await put(app, `${BUDGETS}/workspace/default/year`, 1)).status, 404);
});

Deno.test("budgets are listed in order, by pages and by scope", async () => {
  await using app = await keyedApp();
  for (const at of ["session/*/total", "key/key_b/day", "key/key_a/day", "agent/a/month"]) {
    await put(app, `${BUDGETS}/${at}`, 1);
  }
  const first = (await get(app, `${BUDGETS}?limit=3`)).body;
  const second = (await get(app, `${BUDGETS}?limit=3&cursor=${first.nextCursor}`)).body;
  const names = [...first.items, ...second.items].map(({ scope, subject }) =>
    `${scope}/${subject}`
  );
  assertEquals(names, ["agent/a", "key/key_a", "key/key_b", "session/*"]);
  assertEquals(second.nextCursor, null);
  assertEquals((await get(app, `${BUDGETS}?scope=key`)).body.items.length, 2);
});

Deno.test("everybody reads, an admin sets and resets", async () => {
  await using app = await keyedApp();
  await put(app, MONTH, 1_000);
  const { token: member } = await app.newKey({ role: "member" });
  assertEquals((await app.send(member, "GET", MONTH)).status, 200);
  assertEquals((await app.send(member, "GET", "/api/v1/gateway/usage")).status, 200);
  assertEquals((await app.send(member, "PUT", MONTH, { limitMicros: 2_000 })).status, 403);
  assertEquals((await app.send(member, "DELETE", MONTH)).status, 403);
  assertEquals((await app.send(member, "POST", `${MONTH}/reset`, {})).status, 403);
  assertEquals((await app.send(ADMIN_KEY, "POST", `${MONTH}/reset`, {})).status, 200);
});

Deno.test("a key's calls are its own in budget, list and sums", async () => {
  await using upstream = meteredUpstream();
  await using app = await keyedApp({ env: upstream.env });
  const made = await app.newKey({ role: "member" });
  const own = `${BUDGETS}/key/${made.id}/total`;
  await put(app, own, 1_000_000);
  const asked = (content: string) => ({
    model: "gpt-4o-mini",
    max_tokens: 50,
    messages: [{ role: "user", content }],
  });
  for (const [n, key] of [made.token, made.token, ADMIN_KEY].entries()) {
    const body = asked(`Hello ${n}`);
    assertEquals((await app.send(key, "POST", "/v1/chat/completions", body)).status, 200);
  }
  const { items } = (await get(app, `${CALLS}?keyId=${made.id}`)).body;
  const spent = (await get(app, own)).body.budget.spentMicros;
  assertEquals([items.length, spent], [2, items[0].costMicros + items[1].costMicros]);
  const { total, groups } = (await get(app, "/api/v1/gateway/usage?by=key")).body;
  assertEquals([total.calls, groups.length], [3, 2]);
  const { call } = (await get(app, `${CALLS}/${items[0].id}`)).body;
  assertEquals([call.id, call.caller.keyId], [items[0].id, made.id]);
  assertEquals((await get(app, `${CALLS}/call_01K9Z3V7Q8R5T2W4X6Y8Z0A1B2`)).status, 404);
  assertEquals((await get(app, `${CALLS}/live`)).body, { items: [] });
  assertEquals((await get(app, `${CALLS}?cursor=nonsense`)).status, 400);
  assertEquals((await get(app, "/api/v1/gateway/usage?from=yesterday")).status, 400);
});

Deno.test("usage of times beyond what can be named is refused", async () => {
  await using app = await keyedApp();
  for (const far of ["to=9999-12-31T23:59:59.999Z", "from=0001-01-01T00:00:00Z"]) {
    assertEquals((await get(app, `/api/v1/gateway/usage?${far}`)).status, 400, far);
  }
});
