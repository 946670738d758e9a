/** Handoffs, on the compatibility surface and the canonical API. Names quote coordination.md. */
import { assertEquals, assertMatch } from "@std/assert";
import { createHandoff, type Handoff } from "../../../lib/coordination/handoffs/mod.ts";
import { type TestApp, testApp } from "../../harness/test_app.ts";
import { ask, eventsOf } from "./asked.ts";

const UNKNOWN = "hof_01K9Z3V7Q8R5T2W4X6Y8Z0A1B2";
const post = (app: TestApp, body: object, headers = {}) =>
  ask(app, "POST", "/coordinator/handoffs", body, headers);
const create = async (app: TestApp, more: object = {}): Promise<Handoff> =>
  (await post(app, { action: "create", fromAgent: "ada", title: "T", context: "C", ...more })).body
    .handoff;
const take = (app: TestApp, handoffId: string, agentId: string) =>
  post(app, { action: "claim", handoffId, agentId });
const complete = (app: TestApp, handoffId: string, agentId: string, more: object = {}) =>
  post(app, { action: "complete", handoffId, agentId, ...more });
const titles = async (app: TestApp, query: string) =>
  (await ask(app, "GET", `/coordinator/handoffs${query}`)).body.handoffs
    .map(({ title }: Handoff) => title);

Deno.test("POST {action:'create', fromAgent, title, context, toAgent?, code?, filePath?, nextSteps?, priority?}", async () => {
  await using app = await testApp();
  const input = {
    fromAgent: "ada",
    title: "Finish login",
    context: "Half of it works",
    toAgent: "bob",
    code: "const a = 1;\n",
    filePath: "src/login.ts",
    nextSteps: ["test it"],
    priority: "high",
  };
  const { status, body } = await post(app, { action: "create", ...input, nobodyKnowsThis: 1 });
  const { id, createdAt, ...handoff } = body.handoff;
  assertEquals([status, body.success, Date.parse(createdAt) > 0], [200, true, true]);
  assertMatch(id, /^hof_[0-9A-Z]{26}$/);
  assertEquals(handoff, { ...input, status: "pending" });
});

Deno.test("Handoffs without an action create", async () => {
  await using app = await testApp();
  const { status, body } = await post(app, { fromAgent: "ada", title: "T", context: "C" });
  assertEquals([status, body.handoff.nextSteps, body.handoff.priority], [200, [], "medium"]);
  const odd = await post(app, { action: "drop", fromAgent: "ada", title: "T", context: "C" });
  assertEquals([odd.status, odd.body], [400, {
    error: "Invalid action. Use: create, claim, complete",
  }]);
});

Deno.test('POST /coordinator/handoffs: 400 {"error": "<fields> required"}', async () => {
  await using app = await testApp();
  assertEquals((await post(app, {})).body, { error: "fromAgent, title, context required" });
  assertEquals((await post(app, { action: "claim" })).body, {
    error: "handoffId, agentId required",
  });
  const complete = await post(app, { action: "complete", agentId: "ada" });
  assertEquals([complete.status, complete.body], [400, { error: "handoffId required" }]);
  const odd = await post(app, { fromAgent: "ada", title: "T", context: "C", priority: "max" });
  assertEquals([odd.status, odd.body.error.startsWith("priority: ")], [400, true]);
  assertEquals(await titles(app, ""), []);
});

Deno.test("GET ?id / ?toAgent (its own and untargeted) / ?fromAgent / ?status", async () => {
  await using app = await testApp();
  const a = await create(app, { title: "a", toAgent: "bob" });
  await create(app, { title: "b" });
  await create(app, { title: "c", toAgent: "eve" });
  const d = await create(app, { title: "d", toAgent: "bob", fromAgent: "eve" });
  await take(app, d.id, "bob");
  assertEquals(await titles(app, ""), ["d", "c", "b", "a"]);
  assertEquals(await titles(app, "?toAgent=bob"), ["d", "b", "a"]);
  assertEquals(await titles(app, "?toAgent=bob&status=pending"), ["b", "a"]);
  assertEquals(await titles(app, "?fromAgent=ada"), ["c", "b", "a"]);
  assertEquals(await titles(app, "?fromAgent=eve&toAgent=bob&status=claimed"), ["d"]);
  assertEquals(await titles(app, "?status=completed"), []);
  assertEquals((await ask(app, "GET", `/coordinator/handoffs?id=${a.id}`)).body.handoff, a);
  assertEquals((await ask(app, "GET", `/coordinator/handoffs?id=${UNKNOWN}`)).body.handoff, null);
  assertEquals((await ask(app, "GET", "/coordinator/handoffs?status=lost")).status, 400);
});

Deno.test("{action:'claim', handoffId, agentId} (409 if not pending or targeted at another)", async () => {
  await using app = await testApp();
  const free = await create(app);
  const meant = await create(app, { toAgent: "bob" });
  const other = await take(app, meant.id, "eve");
  assertEquals([other.status, other.body], [409, {
    success: false,
    error: `Handoff "${meant.id}" is meant for "bob", not for "eve"`,
    handoffStatus: "pending",
    toAgent: "bob",
  }]);
  const won = await take(app, free.id, "eve");
  const { claimedAt, ...handoff } = won.body.handoff;
  assertEquals([won.status, won.body.success, Date.parse(claimedAt) > 0], [200, true, true]);
  assertEquals(handoff, { ...free, status: "claimed", claimedBy: "eve" });
  const late = await take(app, free.id, "bob");
  assertEquals([late.status, late.body.claimedBy], [409, "eve"]);
  assertEquals((await take(app, free.id, "eve")).status, 409);
  const unknown = await take(app, UNKNOWN, "eve");
  assertEquals([unknown.status, unknown.body], [404, {
    error: `There is no handoff "${UNKNOWN}"`,
  }]);
});

Deno.test("{action:'complete', handoffId, agentId} (must be its claimer): not yours or not claimed 409, an unknown one 404", async () => {
  await using app = await testApp();
  const { id } = await create(app);
  const early = await complete(app, id, "bob");
  assertEquals([early.status, early.body.error], [
    409,
    `Handoff "${id}" is not claimed; claim it first`,
  ]);
  await take(app, id, "bob");
  const other = await complete(app, id, "eve");
  assertEquals([other.status, other.body.claimedBy], [409, "bob"]);
  const own = await complete(app, id, "bob");
  assertEquals([own.status, own.body.success, own.body.handoff.status], [200, true, "completed"]);
  assertEquals(Date.parse(own.body.handoff.completedAt) > 0, true);
  assertEquals((await complete(app, id, "bob")).status, 409);
  assertEquals((await complete(app, UNKNOWN, "bob")).status, 404);
  assertEquals((await complete(app, "nonsense", "bob")).status, 404);
});

Deno.test("a created handoff to an agent also lands in its inbox", async () => {
  await using app = await testApp();
  const { id } = await create(app, { toAgent: "bob", title: "Login", context: "x".repeat(600) });
  await create(app, { title: "For anybody" });
  const { messages } = await app.json<{ messages: Record<string, string>[] }>(
    "GET",
    "/agent/bob/messages",
  );
  assertEquals(messages.map(({ from, type, handoffId }) => [from, type, handoffId]), [
    ["ada", "handoff", id],
  ]);
  assertEquals(messages[0]!.message, `Handoff "Login": ${"x".repeat(500)}…\nClaim it as ${id}.`);
});

Deno.test("the guard inside handoff-complete calls that carry a token answers 409 to a stale one", async () => {
  await using app = await testApp();
  const { id } = await create(app, { filePath: "src/a.ts" });
  await take(app, id, "bob");
  const { lock } = await app.json<{ lock: { token: number } }>("POST", "/lock/src/a.ts/lock", {
    agentId: "bob",
  });
  assertEquals((await complete(app, id, "bob", { token: lock.token + 1 })).status, 409);
  const done = await complete(app, id, "bob", { token: lock.token });
  assertEquals([done.status, done.body.handoff.status], [200, "completed"]);
  const bare = await create(app);
  await take(app, bare.id, "bob");
  const which = await complete(app, bare.id, "bob", { token: lock.token });
  assertEquals([which.status, which.body.error.startsWith("resourcePath required")], [400, true]);
});

Deno.test("POST /api/v1/handoffs, …/{id}/claim, …/{id}/complete: 201 with Location, problems name who has it", async () => {
  await using app = await testApp();
  const input = { fromAgent: "ada", title: "T", context: "C" };
  const made = await ask(app, "POST", "/api/v1/handoffs", input);
  const at = `/api/v1/handoffs/${made.body.handoff.id}`;
  assertEquals([made.status, made.headers.get("location")], [201, at]);
  assertEquals((await ask(app, "GET", at)).body, made.body);
  const act = (verb: string, agentId: string) => ask(app, "POST", `${at}/${verb}`, { agentId });
  assertEquals((await act("claim", "bob")).body.handoff.claimedBy, "bob");
  const late = await act("claim", "eve");
  assertEquals([late.status, late.body.code, late.body.claimedBy], [409, "conflict", "bob"]);
  assertEquals((await act("complete", "eve")).status, 409);
  assertEquals((await act("complete", "bob")).body.handoff.status, "completed");
  const page = await ask(app, "GET", "/api/v1/handoffs?toAgent=eve&limit=1");
  assertEquals([page.body.items.length, page.body.nextCursor], [1, null]);
});

Deno.test("DELETE /api/v1/handoffs/{id}: by its sender, not while somebody works on it", async () => {
  await using app = await testApp();
  const { id } = await create(app);
  const remove = (agentId: string) =>
    ask(app, "DELETE", `/api/v1/handoffs/${id}`, undefined, { "x-agent-id": agentId });
  assertEquals((await remove("bob")).status, 403);
  await take(app, id, "bob");
  assertEquals((await remove("ada")).body.claimedBy, "bob");
  await complete(app, id, "bob");
  assertEquals([(await remove("ada")).status, (await remove("ada")).status], [204, 404]);
});

Deno.test("lists of its own and untargeted handoffs page through both, newest first", async () => {
  await using app = await testApp();
  for (let i = 0; i < 7; i++) {
    await create(app, { title: String(i), ...(i % 2 === 0 && { toAgent: "bob" }) });
  }
  const seen: string[] = [];
  for (let cursor = "";;) {
    const { body } = await ask(app, "GET", `/api/v1/handoffs?toAgent=bob&limit=2${cursor}`);
    seen.push(body.items.map(({ title }: Handoff) => title).join(""));
    if (body.nextCursor === null) break;
    cursor = `&cursor=${body.nextCursor}`;
  }
  assertEquals(seen, ["65", "43", "21", "0"]);
});

Deno.test("handoff.created, handoff.claimed, handoff.completed, handoff.deleted come in the commit that makes them true", async () => {
  await using app = await testApp();
  const { id } = await create(app);
  await take(app, id, "bob");
  await take(app, id, "eve");
  await complete(app, id, "bob");
  await ask(app, "DELETE", `/api/v1/handoffs/${id}`);
  const events = await eventsOf(app, "handoff.*");
  assertEquals(events.map(({ type, actor }) => `${type} by ${actor}`), [
    "handoff.created by agent:ada",
    "handoff.claimed by agent:bob",
    "handoff.completed by agent:bob",
    "handoff.deleted by user:local",
  ]);
});

Deno.test("a handoff above 32 kB is a 413; another workspace sees none", async () => {
  await using app = await testApp();
  const big = {
    fromAgent: "ada",
    title: "T",
    context: "é".repeat(15_000),
    code: "x".repeat(5_000),
  };
  const refused = await post(app, big);
  assertEquals([refused.status, typeof refused.body.error], [413, "string"]);
  await createHandoff(app.ctx, { workspaceId: "elsewhere", actor: "t" }, {
    fromAgent: "ada",
    title: "T",
    context: "C",
  });
  assertEquals(await titles(app, ""), []);
});
