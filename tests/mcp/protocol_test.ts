/** coordination.md "MCP": the endpoint, both protocols, what it refuses. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { testApp } from "../harness/test_app.ts";
import { newClient, oldClient } from "./clients.ts";
import { CURRENT, rpc, send } from "./raw.ts";

/** In the order of coordination.md. */
const TOOLS = [
  "work",
  "hot-start",
  "onboard",
  "agent-status",
  "group-chat",
  "message",
  "handoff",
  "checkpoint",
  "memory",
  "task",
  "zone",
  "claim",
  "resource",
  "trace",
  "soul",
  "dashboard",
  "heartbeat",
  "shadow-agent",
  "session-resume",
  "digest",
  "thread",
  "kudos",
  "workflow",
  "orchestrate",
  "run-status",
  "approve",
];

for (const connect of [newClient, oldClient]) {
  Deno.test(`Tools (kebab-case), in deterministic order, for ${connect.name}`, async () => {
    await using app = await testApp();
    await using client = await connect(app.url);
    const { tools } = await client.listTools();
    assertEquals(tools.map(({ name }) => name), TOOLS);
    assertEquals((await client.listTools()).tools, tools);
  });

  Deno.test(`One object as input, an action enum, annotations, for ${connect.name}`, async () => {
    await using app = await testApp();
    await using client = await connect(app.url);
    const { tools } = await client.listTools();
    for (const { name, title, description, inputSchema, outputSchema, annotations } of tools) {
      assertEquals([inputSchema.type, outputSchema?.type], ["object", "object"], name);
      assert(title && description && description.length > 40, name);
      assert("agentId" in inputSchema.properties!, name);
      assertEquals(
        Object.keys(annotations!).sort(),
        ["destructiveHint", "idempotentHint", "openWorldHint", "readOnlyHint", "title"],
        name,
      );
    }
    const readOnly = tools.filter(({ annotations }) => annotations!.readOnlyHint);
    assertEquals(
      readOnly.map(({ name }) => name),
      ["dashboard", "session-resume", "digest", "run-status"],
    );
  });
}

Deno.test("protocol 2026-07-28 (stateless): server/discover says what there is", async () => {
  await using app = await testApp();
  const { status, body } = await rpc(app, "server/discover");
  assertEquals(status, 200);
  assertEquals(body.result.supportedVersions, [CURRENT]);
  assertEquals(Object.keys(body.result.capabilities), ["tools", "prompts", "resources"]);
  assertStringIncludes(body.result.instructions, "hot-start");
  assertEquals(body.result.resultType, "complete");
});

for (const protocolVersion of ["2025-11-25", "2025-06-18", "2025-03-26"]) {
  Deno.test(`the ${protocolVersion} handshake is served without a session`, async () => {
    await using app = await testApp();
    const clientInfo = { name: "old", version: "1" };
    const params = { protocolVersion, capabilities: {}, clientInfo };
    const opened = await send(app, { jsonrpc: "2.0", id: 1, method: "initialize", params });
    assertEquals(opened.body.result.protocolVersion, protocolVersion);
    assertEquals(opened.headers.get("mcp-session-id"), null);
    const note = { jsonrpc: "2.0", method: "notifications/initialized" };
    assertEquals((await send(app, note)).status, 202);
    const headers = { "mcp-protocol-version": protocolVersion };
    const listed = await send(app, { jsonrpc: "2.0", id: 2, method: "tools/list" }, headers);
    assertEquals(listed.body.result.tools.length, TOOLS.length);
  });
}

Deno.test("bad JSON 400 with -32700", async () => {
  await using app = await testApp();
  for (const body of ["{nope", "", "\u0000"]) {
    const answer = await send(app, body);
    assertEquals([answer.status, answer.body.error.code, answer.body.id], [400, -32700, null]);
  }
});

Deno.test("foreign Origin or Host 403, in open mode and with a key", async () => {
  const list = { jsonrpc: "2.0", id: 1, method: "tools/list" };
  const foreign = { origin: "https://evil.example" };
  await using open = await testApp();
  assertEquals((await send(open, list, foreign)).status, 403);
  assertEquals((await send(open, list, { origin: open.url })).status, 200);
  await using closed = await testApp({ env: { MUSTER_ADMIN_KEY: "a-long-enough-admin-key" } });
  const key = { authorization: "Bearer a-long-enough-admin-key" };
  assertEquals((await send(closed, list, { ...key, ...foreign })).status, 403);
  assertEquals((await send(closed, list, { ...key, origin: "null" })).status, 403);
  assertEquals((await send(closed, list, { ...key, origin: "http://localhost:6274" })).status, 200);
});

Deno.test("a closed server asks for a key, a locked one refuses", async () => {
  const list = { jsonrpc: "2.0", id: 1, method: "tools/list" };
  await using closed = await testApp({ env: { MUSTER_ADMIN_KEY: "a-long-enough-admin-key" } });
  const refused = await send(closed, list);
  assertEquals([refused.status, refused.headers.get("www-authenticate")], [
    401,
    'Bearer realm="muster"',
  ]);
  const wrong = await send(closed, list, { authorization: "Bearer nothing-of-the-kind" });
  assertEquals(wrong.status, 401);
  await using locked = await testApp({ env: { HOST: "0.0.0.0" } });
  assertEquals((await send(locked, list)).status, 503);
});

Deno.test("GET and DELETE are 405, a body that is not JSON 415, one above 2 MiB 413", async () => {
  await using app = await testApp();
  for (const method of ["GET", "DELETE"]) {
    const response = await app.fetch("/mcp", { method });
    await response.body?.cancel();
    assertEquals([response.status, response.headers.get("allow")], [405, "POST, OPTIONS"]);
  }
  assertEquals((await send(app, "{}", { "content-type": "text/plain" })).status, 415);
  assertEquals((await send(app, " ".repeat(2 * 1024 * 1024 + 1))).status, 413);
});

Deno.test("an unknown method is 404 with -32601, an unknown tool -32602 that names the tools", async () => {
  await using app = await testApp();
  const method = await rpc(app, "tools/nothing");
  assertEquals([method.status, method.body.error.code], [404, -32601]);
  const tool = await rpc(app, "tools/call", { name: "nothing", arguments: {} });
  assertEquals(tool.body.error.code, -32602);
  assertMatch(tool.body.error.message, /no tool "nothing"; there are work, hot-start/);
});

Deno.test("headers that differ from the body are 400 with -32020", async () => {
  await using app = await testApp();
  const answer = await rpc(app, "tools/list", {}, { "mcp-method": "tools/call" });
  assertEquals([answer.status, answer.body.error.code], [400, -32020]);
});

Deno.test("a page on this machine may ask with the protocol's headers", async () => {
  await using app = await testApp();
  const response = await app.fetch("/mcp", {
    method: "OPTIONS",
    headers: {
      origin: "http://localhost:6274",
      "access-control-request-method": "POST",
      "access-control-request-headers": "mcp-protocol-version,mcp-method,mcp-name",
    },
  });
  const allowed = response.headers.get("access-control-allow-headers") ?? "";
  assertEquals(response.status, 204);
  for (const name of ["Mcp-Protocol-Version", "Mcp-Method", "Mcp-Name"]) {
    assertStringIncludes(allowed, name);
  }
});
