/** coordination.md "the agent's identity from its key or an `agentId` argument"; roles as everywhere. */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { keyedApp } from "../harness/keyed_app.ts";
import { testApp } from "../harness/test_app.ts";
import { type McpClient, newClient, oldClient, type ToolResult } from "./clients.ts";

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const textOf = ({ content }: ToolResult) => content[0]!.text!;

for (const connect of [newClient, oldClient]) {
  Deno.test(`a key bound to an agent acts only as it, for ${connect.name}`, async () => {
    await using app = await keyedApp();
    const { token } = await app.newKey({ role: "agent", agentId: "phoenix" });
    await using client = await connect(app.url, bearer(token));
    const posted = await client.callTool("group-chat", { message: "Here I am" });
    assertEquals(posted.structuredContent.message.author, "phoenix");
    const other = await client.callTool("group-chat", { message: "Me too", agentId: "griffin" });
    assertEquals(other.isError, true);
    assertMatch(textOf(other), /acts as "phoenix" only, not as "griffin"/);
    const asked = await client.callTool("soul", { agentId: "griffin" });
    assertEquals([asked.isError ?? false, asked.structuredContent.soul], [false, null]);
  });

  Deno.test(`a viewer reads with every tool and writes with none, for ${connect.name}`, async () => {
    await using app = await keyedApp();
    const { token } = await app.newKey({ role: "viewer" });
    await using client = await connect(app.url, bearer(token));
    const writes: readonly (readonly [string, Record<string, unknown>])[] = [
      ["agent-status", { agentId: "phoenix", status: "active" }],
      ["group-chat", { agentId: "phoenix", message: "Hello" }],
      ["message", { agentId: "phoenix", to: "griffin", message: "Hello" }],
      ["handoff", { agentId: "phoenix", title: "T", context: "C" }],
      ["checkpoint", { agentId: "phoenix", pendingWork: [] }],
      ["memory", { agentId: "phoenix", content: "C" }],
      ["task", { agentId: "phoenix", title: "T" }],
      ["zone", { agentId: "phoenix", zoneId: "z", path: "src" }],
      ["claim", { agentId: "phoenix", action: "claim", what: "W" }],
      ["resource", { agentId: "phoenix", action: "lock", resourcePath: "a" }],
      ["trace", { agentId: "phoenix", task: "T" }],
      ["soul", { agentId: "phoenix", action: "create" }],
      ["heartbeat", { agentId: "phoenix" }],
      ["shadow-agent", { agentId: "phoenix", shadowId: "griffin" }],
      ["thread", { agentId: "phoenix", messageId: "m", message: "R" }],
      ["kudos", { agentId: "phoenix", to: "griffin", note: "N" }],
      ["workflow", { template: "full", intent: "I" }],
      ["orchestrate", { intent: "I" }],
      ["approve", { approvalId: "a", decision: "approve" }],
    ];
    for (const [tool, args] of writes) {
      const refused = await client.callTool(tool, args);
      assertEquals(refused.isError, true, tool);
      assertMatch(textOf(refused), /Role "viewer" may not do this; use a key with role/, tool);
    }
    const reads = ["work", "hot-start", "onboard", "dashboard", "digest"];
    for (const tool of reads) {
      const read = await client.callTool(tool, { agentId: "phoenix" });
      assertEquals(read.isError === true && !/soul/.test(textOf(read)), false, tool);
    }
    const { structuredContent } = await client.callTool("agent-status", { action: "list" });
    assertEquals(structuredContent.items, []);
  });
}

Deno.test("an agent's key starts no runs; a member's does", async () => {
  await using app = await keyedApp();
  const agent = await app.newKey({ role: "agent", agentId: "phoenix" });
  const member = await app.newKey({ role: "member" });
  const started = async (token: string) => {
    await using client = await newClient(app.url, bearer(token));
    return await client.callTool("orchestrate", { intent: "Add 2 and 3" });
  };
  assertMatch(textOf(await started(agent.token)), /use a key with role "member"/);
  assertEquals((await started(member.token)).isError ?? false, false);
});

Deno.test("force takes a right: an agent's key is refused, an operator's is not", async () => {
  await using app = await keyedApp();
  const phoenix = await app.newKey({ role: "agent", agentId: "phoenix" });
  const griffin = await app.newKey({ role: "agent", agentId: "griffin" });
  const operator = await app.newKey({ role: "operator" });
  const file = { resourcePath: "src/a.ts" };
  const force = { ...file, action: "unlock", force: true };
  const call = async (token: string, args: Record<string, unknown>) => {
    await using client = await newClient(app.url, bearer(token));
    return await client.callTool("resource", args);
  };
  await call(phoenix.token, { ...file, action: "lock" });
  const refused = await call(griffin.token, force);
  assertMatch(textOf(refused), /role "operator"/);
  const stolen = await call(operator.token, { ...force, agentId: "rescuer" });
  assertEquals(stolen.structuredContent.previousOwner, "phoenix");
});

Deno.test("X-Agent-Id names the agent; two names that differ are refused", async () => {
  await using app = await testApp();
  await using client = await newClient(app.url, { "x-agent-id": "phoenix" });
  const beat = await client.callTool("heartbeat", {});
  assertEquals(beat.isError ?? false, false);
  const two = await client.callTool("heartbeat", { agentId: "griffin" });
  assertStringIncludes(textOf(two), 'two agents, "griffin" and "phoenix"');
});

const NAMES:
  readonly (readonly [string, Record<string, unknown>, (result: ToolResult) => string])[] = [
    ["group-chat", { author: "phoenix", message: "Hi" }, (r) => r.structuredContent.message.author],
    [
      "message",
      { agentId: "griffin", from: "phoenix", message: "Hi" },
      (r) => r.structuredContent.message.from,
    ],
    [
      "handoff",
      { fromAgent: "phoenix", title: "T", context: "C" },
      (r) => r.structuredContent.handoff.fromAgent,
    ],
    ["zone", { owner: "phoenix", zoneId: "z", path: "src" }, (r) => r.structuredContent.zone.owner],
    [
      "claim",
      { by: "phoenix", action: "claim", what: "W" },
      (r) => r.structuredContent.claim.by,
    ],
    [
      "kudos",
      { from: "phoenix", to: "griffin", note: "N" },
      (r) => r.structuredContent.kudos.from,
    ],
  ];

Deno.test("the API's own names of the acting agent are understood", async () => {
  await using app = await testApp();
  await using client = await newClient(app.url);
  for (const [tool, args, who] of NAMES) {
    assertEquals(who(await client.callTool(tool, args)), "phoenix", tool);
  }
  assertEquals(await writersOf(client, "griffin", "Hi"), ["phoenix"]);
  const both = { agentId: "griffin", author: "phoenix", message: "Which?" };
  assertEquals((await client.callTool("group-chat", both)).isError, true);
});

async function writersOf(client: McpClient, agentId: string, text: string): Promise<string[]> {
  const { structuredContent } = await client.callTool("message", { agentId, action: "read" });
  const items = structuredContent.items as { from: string; message: string }[];
  return items.filter(({ message }) => message === text).map(({ from }) => from);
}
