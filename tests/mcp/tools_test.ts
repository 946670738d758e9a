/** coordination.md "MCP": the official clients, new and old, list and call every tool. */
import { assertEquals, assertMatch } from "@std/assert";
import { testApp } from "../harness/test_app.ts";
import { type McpClient, newClient, oldClient, type ToolResult } from "./clients.ts";
import { CASES } from "./tool_cases.ts";

for (const connect of [newClient, oldClient]) {
  Deno.test(`Structured results and refusals of every tool, for ${connect.name}`, async (t) => {
    await using app = await testApp();
    await using client = await connect(app.url);
    for (const { tool, args, shows = {}, says, refused = false } of CASES) {
      await t.step(`${tool} ${JSON.stringify(args)}`, async () => {
        const result = await client.callTool(tool, args);
        const text = textOf(result);
        assertEquals(result.isError ?? false, refused, text);
        assertMatch(text, says);
        assertEquals(seen(result.structuredContent ?? {}, shows), shows);
      });
    }
  });

  Deno.test(`thread and group-chat follow a message, for ${connect.name}`, async () => {
    await using app = await testApp();
    await using client = await connect(app.url);
    const messageId = await post(client);
    const reply = { agentId: "griffin", messageId, message: "In the config" };
    assertEquals((await client.callTool("thread", reply)).isError ?? false, false);
    const thread = await client.callTool("thread", { messageId });
    assertEquals(
      thread.structuredContent.replies.map((one: { author: string }) => one.author),
      ["griffin"],
    );
    const reacted = await client.callTool("group-chat", {
      agentId: "griffin",
      messageId,
      emoji: "👍",
    });
    assertEquals(reacted.structuredContent.message.reactions[0].by, "griffin");
    const missing = await client.callTool("thread", { messageId: "msg_nothing" });
    assertEquals(missing.isError, true);
  });
}

Deno.test("every tool of the list has a case that works and one that is refused", async () => {
  await using app = await testApp();
  await using client = await newClient(app.url);
  const names = (await client.listTools()).tools.map(({ name }) => name);
  const tested = (refused: boolean) =>
    new Set(CASES.filter((one) => (one.refused ?? false) === refused).map(({ tool }) => tool));
  // thread needs a message's id and is tested above.
  assertEquals(names.filter((name) => !tested(false).has(name)), ["thread"]);
  assertEquals(names.filter((name) => !tested(true).has(name)), ["thread"]);
});

async function post(client: McpClient): Promise<string> {
  const posted = await client.callTool("group-chat", {
    agentId: "phoenix",
    message: "Where is the port set?",
  });
  return posted.structuredContent.message.id;
}

function textOf({ content }: ToolResult): string {
  return content.map(({ text }) => text ?? "").join("\n");
}

/** What of `value` the expectation speaks about. */
function seen(value: unknown, expected: unknown): unknown {
  if (expected === null || typeof expected !== "object") return value;
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(expected)) {
    return Array.isArray(value)
      ? value.slice(0, Math.max(1, expected.length)).map((item, i) => seen(item, expected[i]))
      : value;
  }
  return Object.fromEntries(
    Object.entries(expected).map(([name, field]) => [
      name,
      seen((value as Record<string, unknown>)[name], field),
    ]),
  );
}
