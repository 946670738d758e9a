import { assertEquals } from "@std/assert";
import { ADMIN_KEY, type KeyedApp, keyedApp } from "../harness/keyed_app.ts";

/** Every write that takes an identity, made in atlas's name; `{task}` … are records of the test. */
const AS_ATLAS: readonly [string, string, unknown][] = [
  ["POST", "/coordinator/agents", { agentId: "atlas" }],
  ["POST", "/coordinator/chat", { author: "atlas", message: "x" }],
  ["POST", "/coordinator/tasks", {
    id: "{task}",
    title: "x",
    assignee: "atlas",
    status: "in-progress",
  }],
  ["POST", "/coordinator/zones", { action: "claim", zoneId: "z", path: "src", owner: "atlas" }],
  ["POST", "/coordinator/zones", { action: "release", zoneId: "z", owner: "atlas" }],
  ["POST", "/coordinator/claims", { action: "claim", what: "x", by: "atlas" }],
  ["POST", "/coordinator/claims", { action: "release", what: "x", by: "atlas" }],
  ["POST", "/coordinator/handoffs", { fromAgent: "atlas", title: "x", context: "x" }],
  ["POST", "/coordinator/handoffs", { action: "claim", handoffId: "{handoff}", agentId: "atlas" }],
  ["POST", "/coordinator/handoffs", {
    action: "complete",
    handoffId: "{handoff}",
    agentId: "atlas",
  }],
  ["POST", "/agent/atlas/checkpoint", { conversationSummary: "x" }],
  ["POST", "/agent/phoenix/messages", { from: "atlas", message: "x" }],
  ["PATCH", "/agent/atlas/messages", { messageIds: ["x"] }],
  ["POST", "/agent/atlas/memory", { content: "x" }],
  ["POST", "/agent/atlas/trace", { task: "x" }],
  ["POST", "/agent/atlas/trace/x/step", { tool: "x", outcome: "found" }],
  ["POST", "/agent/atlas/trace/x/complete", {}],
  ["POST", "/agent/atlas/soul", {}],
  ["PATCH", "/agent/atlas/soul", { action: "add-xp", xp: 5 }],
  ["POST", "/agent/atlas/heartbeat", {}],
  ["POST", "/lock/a.ts/lock", { agentId: "atlas" }],
  ["POST", "/lock/a.ts/unlock", { agentId: "atlas" }],
  ["POST", "/api/v1/agents", { agentId: "atlas" }],
  ["POST", "/api/v1/agents/atlas/heartbeat", {}],
  ["POST", "/api/v1/agents/atlas/checkpoint", { conversationSummary: "x" }],
  ["POST", "/api/v1/agents/phoenix/messages", { from: "atlas", message: "x" }],
  ["PATCH", "/api/v1/agents/atlas/messages", { messageIds: ["x"] }],
  ["POST", "/api/v1/agents/atlas/memory", { content: "x" }],
  ["POST", "/api/v1/agents/atlas/traces", { task: "x" }],
  ["POST", "/api/v1/agents/atlas/soul", {}],
  ["POST", "/api/v1/agents/atlas/soul/xp", { xp: 5 }],
  ["POST", "/api/v1/chat/messages", { author: "atlas", message: "x" }],
  ["POST", "/api/v1/kudos", { from: "atlas", to: "zephyr", note: "x" }],
  ["POST", "/api/v1/locks", { agentId: "atlas", path: "a.ts" }],
  ["DELETE", "/api/v1/locks/a.ts?agentId=atlas", undefined],
  ["POST", "/api/v1/tasks/{task}/claim", { agentId: "atlas" }],
  ["POST", "/api/v1/tasks/{task}/release", { agentId: "atlas" }],
  ["POST", "/api/v1/tasks/{task}/complete", { agentId: "atlas" }],
  ["POST", "/api/v1/zones", { zoneId: "z", path: "src", owner: "atlas" }],
  ["POST", "/api/v1/claims", { what: "x", by: "atlas" }],
  ["DELETE", "/api/v1/claims?what=x&by=atlas", undefined],
  ["POST", "/api/v1/handoffs", { fromAgent: "atlas", title: "x", context: "x" }],
  ["POST", "/api/v1/handoffs/{handoff}/claim", { agentId: "atlas" }],
  ["POST", "/api/v1/handoffs/{handoff}/complete", { agentId: "atlas" }],
];

async function records(app: KeyedApp): Promise<(text: string) => string> {
  const make = (path: string, body: unknown) =>
    app.send(ADMIN_KEY, "POST", path, body, { "x-agent-id": "zephyr" });
  const { task } = (await make("/api/v1/tasks", { title: "x" })).body;
  const { handoff } = (await make("/api/v1/handoffs", { title: "x", context: "x" })).body;
  await make("/api/v1/zones", { zoneId: "z", path: "docs" });
  return (text) => text.replaceAll("{task}", task.id).replaceAll("{handoff}", handoff.id);
}

const headOf = async (app: KeyedApp) =>
  (await app.send(ADMIN_KEY, "GET", "/api/v1/events?format=json&after=latest")).body.nextCursor;

Deno.test("a key bound to phoenix writes nothing in the name of atlas, by no path", async () => {
  await using app = await keyedApp();
  const fill = await records(app);
  const { token } = await app.newKey({ role: "agent", agentId: "phoenix" });
  const before = await headOf(app);
  const odd: unknown[] = [];
  for (const [method, path, body] of AS_ATLAS) {
    const sent = body === undefined ? undefined : JSON.parse(fill(JSON.stringify(body)));
    const answer = await app.send(token, method, fill(path), sent);
    if (answer.status !== 403) odd.push([method, path, body, answer.status, answer.body]);
  }
  assertEquals(odd, []);
  assertEquals(await headOf(app), before, "a refused write left an event");
});

Deno.test("a member that names atlas while X-Agent-Id says phoenix is refused with 400", async () => {
  await using app = await keyedApp();
  const fill = await records(app);
  const { token } = await app.newKey({ role: "member" });
  const before = await headOf(app);
  const odd: unknown[] = [];
  for (const [method, path, body] of AS_ATLAS) {
    const sent = body === undefined ? undefined : JSON.parse(fill(JSON.stringify(body)));
    const answer = await app.send(token, method, fill(path), sent, { "x-agent-id": "phoenix" });
    if (answer.status !== 400) odd.push([method, path, body, answer.status, answer.body]);
  }
  assertEquals(odd, []);
  assertEquals(await headOf(app), before, "a refused write left an event");
});
