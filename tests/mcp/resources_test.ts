/** coordination.md: resources for the board and a run, listed, read and followed; prompts. */
import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { testApp } from "../harness/test_app.ts";
import { newClient, oldClient } from "./clients.ts";
import { rpc } from "./raw.ts";

for (const connect of [newClient, oldClient]) {
  Deno.test(`the board is a resource, for ${connect.name}`, async () => {
    await using app = await testApp();
    await using client = await connect(app.url);
    await client.callTool("agent-status", { agentId: "phoenix", status: "active" });
    await client.callTool("task", { agentId: "phoenix", title: "Write" });
    await client.callTool("resource", { agentId: "phoenix", action: "lock", resourcePath: "a.ts" });
    await client.callTool("handoff", { agentId: "phoenix", title: "T", context: "C" });
    const { contents: [board] } = await client.readResource("muster://board");
    const { agents, tasks, locks, zones, claims, handoffs } = JSON.parse(board!.text!);
    assertEquals(
      [agents, tasks, locks, zones, claims, handoffs].map(({ length }) => length),
      [1, 1, 1, 0, 0, 1],
    );
    assertEquals([agents[0].agentId, locks[0].resourcePath], ["phoenix", "a.ts"]);
  });

  Deno.test(`a run is a resource, unknown ones are -32602, for ${connect.name}`, async () => {
    await using app = await testApp();
    await using client = await connect(app.url);
    const { structuredContent: { run } } = await client.callTool("orchestrate", {
      intent: "Add 2 and 3",
      waitMs: 20_000,
    });
    const uri = `muster://runs/${run.id}`;
    const { resources } = await client.listResources();
    assertEquals(resources.map((one) => one.uri), ["muster://board", uri]);
    const { contents: [view] } = await client.readResource(uri);
    assertEquals(JSON.parse(view!.text!).run.status, "completed");
    for (const unknown of ["muster://runs/run_01K9Z3V7Q8R5T2W4X6Y8Z0A1B2", "muster://nothing"]) {
      const error = await assertRejects(() => client.readResource(unknown)) as { code?: number };
      assertEquals(error.code, -32602);
    }
  });
}

Deno.test("changes of the board and of runs reach a client that listens", async () => {
  await using app = await testApp();
  const client = new Client({ name: "test", version: "1" }, {
    versionNegotiation: { mode: { pin: "2026-07-28" } },
  });
  await client.connect(new StreamableHTTPClientTransport(new URL("/mcp", app.url)));
  const updated = Promise.withResolvers<string>();
  const listChanged = Promise.withResolvers<void>();
  client.setNotificationHandler(
    "notifications/resources/updated",
    ({ params }) => updated.resolve(params.uri),
  );
  client.setNotificationHandler(
    "notifications/resources/list_changed",
    () => listChanged.resolve(),
  );
  const subscription = await client.listen({
    resourceSubscriptions: ["muster://board"],
    resourcesListChanged: true,
  });
  await client.callTool({ name: "task", arguments: { agentId: "phoenix", title: "Write" } });
  assertEquals(await updated.promise, "muster://board");
  await client.callTool({ name: "orchestrate", arguments: { intent: "Add 2 and 3" } });
  await listChanged.promise;
  await subscription.close();
  await client.close();
});

Deno.test("prompts begin and end a session's work", async () => {
  await using app = await testApp();
  const listed = await rpc(app, "prompts/list");
  const names = listed.body.result.prompts.map(({ name }: { name: string }) => name);
  assertEquals(names, ["begin", "wrap-up"]);
  const got = await rpc(app, "prompts/get", { name: "begin", arguments: { agentId: "phoenix" } });
  assertMatch(got.body.result.messages[0].content.text, /as agentId "phoenix"/);
  const refused = await rpc(app, "prompts/get", { name: "begin", arguments: {} });
  assertEquals([refused.body.error.code, refused.body.error.message], [
    -32602,
    "agentId is required",
  ]);
});
