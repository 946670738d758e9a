/** The built-in patterns on the real engine, over HTTP, with the offline model. */
import { assert, assertEquals } from "@std/assert";
import type { RunView } from "../../lib/engine/schema.ts";
import type { Approval } from "../../lib/governance/schema.ts";
import { FLAGSHIP } from "../harness/scripts.ts";
import { type TestApp, testApp } from "../harness/test_app.ts";

const FINAL = new Set(["completed", "failed", "canceled"]);

async function start(app: TestApp, body: unknown): Promise<string> {
  return (await app.json<{ run: { id: string } }>("POST", "/api/v1/runs", body)).run.id;
}

/** Follows the run's stream until its status is one of these; no polling. */
async function until(app: TestApp, id: string, wanted: ReadonlySet<string>): Promise<RunView> {
  const response = await app.fetch(`/api/v1/runs/${id}/events`);
  const reader = response.body!.getReader();
  try {
    for (;;) {
      const view = await app.json<RunView>("GET", `/api/v1/runs/${id}`);
      if (wanted.has(view.run.status)) return view;
      const { done } = await reader.read();
      if (done) throw new Error(`the stream of ${id} ended while it was ${view.run.status}`);
    }
  } finally {
    await reader.cancel();
  }
}

const agents = (view: RunView) => view.steps.map((step) => step.agent);

Deno.test("full goes from the flagship request to a streamed answer", async () => {
  await using app = await testApp();
  const view = await until(app, await start(app, { intent: FLAGSHIP }), FINAL);
  assertEquals(view.run.status, "completed");
  assertEquals(view.covenant.status, "completed");
  assertEquals(view.covenant.decision?.kind, "delegate");
  const workers = view.steps.filter((step) => step.agent === "worker");
  const executor = view.steps.find((step) => step.agent === "executor")!;
  assertEquals(workers.map((step) => step.parentId), Array(3).fill(executor.id));
  assertEquals(view.covenant.plan.filter((item) => item.agent === "worker").length, 3);
  const answer = view.steps.find((step) => step.answer)!;
  assertEquals(answer.text, view.run.output);
});

Deno.test("full answers a question with one responder", async () => {
  await using app = await testApp();
  const id = await start(app, { intent: "What is the capital of France?" });
  const view = await until(app, id, FINAL);
  assertEquals(agents(view), ["full", "mediator", "responder"]);
  assertEquals(view.covenant.decision?.kind, "direct");
});

Deno.test("full in strict mode waits for the terms and asks only once", async () => {
  await using app = await testApp();
  const id = await start(app, { intent: FLAGSHIP, covenant: { mode: "strict" } });
  await until(app, id, new Set(["waiting"]));
  const open = await app.json<{ items: Approval[] }>("GET", "/api/v1/approvals?status=open");
  assertEquals(open.items.map((approval) => approval.kind), ["covenant"]);
  await app.json("POST", `/api/v1/approvals/${open.items[0]!.id}/answer`, {
    decision: "approve",
    edits: { intent: "Compare two ways to store backups and recommend one" },
  });
  const view = await until(app, id, FINAL);
  assertEquals(view.run.status, "completed");
  assertEquals(view.covenant.plan.filter((item) => item.agent === "worker").length, 2);
});

Deno.test("full in a dry run forecasts and performs nothing", async () => {
  await using app = await testApp();
  const id = await start(app, { intent: FLAGSHIP, covenant: { mode: "dry-run" } });
  const view = await until(app, id, FINAL);
  assertEquals(agents(view), ["full", "mediator", "orchestrator", "classifier", "router"]);
  assert(String((view.run.output as { text: string }).text).includes("nothing was performed"));
});

Deno.test("every pattern takes the same path again when it is replayed", async () => {
  await using app = await testApp();
  const bodies = [
    { intent: FLAGSHIP },
    { intent: "Two questions", pattern: "parallel", inputs: { requests: ["12*7?", "Hello"] } },
    { intent: "Compare two cars and recommend one", pattern: "workers" },
    { intent: "Write a slogan for a bakery in Bonn", pattern: "optimize" },
  ];
  for (const body of bodies) {
    const id = await start(app, body);
    const { run } = await until(app, id, FINAL);
    assertEquals(run.status, "completed", JSON.stringify(run.error));
    const { replay } = await app.json<{ replay: { matches: boolean; mismatch?: string } }>(
      "POST",
      `/api/v1/runs/${id}/replay`,
      {},
    );
    assertEquals(replay.matches, true, replay.mismatch);
  }
});
