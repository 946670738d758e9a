/** Zones, on the compatibility surface and the canonical API. Names quote coordination.md. */
import { assertEquals } from "@std/assert";
import { claimZone, findZone, listZones, type Zone } from "../../../lib/coordination/zones/mod.ts";
import { type TestApp, testApp } from "../../harness/test_app.ts";
import { ask, eventsOf } from "./asked.ts";

const post = (app: TestApp, body: object, headers = {}) =>
  ask(app, "POST", "/coordinator/zones", body, headers);
const claim = (app: TestApp, zoneId: string, path: string, owner: string) =>
  post(app, { action: "claim", zoneId, path, owner });
const zoneOf = async (app: TestApp, path: string) =>
  (await ask(app, "GET", `/coordinator/zones?path=${encodeURIComponent(path)}`)).body.zone
    ?.zoneId ??
    null;

Deno.test("POST /coordinator/zones {action:'claim', zoneId, path, owner, description?} → {success, zone?}", async () => {
  await using app = await testApp();
  const { status, body } = await post(app, {
    action: "claim",
    zoneId: "api",
    path: "/src\\api/./",
    owner: "ada",
    description: "REST",
    nobodyKnowsThis: 1,
  });
  const { claimedAt, ...zone } = body.zone;
  assertEquals([status, body.success, Date.parse(claimedAt) > 0], [200, true, true]);
  assertEquals(zone, { zoneId: "api", path: "src/api", owner: "ada", description: "REST" });
});

Deno.test("GET /coordinator/zones ?owner → {zones}", async () => {
  await using app = await testApp();
  await claim(app, "a", "src/a", "ada");
  await claim(app, "b", "src/b", "bob");
  await claim(app, "c", "src/c", "ada");
  const ids = async (query: string) =>
    (await ask(app, "GET", `/coordinator/zones${query}`)).body.zones.map(({ zoneId }: Zone) =>
      zoneId
    );
  assertEquals(await ids("?owner=ada"), ["c", "a"]);
  assertEquals(await ids(""), ["c", "b", "a"]);
  assertEquals(await ids("?owner=nobody"), []);
});

Deno.test("GET /coordinator/zones ?path= → {zone|null} (longest prefix on whole path segments)", async () => {
  await using app = await testApp();
  await claim(app, "src", "src", "ada");
  await claim(app, "api", "src/api", "ada");
  await claim(app, "ui", "ui", "bob");
  assertEquals(await zoneOf(app, "src/api/users.ts"), "api");
  assertEquals(await zoneOf(app, "src/api"), "api");
  assertEquals(await zoneOf(app, "src/api2/users.ts"), "src");
  assertEquals(await zoneOf(app, "/ui//x\\y"), "ui");
  assertEquals(await zoneOf(app, "lib/x.ts"), null);
  assertEquals((await ask(app, "GET", "/coordinator/zones?path=a/../b")).status, 400);
});

Deno.test("a zone held by another owner, or overlapping another owner's path, is a 409 naming the owner", async () => {
  await using app = await testApp();
  const { body: { zone } } = await claim(app, "api", "src/api", "ada");
  const sameId = await claim(app, "api", "lib", "bob");
  assertEquals([sameId.status, sameId.body], [409, {
    success: false,
    error: 'Zone "api" is held by "ada" (src/api); choose another id or ask "ada"',
    owner: "ada",
    zone,
  }]);
  for (const path of ["src/api", "src/api/users.ts", "src"]) {
    const overlap = await claim(app, "mine", path, "bob");
    assertEquals([overlap.status, overlap.body.owner, overlap.body.zone], [409, "ada", zone]);
  }
  assertEquals((await claim(app, "mine", "src/api2", "bob")).status, 200);
  assertEquals((await claim(app, "all", "src/api/deep", "ada")).status, 200);
});

Deno.test("an owner's zone is changed by claiming it again, unless its new path is another's", async () => {
  await using app = await testApp();
  await claim(app, "a", "src/a", "ada");
  await claim(app, "b", "src/b", "bob");
  assertEquals((await claim(app, "a", "src/b/deep", "ada")).status, 409);
  assertEquals([await zoneOf(app, "src/a/x"), await zoneOf(app, "src/b/deep")], ["a", "b"]);
  assertEquals((await claim(app, "a", "src/c", "ada")).body.zone.path, "src/c");
  assertEquals([await zoneOf(app, "src/a/x"), await zoneOf(app, "src/c/x")], [null, "a"]);
});

Deno.test("POST /coordinator/zones {action:'release', zoneId, owner}; releasing what another holds: 403", async () => {
  await using app = await testApp();
  await claim(app, "api", "src/api", "ada");
  const release = (zoneId: string, owner: string) =>
    post(app, { action: "release", zoneId, owner });
  const other = await release("api", "bob");
  assertEquals([other.status, other.body], [403, {
    success: false,
    error: 'Zone "api" is held by "ada", not by "bob"',
    owner: "ada",
  }]);
  const own = await release("api", "ada");
  assertEquals([own.status, own.body.success, own.body.zone.zoneId], [200, true, "api"]);
  const gone = await release("api", "ada");
  assertEquals([gone.status, gone.body], [404, { error: 'There is no zone "api"' }]);
  assertEquals((await claim(app, "mine", "src", "bob")).status, 200);
});

Deno.test('400 {"error": "<fields> required"}', async () => {
  await using app = await testApp();
  const error = async (body: object) => {
    const answer = await post(app, body);
    return [answer.status, answer.body.error];
  };
  assertEquals(await error({ zoneId: "a" }), [400, "Invalid action. Use: claim, release"]);
  assertEquals(await error({ action: "claim" }), [400, "zoneId, path, owner required"]);
  assertEquals(await error({ action: "claim", zoneId: "a", path: "", owner: "ada" }), [
    400,
    "path required",
  ]);
  assertEquals(await error({ action: "claim", zoneId: "a", path: "/", owner: "ada" }), [
    400,
    "path names nothing",
  ]);
  assertEquals(await error({ action: "release" }), [400, "zoneId, owner required"]);
});

Deno.test("X-Agent-Id acts where the body names nobody; two that differ are a 400", async () => {
  await using app = await testApp();
  const body = { action: "claim", zoneId: "a", path: "src" };
  const acted = await post(app, body, { "x-agent-id": "ada" });
  assertEquals([acted.status, acted.body.zone.owner], [200, "ada"]);
  const two = await post(app, { ...body, owner: "bob" }, { "x-agent-id": "ada" });
  assertEquals(two.status, 400);
});

Deno.test("GET|POST /api/v1/zones, GET|DELETE /api/v1/zones/{id}", async () => {
  await using app = await testApp();
  const made = await ask(app, "POST", "/api/v1/zones", { zoneId: "a", path: "src", owner: "ada" });
  assertEquals([made.status, made.body.zone.path], [200, "src"]);
  const other = await ask(app, "POST", "/api/v1/zones", { zoneId: "b", path: "src", owner: "bob" });
  assertEquals([other.status, other.body.code, other.body.owner], [409, "conflict", "ada"]);
  const items = (await ask(app, "GET", "/api/v1/zones?path=src/x")).body.items;
  assertEquals(items, [made.body.zone]);
  assertEquals((await ask(app, "GET", "/api/v1/zones/a")).body.zone, made.body.zone);
  const remove = (headers: Record<string, string>) =>
    ask(app, "DELETE", "/api/v1/zones/a", undefined, headers);
  assertEquals((await remove({ "x-agent-id": "bob" })).status, 403);
  assertEquals((await remove({ "x-agent-id": "ada" })).status, 204);
  assertEquals([(await remove({})).status, (await ask(app, "GET", "/api/v1/zones/a")).status], [
    404,
    404,
  ]);
});

Deno.test("zone.claimed and zone.released come in the commit that makes them true; a refusal says nothing", async () => {
  await using app = await testApp();
  await claim(app, "a", "src", "ada");
  await claim(app, "b", "src", "bob");
  await post(app, { action: "release", zoneId: "a", owner: "ada" });
  const events = await eventsOf(app, "zone.*");
  assertEquals(events.map(({ type, actor, zone }) => [type, actor, (zone as Zone).zoneId]), [
    ["zone.claimed", "agent:ada", "a"],
    ["zone.released", "agent:ada", "a"],
  ]);
});

Deno.test("paths of 2 000 bytes, of one character cut in two, among many neighbours: overlaps are found", async () => {
  await using app = await testApp();
  const long = "é".repeat(460);
  const call = { workspaceId: "default", actor: "t" };
  for (let i = 0; i < 60; i++) {
    await claimZone(app.ctx, call, { zoneId: `n${i}`, path: `${long}/n${i}`, owner: "ada" });
  }
  const deep = `${long}/deep/${"x".repeat(400)}`;
  assertEquals((await claim(app, "deep", deep, "ada")).status, 200);
  assertEquals((await claim(app, "below", `${deep}/y`, "bob")).body.owner, "ada");
  assertEquals((await claim(app, "above", `${long}/deep`, "bob")).body.owner, "ada");
  assertEquals((await claim(app, "top", long, "bob")).body.owner, "ada");
  assertEquals((await claim(app, "beside", `${long}/n6x`, "bob")).status, 200);
  assertEquals((await findZone(app.ctx, "default", `${deep}/y/z`))?.zoneId, "deep");
  assertEquals((await findZone(app.ctx, "default", `${long}/n7/x`))?.zoneId, "n7");
  assertEquals((await claim(app, "endless", "x".repeat(2_001), "bob")).status, 400);
  assertEquals((await claim(app, "deepest", "x/".repeat(65), "bob")).status, 400);
});

Deno.test("another workspace sees no zone, and claims the same path", async () => {
  await using app = await testApp();
  const zone = { zoneId: "a", path: "src", owner: "ada" };
  await claimZone(app.ctx, { workspaceId: "elsewhere", actor: "t" }, zone);
  assertEquals([await zoneOf(app, "src/x"), (await claim(app, "a", "src", "bob")).status], [
    null,
    200,
  ]);
  assertEquals((await listZones(app.ctx, "elsewhere")).items.map(({ owner }) => owner), ["ada"]);
});
