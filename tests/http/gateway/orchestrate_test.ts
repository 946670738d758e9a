/** `/api/orchestrate/{pattern}`: real runs of the engine, in the shapes of the specification. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { RunView } from "../../../lib/engine/schema.ts";
import { keyedApp } from "../../harness/keyed_app.ts";
import { CALL_MICROS, openAiTeam } from "../../harness/openai_team.ts";
import { type TestApp, testApp } from "../../harness/test_app.ts";
import { runEnd } from "../sse_reader.ts";

interface Answer {
  readonly success: boolean;
  // deno-lint-ignore no-explicit-any -- each pattern's own
  readonly data: any;
  readonly error?: { readonly code: string; readonly message: string };
  readonly metadata: {
    readonly pattern: string;
    readonly durationMs: number;
    readonly costMicros: number;
    readonly modelsUsed: readonly string[];
    readonly runId: string;
  };
}

async function orchestrate(
  app: Pick<TestApp, "fetch">,
  path: string,
  body: unknown,
): Promise<{ status: number; headers: Headers; answer: Answer }> {
  const response = await app.fetch(`/api/orchestrate/${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return { status: response.status, headers: response.headers, answer: await response.json() };
}

Deno.test("parallel answers each request by itself and sums up", async () => {
  await using app = await testApp();
  const requests = ["What is 17 * 23?", { prompt: "Name the three primary colours" }];
  const { status, answer } = await orchestrate(app, "parallel", { requests });
  assertEquals(status, 200);
  assertEquals([answer.success, answer.metadata.pattern], [true, "parallel"]);
  const { total, successful, failed, results } = answer.data;
  assertEquals([total, successful, failed, results.length], [2, 2, 0, 2]);
  assertEquals(results.map((one: { index: number }) => one.index), [0, 1]);
  assertStringIncludes(results[0].output, "391");
  const view = await app.json<RunView>("GET", `/api/v1/runs/${answer.metadata.runId}`);
  assertEquals([view.run.status, view.run.pattern], ["completed", "parallel"]);
  assertEquals(answer.metadata.modelsUsed, ["muster/offline"]);
  assert(answer.metadata.durationMs >= 0 && answer.metadata.costMicros === 0);
});

Deno.test("parallel reports one that fails beside those that do not", async () => {
  await using team = await openAiTeam({
    parts: {
      responder: (request) =>
        JSON.stringify(request.messages).includes("bad one")
          ? { status: 400, message: "This request is not allowed" }
          : "Fine",
    },
  });
  const { status, answer } = await orchestrate(team.app, "parallel", {
    requests: ["good one", "bad one", "another good one"],
  });
  assertEquals(status, 200);
  const { total, successful, failed, results } = answer.data;
  assertEquals([total, successful, failed], [3, 2, 1]);
  assertEquals(results[1].success, false);
  assertStringIncludes(results[1].error.message, "This request is not allowed");
  assertEquals(answer.metadata.costMicros, 2 * CALL_MICROS);
  assertEquals(answer.metadata.modelsUsed, ["gpt-4o-mini"]);
});

Deno.test("workers breaks the request down and synthesises", async () => {
  await using team = await openAiTeam();
  const { status, answer } = await orchestrate(team.app, "workers", {
    prompt: "Compare three ways to store a log",
    context: "It must be cheap to append to",
  });
  assertEquals([status, answer.success], [200, true]);
  assertStringIncludes(answer.data.text, "option t2");
  assertEquals(team.requests("worker").length, 3);
});

Deno.test("optimize returns the best version with its score", async () => {
  await using app = await testApp();
  const { status, answer } = await orchestrate(app, "optimize", {
    prompt: "Write a slogan for a bakery in Bonn",
    criteria: ["Names the bakery's town"],
    maxIterations: 2,
    targetScore: 7,
  });
  assertEquals([status, answer.success], [200, true]);
  const { text, score, stopped, iterations } = answer.data;
  assert(text.length > 0 && score >= 0 && score <= 10);
  assert(["score", "no_improvement", "iterations"].includes(stopped));
  assert(iterations.length >= 1 && iterations.length <= 2);
});

Deno.test("smart answers with one model call, streamed into the run", async () => {
  await using app = await testApp();
  const { status, answer } = await orchestrate(app, "smart", { prompt: "What is 12 * 12?" });
  assertEquals([status, answer.success, answer.metadata.pattern], [200, true, "smart"]);
  assertStringIncludes(answer.data.text, "144");
  const view = await app.json<RunView>("GET", `/api/v1/runs/${answer.metadata.runId}`);
  assertEquals(view.steps.map(({ agent }) => agent), ["smart", "responder"]);
});

Deno.test("full answers 202 with links, and with wait=true the result", async () => {
  await using app = await testApp();
  const query = "What is 2 + 2?";
  const started = await orchestrate(app, "full", { query });
  assertEquals(started.status, 202);
  const { runId } = started.answer.metadata;
  assertEquals(started.headers.get("location"), `/api/v1/runs/${runId}`);
  assertEquals(started.answer.data.links.events, `/api/v1/runs/${runId}/events`);
  assertEquals(await runEnd(app, runId), "run.completed");
  const waited = await orchestrate(app, "full?wait=true", { query });
  assertEquals([waited.status, waited.answer.success], [200, true]);
  assertStringIncludes(waited.answer.data.text, "4");
});

Deno.test("a run that fails is answered with its code's status and what it cost", async () => {
  await using team = await openAiTeam();
  const { status, answer } = await orchestrate(team.app, "workers", {
    prompt: "Compare three ways to store a log",
    covenant: { budget: { costMicros: 300 } },
  });
  assertEquals([status, answer.success, answer.error?.code], [402, false, "budget_exhausted"]);
  assert(answer.metadata.costMicros <= 300);
});

Deno.test("a run that waits for a person is answered 202 with the approval", async () => {
  await using app = await testApp();
  const { status, answer } = await orchestrate(app, "smart", {
    prompt: "What is 2 + 2?",
    covenant: { mode: "strict" },
  });
  assertEquals([status, answer.data.status], [202, "waiting"]);
  assertEquals(answer.data.approvals.map((one: { kind: string }) => one.kind), ["covenant"]);
});

Deno.test("a request repeated under its Idempotency-Key gets the same run, another body 422", async () => {
  await using app = await testApp();
  const send = (prompt: string) =>
    app.fetch("/api/orchestrate/smart", {
      method: "POST",
      headers: { "content-type": "application/json", "idempotency-key": "once" },
      body: JSON.stringify({ prompt }),
    });
  const first: Answer = await (await send("What is 2 + 2?")).json();
  const second = await send("What is 2 + 2?");
  assertEquals(second.headers.get("idempotency-replayed"), "true");
  assertEquals(await second.json(), first);
  assertEquals((await send("What is 3 + 3?")).status, 422);
  assertEquals((await app.json<{ items: unknown[] }>("GET", "/api/v1/runs")).items.length, 1);
});

for (
  const [path, body, field] of [
    ["parallel", {}, "requests"],
    ["parallel", { requests: [] }, "requests"],
    ["parallel", { requests: [{ title: "no prompt" }] }, "requests.0"],
    ["workers", { prompt: "" }, "prompt"],
    ["optimize", { prompt: "x", maxIterations: 11 }, "maxIterations"],
    ["optimize", { prompt: "x", targetScore: "high" }, "targetScore"],
    ["smart", { prompt: "x", nobodyKnowsThis: 1 }, "body"],
    ["full", { prompt: "x" }, "query"],
    ["full?wait=perhaps", { query: "x" }, "wait"],
  ] as const
) {
  Deno.test(`${path} refuses ${JSON.stringify(body)} and names ${field}`, async () => {
    await using app = await testApp();
    const { status, headers, answer } = await orchestrate(app, path, body);
    assertEquals(status, 400);
    assertEquals(headers.get("content-type")?.split(";")[0], "application/problem+json");
    const problem = answer as unknown as {
      error: string;
      detail: string;
      errors: { path: string }[];
    };
    assertEquals([answer.success, problem.error], [false, problem.detail]);
    assert(problem.errors.some(({ path }) => path.startsWith(field)), JSON.stringify(problem));
  });
}

Deno.test("orchestrating needs a member; an unknown pattern is 404", async () => {
  await using app = await keyedApp();
  const viewer = await app.newKey({ role: "viewer" });
  const body = { prompt: "hi" };
  const refused = await app.send(viewer.token, "POST", "/api/orchestrate/smart", body);
  assertEquals([refused.status, refused.body.success], [403, false]);
  const member = await app.newKey({ role: "member" });
  const unknown = await app.send(member.token, "POST", "/api/orchestrate/magic", body);
  assertEquals([unknown.status, unknown.body.code], [404, "not_found"]);
  const got = await app.send(member.token, "POST", "/api/orchestrate/smart", body);
  assertEquals(got.status, 200);
});
