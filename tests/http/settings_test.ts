import { assertEquals, assertStringIncludes } from "@std/assert";
import { coordinationSettings } from "../../lib/coordination/settings/schema.ts";
import { ADMIN_KEY, type KeyedApp, keyedApp } from "../harness/keyed_app.ts";

const PATH = "/api/v1/settings/coordination";
const defaults = coordinationSettings.parse({});

const get = (app: KeyedApp) => app.send(ADMIN_KEY, "GET", PATH);
const patch = (app: KeyedApp, body: unknown, headers?: Record<string, string>) =>
  app.send(ADMIN_KEY, "PATCH", PATH, body, headers);

Deno.test("GET /settings/coordination gives every default, with an ETag", async () => {
  await using app = await keyedApp();
  const { status, headers, body } = await get(app);
  assertEquals([status, headers.get("etag")], [200, '"0"']);
  assertEquals(body, { settings: defaults, changed: {} });
});

Deno.test("the defaults are the numbers of the specification", () => {
  const { locks, claims, heartbeats } = defaults;
  assertEquals([locks.ttlMs, locks.maxTtlMs, locks.historyKept], [7_200_000, 86_400_000, 50]);
  assertEquals(claims.staleAfterMs, 30 * 60_000);
  assertEquals(
    [heartbeats.stallThresholdMs, heartbeats.heartbeatIntervalMs],
    [5 * 60_000, 60_000],
  );
});

Deno.test("PATCH merges; null takes a change back to its default", async () => {
  await using app = await keyedApp();
  await patch(app, { claims: { staleAfterMs: 60_000 } });
  const both = await patch(app, { locks: { ttlMs: 5_000 } });
  assertEquals([both.status, both.headers.get("etag")], [200, '"2"']);
  assertEquals(both.body.changed, { claims: { staleAfterMs: 60_000 }, locks: { ttlMs: 5_000 } });
  assertEquals(both.body.settings.locks, { ...defaults.locks, ttlMs: 5_000 });
  const one = await patch(app, { claims: { staleAfterMs: null } });
  assertEquals(one.body.changed, { locks: { ttlMs: 5_000 } });
  assertEquals((await patch(app, { locks: null })).body, { settings: defaults, changed: {} });
});

Deno.test("PATCH emits settings.updated in the workspace's feed; no change emits none", async () => {
  await using app = await keyedApp();
  await patch(app, { locks: { ttlMs: 5_000 } });
  const same = await patch(app, { locks: { ttlMs: 5_000 } });
  assertEquals(same.headers.get("etag"), '"1"');
  const feed = await app.send(
    ADMIN_KEY,
    "GET",
    "/api/v1/events?format=json&types=settings.updated",
  );
  assertEquals(feed.body.items.length, 1);
  assertEquals([feed.body.items[0].actor, feed.body.items[0].settings.locks.ttlMs], [
    "key:admin",
    5_000,
  ]);
});

const REFUSED: readonly [string, unknown, string][] = [
  ["an unknown area", { nothing: { a: 1 } }, "nothing"],
  ["an unknown setting", { locks: { nothing: 1 } }, "locks.nothing"],
  ["a number out of its range", { locks: { ttlMs: -1 } }, "locks.ttlMs"],
  ["a word for a number", { claims: { staleAfterMs: "soon" } }, "claims.staleAfterMs"],
  ["a number for an area", { locks: 5 }, "locks"],
  ["a list", [1], "json"],
];

for (const [what, body, path] of REFUSED) {
  Deno.test(`PATCH refuses ${what} with 400 and changes nothing`, async () => {
    await using app = await keyedApp();
    const answer = await patch(app, body);
    assertEquals([answer.status, answer.body.code], [400, "invalid_input"]);
    assertStringIncludes(answer.body.errors[0].path, path);
    assertEquals((await get(app)).body.changed, {});
  });
}

Deno.test("PATCH with an old If-Match is 412 and changes nothing", async () => {
  await using app = await keyedApp();
  await patch(app, { locks: { ttlMs: 5_000 } }, { "if-match": '"0"' });
  const late = await patch(app, { locks: { ttlMs: 6_000 } }, { "if-match": '"0"' });
  assertEquals([late.status, late.body.code], [412, "precondition_failed"]);
  assertEquals((await get(app)).body.settings.locks.ttlMs, 5_000);
});

Deno.test("two who change at once: both changes hold", async () => {
  await using app = await keyedApp();
  await Promise.all([
    ...Array.from({ length: 5 }, (_, i) => patch(app, { locks: { ttlMs: 5_000 + i } })),
    patch(app, { claims: { staleAfterMs: 60_000 } }),
  ]);
  const { changed } = (await get(app)).body;
  assertEquals([Object.keys(changed).sort(), changed.claims.staleAfterMs], [
    ["claims", "locks"],
    60_000,
  ]);
});
