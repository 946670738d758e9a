import { assertEquals } from "@std/assert";
import { readEvents } from "../../../lib/kernel/events/mod.ts";
import { recallMemories, saveMemory } from "../../../lib/coordination/memory/mod.ts";
import { type TestApp, testApp } from "../../harness/test_app.ts";
import { ask, told } from "./asked.ts";

const PATH = "/agent/sage/memory";

async function save(app: TestApp, content: string, more: object = {}, path = PATH) {
  return (await ask(app, "POST", path, { content, ...more })).body.memory;
}

async function recall(app: TestApp, query: string, path = PATH): Promise<string[]> {
  const { body } = await ask(app, "GET", `${path}?query=${encodeURIComponent(query)}`);
  return body.memories.map((m: { content: string }) => m.content);
}

Deno.test("POST /agent/{id}/memory {category, content, tags?} → {success, memory}", async () => {
  await using app = await testApp();
  const body = { category: "decision", content: "Use leases", tags: ["kv", "kv"], more: 1 };
  const answer = await ask(app, "POST", PATH, body);
  const { id, timestamp, ...rest } = answer.body.memory;
  assertEquals([answer.status, answer.body.success], [200, true]);
  assertEquals(rest, {
    agentId: "sage",
    category: "decision",
    content: "Use leases",
    tags: ["kv"],
  });
  assertEquals([id.slice(0, 4), new Date(timestamp).toISOString()], ["mem_", timestamp]);
  const events = await readEvents(app.ctx, "default", "agent:sage");
  assertEquals(events.map(({ type }) => type), ["memory.saved"]);
});

const REFUSED: readonly [title: string, body: unknown, error: string][] = [
  ["empty content is a 400", { content: "" }, "content required"],
  ["no content is a 400", {}, "content required"],
  ["blank content is a 400", { content: "  " }, "content: must not be empty"],
  [
    "an unknown category is a 400",
    { content: "x", category: "rumour" },
    'category: Invalid option: expected one of "discovery"|"decision"|"blocker"|"learning"|"pattern"|"warning"',
  ],
  [
    "a tag that is no text is a 400",
    { content: "x", tags: [1] },
    "tags.0: Invalid input: expected string, received number",
  ],
];

for (const [title, body, error] of REFUSED) {
  Deno.test(`Memory: ${title}`, async () => {
    await using app = await testApp();
    assertEquals(await told(app, "POST", PATH, body), [400, { error }]);
    assertEquals(await told(app, "GET", PATH), [200, { memories: [] }]);
  });
}

Deno.test("Memory: category defaults to learning", async () => {
  await using app = await testApp();
  assertEquals((await save(app, "x")).category, "learning");
});

Deno.test("GET ?category → newest first, ≤ 50", async () => {
  await using app = await testApp();
  for (let n = 0; n < 53; n++) {
    await save(app, `m${n}`, { category: n % 2 ? "warning" : "learning" });
  }
  const contents = async (query: string) =>
    (await ask(app, "GET", PATH + query)).body.memories.map((m: { content: string }) => m.content);
  const all = await contents("");
  assertEquals([all.length, all[0], all[49]], [50, "m52", "m3"]);
  assertEquals(await contents("?category=warning&limit=2"), ["m51", "m49"]);
  assertEquals(await contents("?query="), all);
  assertEquals((await ask(app, "GET", `${PATH}?category=rumour`)).status, 400);
  assertEquals((await ask(app, "GET", `${PATH}?limit=x`)).status, 400);
});

Deno.test("GET ?query → ranked by relevance, also with a category", async () => {
  await using app = await testApp();
  await save(app, "The parser fails on tabs", { category: "warning" });
  await save(app, "Parser parser parser: keep it pure", { category: "decision" });
  await save(app, "Deploy on Fridays is fine");
  assertEquals(await recall(app, "parser tabs"), [
    "The parser fails on tabs",
    "Parser parser parser: keep it pure",
  ]);
  const only = await ask(app, "GET", `${PATH}?query=parser&category=decision`);
  assertEquals(only.body.memories.length, 1);
  assertEquals(await recall(app, "quantum gravity"), []);
  assertEquals(await recall(app, "?!"), []);
});

Deno.test("a saved entry is found by the very next query, also by another instance", async () => {
  await using app = await testApp();
  const { createSearchIndexes } = await import("../../../lib/coordination/search/mod.ts");
  const elsewhere = { ctx: app.ctx, search: createSearchIndexes(app.ctx) };
  const here = { ctx: app.ctx, search: app.coordination.search };
  for (let n = 0; n < 20; n++) {
    const saved = await save(app, `finding number${n}`);
    for (const side of [here, elsewhere]) {
      const found = await recallMemories(side, "default", { query: `number${n} ` });
      assertEquals(found[0]?.id, saved.id);
    }
  }
});

Deno.test("an agent's memory is its own: another agent's query does not find it, the team's does", async () => {
  await using app = await testApp();
  await save(app, "leases need fences", {}, "/agent/phoenix/memory");
  assertEquals(await recall(app, "leases"), []);
  assertEquals(await recall(app, "leases", "/agent/phoenix/memory"), ["leases need fences"]);
  const team = await ask(app, "GET", "/api/v1/search/memories?q=leases");
  assertEquals(team.body.items.map((m: { agentId: string }) => m.agentId), ["phoenix"]);
});

Deno.test("a memory stays in its workspace: lists and searches of another do not see it", async () => {
  await using app = await testApp();
  const call = { workspaceId: "other", actor: "agent:sage" };
  const saved = await saveMemory(app.ctx, call, "sage", { content: "secret plan" });
  const searched = { ctx: app.ctx, search: app.coordination.search };
  assertEquals(await recall(app, "secret"), []);
  assertEquals(await told(app, "GET", PATH), [200, { memories: [] }]);
  assertEquals((await ask(app, "GET", `/api/v1/agents/sage/memory/${saved.id}`)).status, 404);
  assertEquals((await ask(app, "DELETE", `/api/v1/agents/sage/memory/${saved.id}`)).status, 404);
  assertEquals((await recallMemories(searched, "other", { query: "secret" })).length, 1);
  assertEquals((await recallMemories(searched, "default", { query: "secret" })).length, 0);
});

Deno.test("DELETE one memory: gone from lists and searches at once; again it is a 404", async () => {
  await using app = await testApp();
  const { id } = await save(app, "outdated advice", { category: "pattern" });
  assertEquals(await recall(app, "outdated"), ["outdated advice"]);
  const path = `/api/v1/agents/sage/memory/${id}`;
  assertEquals((await ask(app, "DELETE", `/api/v1/agents/phoenix/memory/${id}`)).status, 404);
  assertEquals((await ask(app, "DELETE", path)).status, 204);
  assertEquals((await ask(app, "DELETE", path)).body.code, "not_found");
  assertEquals(await recall(app, "outdated"), []);
  assertEquals((await ask(app, "GET", `${PATH}?category=pattern`)).body.memories, []);
});

Deno.test("30 agents remember at once: none lost, all found", async () => {
  await using app = await testApp({ kv: "file" });
  const agents = Array.from({ length: 30 }, (_, n) => `agent-${n}`);
  await Promise.all(agents.map(async (id) => {
    for (const n of [1, 2, 3]) await save(app, `${id} note ${n}`, {}, `/agent/${id}/memory`);
  }));
  const { body } = await ask(app, "GET", "/api/v1/search/memories?q=note&limit=100");
  assertEquals(body.items.length, 90);
  for (const id of agents) {
    assertEquals((await ask(app, "GET", `/agent/${id}/memory`)).body.memories.length, 3);
  }
});
