/** Long waits: progress for a client that asked for it, and its cancellation honoured. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { systemClock } from "../../lib/kernel/core/clock.ts";
import { gatedModels } from "../harness/gated_models.ts";
import { type TestApp, testApp } from "../harness/test_app.ts";
import { type McpClient, newClient, oldClient } from "./clients.ts";

const FILE = { resourcePath: "src/a.ts" };

/** Real time, but what is set for seconds comes in a tenth of it. */
const hurried = {
  ...systemClock,
  timer: (ms: number, fn: () => void, keep?: boolean) =>
    systemClock.timer(ms >= 2_000 ? ms / 10 : ms, fn, keep),
};

for (const connect of [newClient, oldClient]) {
  Deno.test(`a wait for a lock tells of its progress, for ${connect.name}`, async () => {
    await using app = await testApp({ clock: hurried });
    await using client = await connect(app.url);
    await client.callTool("resource", { agentId: "phoenix", action: "lock", ...FILE });
    const told = Promise.withResolvers<string>();
    const waiting = client.callTool(
      "resource",
      { agentId: "griffin", action: "lock", waitMs: 20_000, ...FILE },
      { onprogress: ({ message }) => told.resolve(message ?? "") },
    );
    assertEquals(await told.promise, "Waiting for src/a.ts");
    await client.callTool("resource", { agentId: "phoenix", action: "unlock", ...FILE });
    assertEquals((await waiting).structuredContent.lock.lockedBy, "griffin");
  });
}

Deno.test("a cancelled wait leaves the queue", async () => {
  await using app = await testApp();
  await using client = await newClient(app.url);
  await client.callTool("resource", { agentId: "phoenix", action: "lock", ...FILE });
  const cancel = new AbortController();
  const waiting = client.callTool(
    "resource",
    { agentId: "griffin", action: "lock", waitMs: 20_000, ...FILE },
    { signal: cancel.signal },
  );
  await queueOf(app, 1);
  cancel.abort();
  assertMatch(String(await waiting.catch((error) => error)), /abort|cancel/i);
  await queueOf(app, 0);
  await client.callTool("resource", { agentId: "phoenix", action: "unlock", ...FILE });
  const { structuredContent } = await client.callTool("resource", { action: "check", ...FILE });
  assertEquals(structuredContent.locked, false);
});

Deno.test("a wait that runs out is a refusal that names the holder", async () => {
  await using app = await testApp();
  await using client = await newClient(app.url);
  await client.callTool("resource", { agentId: "phoenix", action: "lock", ...FILE });
  const late = await client.callTool("resource", {
    agentId: "griffin",
    action: "lock",
    waitMs: 50,
    ...FILE,
  });
  assertEquals(late.isError, true);
  assertMatch(late.content[0]!.text!, /phoenix/);
});

Deno.test("orchestrate and run-status wait no longer than told; a cancelled wait leaves the run", async () => {
  const models = await gatedModels();
  await using app = await testApp({ models });
  await using client = await newClient(app.url);
  models.hold();
  const intent = { intent: "Compare tabs and spaces", waitMs: 100 };
  const { structuredContent: { run } } = await client.callTool("orchestrate", intent);
  assert(["pending", "running", "waiting"].includes(run.status), run.status);
  const cancel = new AbortController();
  const waiting = client.callTool(
    "run-status",
    { runId: run.id, waitMs: 60_000 },
    { signal: cancel.signal },
  );
  cancel.abort();
  assertMatch(String(await waiting.catch((error) => error)), /abort|cancel/i);
  models.open();
  const done = await client.callTool("run-status", { runId: run.id, waitMs: 60_000 });
  assertEquals(done.structuredContent.run.status, "completed");
});

Deno.test("a run that asks ends the wait; approve answers and it goes on", async () => {
  await using app = await testApp();
  await using client = await newClient(app.url);
  const { structuredContent: { run } } = await client.callTool("orchestrate", {
    intent: "Compare tabs and spaces",
    covenant: { mode: "strict" },
    waitMs: 20_000,
  });
  assertEquals(run.status, "waiting");
  const approvalId = await askedBy(client, run.id);
  const answered = await client.callTool("approve", { approvalId, decision: "approve" });
  assertEquals(answered.structuredContent.approval.status, "approved");
  const again = await client.callTool("approve", { approvalId, decision: "reject" });
  assertEquals(again.isError, true);
  const done = await client.callTool("run-status", { runId: run.id, waitMs: 20_000 });
  assertEquals(done.structuredContent.run.status, "completed");
});

async function askedBy(client: McpClient, runId: string): Promise<string> {
  const { structuredContent } = await client.callTool("approve", { action: "list", runId });
  assertEquals(structuredContent.items.length, 1);
  return structuredContent.items[0].id;
}

/** Until the held lock shows so many waiting callers. */
async function queueOf(app: TestApp, waiting: number): Promise<void> {
  for await (
    const { json } of app.hub.followEvents("default", "board", { types: ["lock.waiting"] })
  ) {
    if ((JSON.parse(json).lock.waiting ?? 0) === waiting) return;
  }
}
