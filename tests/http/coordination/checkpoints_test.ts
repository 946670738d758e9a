import { assertEquals, assertStringIncludes } from "@std/assert";
import { getCheckpoint, saveCheckpoint } from "../../../lib/coordination/checkpoints/mod.ts";
import { type TestApp, testApp } from "../../harness/test_app.ts";
import { ask, eventsOf } from "./asked.ts";

const PATH = "/agent/phoenix/checkpoint";
const save = (app: TestApp, body: unknown, headers?: Record<string, string>) =>
  ask(app, "POST", PATH, body, headers);

Deno.test("GET /agent/{id}/checkpoint → {checkpoint|null}: null before the first", async () => {
  await using app = await testApp();
  const { status, body } = await ask(app, "GET", PATH);
  assertEquals([status, body], [200, { checkpoint: null }]);
});

Deno.test("POST /agent/{id}/checkpoint {conversationSummary?, accomplishments[], pendingWork[], recentContext?, filesEdited[]} → {success, checkpoint} with agentId, checkpointAt", async () => {
  await using app = await testApp();
  const given = {
    conversationSummary: "Fixing the parser",
    accomplishments: ["found it"],
    pendingWork: ["write a test"],
    recentContext: "line 40",
    filesEdited: ["src/a.ts"],
  };
  const { status, body } = await save(app, { ...given, mood: "unknown fields are ignored" });
  assertEquals([status, body.success], [200, true]);
  const { agentId, checkpointAt, ...rest } = body.checkpoint;
  assertEquals([agentId, new Date(checkpointAt).toISOString()], ["phoenix", checkpointAt]);
  assertEquals(rest, given);
  assertEquals((await ask(app, "GET", PATH)).body.checkpoint, body.checkpoint);
});

Deno.test("a checkpoint save replaces the fields it carries and keeps the others ([] clears)", async () => {
  await using app = await testApp();
  await save(app, { conversationSummary: "S", accomplishments: ["a"], pendingWork: ["p"] });
  const { body } = await save(app, { pendingWork: [], filesEdited: ["x.ts"] });
  const { agentId: _, checkpointAt: __, ...rest } = body.checkpoint;
  assertEquals(rest, {
    conversationSummary: "S",
    accomplishments: ["a"],
    pendingWork: [],
    filesEdited: ["x.ts"],
  });
});

Deno.test("checkpoint: history of the last 20 kept, newest first, page by page", async () => {
  await using app = await testApp();
  for (let n = 1; n <= 23; n++) await save(app, { recentContext: `save ${n}` });
  const list = "/api/v1/agents/phoenix/checkpoints";
  const first = (await ask(app, "GET", `${list}?limit=15`)).body;
  const rest = (await ask(app, "GET", `${list}?limit=15&cursor=${first.nextCursor}`)).body;
  const saved = [...first.items, ...rest.items].map(({ recentContext }) => recentContext);
  assertEquals(saved, Array.from({ length: 20 }, (_, i) => `save ${23 - i}`));
  assertEquals(rest.nextCursor, null);
});

Deno.test("checkpoint: a shorter history drops what no longer belongs to it", async () => {
  await using app = await testApp();
  for (let n = 1; n <= 10; n++) await save(app, { recentContext: `save ${n}` });
  await ask(app, "PATCH", "/api/v1/settings/coordination", { checkpoints: { historyLength: 3 } });
  await save(app, { recentContext: "save 11" });
  const { body } = await ask(app, "GET", "/api/v1/agents/phoenix/checkpoints");
  // deno-lint-ignore no-explicit-any -- shown checkpoints
  const saved = body.items.map((item: any) => item.recentContext);
  assertEquals(saved, ["save 11", "save 10", "save 9"]);
});

Deno.test("checkpoint: one saved at once by 20 callers keeps every one in its history", async () => {
  await using app = await testApp();
  const saves = Array.from({ length: 20 }, (_, n) => save(app, { recentContext: `save ${n}` }));
  assertEquals((await Promise.all(saves)).map(({ status }) => status), Array(20).fill(200));
  const { body } = await ask(app, "GET", "/api/v1/agents/phoenix/checkpoints");
  // deno-lint-ignore no-explicit-any -- shown checkpoints
  assertEquals(new Set(body.items.map((item: any) => item.recentContext)).size, 20);
});

const BAD: readonly [string, unknown, string][] = [
  ["no object", [], "The body must be a JSON object"],
  ["a list that is a text", { accomplishments: "done" }, "accomplishments: "],
  ["a text that is a number", { conversationSummary: 7 }, "conversationSummary: "],
  ["a token without its path", { token: 3 }, "resourcePath required"],
];

for (const [what, body, error] of BAD) {
  Deno.test(`POST /agent/{id}/checkpoint refuses ${what} with 400 {error}`, async () => {
    await using app = await testApp();
    const answer = await save(app, body);
    assertEquals(answer.status, 400);
    assertStringIncludes(answer.body.error, error);
    assertEquals((await ask(app, "GET", PATH)).body.checkpoint, null);
  });
}

Deno.test("POST /agent/{id}/checkpoint refuses more than an event can carry with 413 {error}", async () => {
  await using app = await testApp();
  const { status, body } = await save(app, { pendingWork: Array(20).fill("x".repeat(3_000)) });
  assertEquals(status, 413);
  assertStringIncludes(body.error, "36000");
});

Deno.test("an agent id that cannot be one is a 400, a wrong method a 405", async () => {
  await using app = await testApp();
  assertEquals((await ask(app, "GET", "/agent/a%20b/checkpoint")).status, 400);
  assertEquals((await ask(app, "DELETE", PATH)).status, 405);
});

Deno.test("guarded writes: checkpoint under a live token is saved, after another grant it is a 409 to the stale one", async () => {
  await using app = await testApp();
  const lock = async (agentId: string) =>
    (await ask(app, "POST", "/lock/src%2Fa.ts/lock", { agentId })).body.lock;
  const { token } = await lock("phoenix");
  const live = await save(app, { recentContext: "mine", token, resourcePath: "src/a.ts" });
  assertEquals(live.status, 200);
  await ask(app, "POST", "/lock/src%2Fa.ts/unlock", { agentId: "phoenix" });
  await lock("owl");
  const stale = await save(app, { recentContext: "late", token }, {
    "x-resource-path": "src%2Fa.ts",
  });
  assertEquals([stale.status, stale.body.success], [409, false]);
  assertEquals((await ask(app, "GET", PATH)).body.checkpoint.recentContext, "mine");
});

Deno.test("two agent ids that differ are a 400, and a body's own is this agent's or none", async () => {
  await using app = await testApp();
  assertEquals((await save(app, {}, { "x-agent-id": "owl" })).status, 400);
  assertEquals((await save(app, { agentId: "owl" })).status, 400);
  assertEquals((await save(app, { agentId: "phoenix" }, { "x-agent-id": "phoenix" })).status, 200);
});

Deno.test("POST /api/v1/agents/{id}/checkpoint is the same door, strict about unknown fields", async () => {
  await using app = await testApp();
  const path = "/api/v1/agents/phoenix/checkpoint";
  const { status, body } = await ask(app, "POST", path, { pendingWork: ["a"] });
  assertEquals([status, body.checkpoint.pendingWork], [200, ["a"]]);
  assertEquals((await ask(app, "GET", PATH)).body.checkpoint, body.checkpoint);
  const bad = await ask(app, "POST", path, { pendingwork: [] });
  assertEquals([bad.status, bad.body.code], [400, "invalid_input"]);
});

Deno.test("saveCheckpoint() emits checkpoint.saved {checkpoint} on the agent's stream", async () => {
  await using app = await testApp();
  const { body } = await save(app, { pendingWork: ["a"] });
  const [event] = await eventsOf(app, "checkpoint.*");
  assertEquals([event.stream, event.actor, event.checkpoint], [
    "agent:phoenix",
    "agent:phoenix",
    body.checkpoint,
  ]);
});

Deno.test("saveCheckpoint() is not seen from another workspace", async () => {
  await using app = await testApp();
  const call = { workspaceId: "other", actor: "agent:phoenix" };
  await saveCheckpoint(app.ctx, call, { agentId: "phoenix", pendingWork: ["theirs"] });
  assertEquals((await ask(app, "GET", PATH)).body.checkpoint, null);
  assertEquals((await getCheckpoint(app.ctx, "other", "phoenix"))?.pendingWork, ["theirs"]);
});
