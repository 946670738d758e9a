/** coordination.md "Structured results equal the API's": each read by both doors, one beside the other. */
import { assertEquals } from "@std/assert";
import { type TestApp, testApp } from "../harness/test_app.ts";
import { type McpClient, newClient } from "./clients.ts";
import { CASES } from "./tool_cases.ts";

type Read = readonly [tool: string, args: Record<string, unknown>, path: string];

const me = { agentId: "phoenix" };
const id = "/api/v1/agents/phoenix";

const READS: readonly Read[] = [
  ["work", me, "/api/v1/work?agentId=phoenix"],
  ["agent-status", me, `${id}?kind=external`],
  ["group-chat", { action: "read" }, "/api/v1/chat/messages"],
  ["group-chat", { query: "parser" }, "/api/v1/search/messages?q=parser"],
  ["message", { agentId: "griffin", action: "read" }, "/api/v1/agents/griffin/messages"],
  ["handoff", { action: "list" }, "/api/v1/handoffs"],
  ["checkpoint", { ...me, action: "get" }, `${id}/checkpoint`],
  ["checkpoint", { ...me, action: "history" }, `${id}/checkpoints`],
  ["memory", { ...me, action: "recall" }, `${id}/memory`],
  ["memory", { ...me, query: "lexer" }, `${id}/memory?query=lexer`],
  ["task", { action: "list" }, "/api/v1/tasks"],
  ["task", { action: "get", taskId: "lexer" }, "/api/v1/tasks/lexer"],
  ["zone", { action: "list" }, "/api/v1/zones"],
  ["claim", { action: "list" }, "/api/v1/claims"],
  ["resource", { resourcePath: "src/a.ts" }, "/api/v1/locks/src/a.ts"],
  ["resource", { action: "history", resourcePath: "src/a.ts" }, "/api/v1/locks/src/a.ts/history"],
  ["resource", { action: "list" }, "/api/v1/locks"],
  ["trace", { ...me, action: "list" }, `${id}/traces`],
  ["trace", { ...me, action: "escalations" }, `${id}/escalations`],
  ["soul", me, `${id}/soul`],
  ["dashboard", me, `${id}/dashboard`],
  ["heartbeat", { ...me, action: "status" }, `${id}/heartbeat`],
  ["shadow-agent", { ...me, action: "status" }, `${id}/shadow`],
  ["session-resume", {}, "/api/v1/session-resume"],
  ["digest", { agentId: "griffin" }, "/api/v1/digest?agentId=griffin"],
  ["kudos", { action: "list" }, "/api/v1/kudos"],
  ["workflow", {}, "/api/v1/workflows"],
  ["run-status", {}, "/api/v1/runs"],
  ["approve", {}, "/api/v1/approvals?status=open"],
];

/** What differs between two reads at different times, whoever asks. */
const PASSING = new Set([
  "timestamp",
  "lastSeen",
  "remainingMs",
  "stalledForMs",
  "since",
  "nextCursor",
  "hoursUntilExpires",
]);

Deno.test("Structured results equal the API's, for every read", async (t) => {
  await using app = await testApp();
  await using client = await newClient(app.url);
  for (const { tool, args } of CASES) await client.callTool(tool, args);
  for (const [tool, args, path] of READS) {
    await t.step(`${tool} ${JSON.stringify(args)} = GET ${path}`, async () => {
      const { structuredContent } = await client.callTool(tool, args);
      assertEquals(lasting(structuredContent), lasting(await app.json("GET", path)));
    });
  }
});

Deno.test("hot-start is the answers of work and of the agent's state in one", async () => {
  await using app = await testApp();
  await using client = await newClient(app.url);
  await client.callTool("checkpoint", { ...me, pendingWork: ["numbers"] });
  const begun = await client.callTool("hot-start", me);
  const work = await app.json<object>("GET", "/api/v1/work?agentId=phoenix");
  const state = await app.json<object>("GET", `${id}/state`);
  assertEquals(lasting(begun.structuredContent), lasting({ ...work, ...state }));
});

Deno.test("Structured results equal the API's, for writes", async () => {
  await using app = await testApp();
  await using client = await newClient(app.url);
  const sameKeys = async (tool: string, args: object, path: string, body: object) => {
    const byTool = await called(client, tool, { ...me, ...args });
    assertEquals(shapeOf(byTool), shapeOf(await posted(app, path, body)), `${tool} and ${path}`);
  };
  const as = { "agentId": "phoenix" };
  await sameKeys("task", { title: "T" }, "/api/v1/tasks", { title: "T", createdBy: "phoenix" });
  await sameKeys("checkpoint", { pendingWork: [] }, `${id}/checkpoint`, { pendingWork: [] });
  await sameKeys("heartbeat", {}, `${id}/heartbeat`, {});
  await sameKeys("trace", { task: "T" }, `${id}/traces`, { task: "T" });
  await sameKeys("agent-status", { status: "idle" }, "/api/v1/agents", { ...as, status: "idle" });
  await sameKeys(
    "handoff",
    { title: "T", context: "C" },
    "/api/v1/handoffs",
    { fromAgent: "phoenix", title: "T", context: "C" },
  );
  await sameKeys(
    "resource",
    { action: "lock", resourcePath: "a.ts" },
    "/api/v1/locks",
    { ...as, path: "b.ts" },
  );
  await sameKeys(
    "workflow",
    { template: "full", intent: "Add 2 and 3" },
    "/api/v1/workflows/full/run",
    { intent: "Add 2 and 3" },
  );
});

async function called(client: McpClient, tool: string, args: Record<string, unknown>) {
  const result = await client.callTool(tool, args);
  assertEquals(result.isError ?? false, false, result.content[0]!.text);
  return result.structuredContent;
}

const posted = (app: TestApp, path: string, body: object) => app.json<object>("POST", path, body);

function lasting(value: unknown): unknown {
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map(lasting);
  const kept = Object.entries(value).filter(([name]) => !PASSING.has(name));
  return Object.fromEntries(kept.map(([name, field]) => [name, lasting(field)]));
}

/** The names of all members, at every depth. */
function shapeOf(value: unknown): unknown {
  if (value === null || typeof value !== "object") return typeof value;
  if (Array.isArray(value)) return value.slice(0, 1).map(shapeOf);
  return Object.fromEntries(
    Object.entries(value).sort().map(([name, field]) => [name, shapeOf(field)]),
  );
}
