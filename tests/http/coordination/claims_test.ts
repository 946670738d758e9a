/** Claims, on the compatibility surface and the canonical API. Names quote coordination.md. */
import { assertEquals } from "@std/assert";
import { type Claim, claimWork } from "../../../lib/coordination/claims/mod.ts";
import { systemClock } from "../../../lib/kernel/core/clock.ts";
import { type TestApp, testApp } from "../../harness/test_app.ts";
import { ask, eventsOf } from "./asked.ts";

const MINUTE = 60_000;
const post = (app: TestApp, body: object) => ask(app, "POST", "/coordinator/claims", body);
const claim = (app: TestApp, what: string, by: string) => post(app, { action: "claim", what, by });
const release = (app: TestApp, what: string, by: string) =>
  post(app, { action: "release", what, by });
const get = async (app: TestApp, query: string) =>
  (await ask(app, "GET", `/coordinator/claims${query}`)).body;

/** As the agent did it that many minutes ago. */
function claimedAgo(app: TestApp, minutes: number, what: string, by: string): Promise<Claim> {
  const clock = { ...systemClock, now: () => systemClock.now() - minutes * MINUTE };
  const call = { workspaceId: "default", actor: `agent:${by}` };
  return claimWork({ ...app.ctx, clock }, call, { what, by });
}

Deno.test("POST claim {what, by, description?}", async () => {
  await using app = await testApp();
  const { status, body } = await post(app, {
    action: "claim",
    what: " login ",
    by: "ada",
    description: "All of it",
  });
  const { claimedAt, renewedAt, staleAt, ...rest } = body.claim;
  assertEquals([status, body.success, renewedAt], [200, true, claimedAt]);
  assertEquals(rest, { what: "login", by: "ada", description: "All of it", stale: false });
  assertEquals(Date.parse(staleAt) - Date.parse(claimedAt), 30 * MINUTE);
});

Deno.test("GET ?what → {claim|null}, ?includeStale=true → {claims}", async () => {
  await using app = await testApp();
  await claimedAgo(app, 31, "old", "ada");
  await claim(app, "new", "bob");
  assertEquals((await get(app, "?what=new")).claim.by, "bob");
  assertEquals((await get(app, "?what=old")).claim, null);
  assertEquals((await get(app, "?what=nothing")).claim, null);
  assertEquals((await get(app, "")).claims.map(({ what }: Claim) => what), ["new"]);
  const all = (await get(app, "?includeStale=true")).claims;
  assertEquals(all.map(({ what, stale }: Claim) => [what, stale]), [["new", false], ["old", true]]);
  assertEquals((await get(app, "?what=old&includeStale=true")).claim.stale, true);
});

Deno.test("another's fresh claim → 409 {success:false, error:'Already claimed by X', claim}", async () => {
  await using app = await testApp();
  const mine = await claim(app, "login", "ada");
  const other = await claim(app, "login", "bob");
  assertEquals([other.status, other.body], [409, {
    success: false,
    error: "Already claimed by ada",
    claim: mine.body.claim,
  }]);
});

Deno.test("A claim is stale after 30 min without renewal: the next claimant gets it", async () => {
  await using app = await testApp();
  await claimedAgo(app, 29, "fresh", "ada");
  await claimedAgo(app, 31, "stale", "ada");
  assertEquals((await claim(app, "fresh", "bob")).status, 409);
  const taken = await claim(app, "stale", "bob");
  assertEquals([taken.status, taken.body.claim.by, taken.body.claim.stale], [200, "bob", false]);
  assertEquals((await claim(app, "stale", "ada")).body.error, "Already claimed by bob");
});

Deno.test("its own claim is renewed: same beginning, another 30 min", async () => {
  await using app = await testApp();
  const first = await claimedAgo(app, 29, "login", "ada");
  const { body } = await claim(app, "login", "ada");
  assertEquals(body.claim.claimedAt, first.claimedAt);
  assertEquals(Date.parse(body.claim.staleAt) - Date.parse(body.claim.renewedAt), 30 * MINUTE);
  assertEquals(body.claim.renewedAt > first.renewedAt, true);
});

Deno.test("release {what, by}: by another 403 {success:false, error}, of nothing 404", async () => {
  await using app = await testApp();
  const { body } = await claim(app, "login", "ada");
  const other = await release(app, "login", "bob");
  assertEquals([other.status, other.body], [403, {
    success: false,
    error: '"login" is claimed by "ada", not by "bob"',
    claim: body.claim,
  }]);
  const own = await release(app, "login", "ada");
  assertEquals([own.status, own.body.success], [200, true]);
  const gone = await release(app, "login", "ada");
  assertEquals([gone.status, gone.body], [404, { error: 'Nobody claims "login"' }]);
});

Deno.test("Claims need `action`; without one: 400 `Invalid action. Use: claim, release`", async () => {
  await using app = await testApp();
  for (const action of [undefined, "renew", 7, null]) {
    const { status, body } = await post(app, { action, what: "login", by: "ada" });
    assertEquals([status, body], [400, { error: "Invalid action. Use: claim, release" }]);
  }
  assertEquals((await post(app, { action: "claim" })).body, { error: "what, by required" });
  assertEquals((await post(app, { action: "release", what: "x" })).body, { error: "by required" });
  assertEquals((await get(app, "")).claims, []);
});

Deno.test("GET|POST|DELETE /api/v1/claims: a problem says who, until when and what to do", async () => {
  await using app = await testApp();
  const body = { what: "login/*", by: "ada" };
  const made = await ask(app, "POST", "/api/v1/claims", body);
  assertEquals([made.status, made.body.claim.by], [200, "ada"]);
  const other = await ask(app, "POST", "/api/v1/claims", { ...body, by: "bob" });
  assertEquals([other.status, other.body.claim, other.body.detail], [
    409,
    made.body.claim,
    `Already claimed by "ada" until ${made.body.claim.staleAt} unless renewed; take other work or ask "ada"`,
  ]);
  const listed = await ask(app, "GET", "/api/v1/claims?by=ada&limit=1");
  assertEquals(listed.body, { items: [made.body.claim], nextCursor: null });
  const remove = (query: string) => ask(app, "DELETE", `/api/v1/claims?what=login%2F*${query}`);
  assertEquals((await remove("&by=bob")).status, 403);
  assertEquals((await remove("&by=ada")).status, 204);
  assertEquals((await remove("")).status, 404);
});

Deno.test("the time after which a claim is stale is a workspace setting", async () => {
  await using app = await testApp();
  await claimedAgo(app, 29, "login", "ada");
  const settings = { claims: { staleAfterMs: 20 * MINUTE } };
  assertEquals((await ask(app, "PATCH", "/api/v1/settings/coordination", settings)).status, 200);
  assertEquals((await get(app, "?what=login")).claim, null);
  assertEquals((await claim(app, "login", "bob")).status, 200);
});

Deno.test("claim.claimed and claim.released come in the commit that makes them true", async () => {
  await using app = await testApp();
  await claimedAgo(app, 31, "login", "ada");
  await claim(app, "login", "bob");
  await claim(app, "login", "ada");
  await release(app, "login", "bob");
  const events = await eventsOf(app, "claim.*");
  assertEquals(events.map(({ type, claim, takenFrom }) => [type, (claim as Claim).by, takenFrom]), [
    ["claim.claimed", "ada", undefined],
    ["claim.claimed", "bob", "ada"],
    ["claim.released", "bob", undefined],
  ]);
});

Deno.test("another workspace sees no claim, and claims the same work", async () => {
  await using app = await testApp();
  const call = { workspaceId: "elsewhere", actor: "t" };
  await claimWork(app.ctx, call, { what: "login", by: "ada" });
  assertEquals((await get(app, "?what=login")).claim, null);
  assertEquals((await claim(app, "login", "bob")).status, 200);
});

Deno.test("words of 2 000 characters, with slashes, quotes and NUL, are one claim like any other", async () => {
  await using app = await testApp();
  const what = `a/b "c"\u0000\u{1F600}`.padEnd(2_000, "é");
  assertEquals((await claim(app, what, "ada")).body.claim.what, what);
  assertEquals((await claim(app, what, "bob")).status, 409);
  assertEquals((await claim(app, `${what}xx`, "bob")).status, 400);
  assertEquals((await get(app, `?what=${encodeURIComponent(what)}`)).claim.by, "ada");
});
