import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { getTrace, startTrace } from "../../../lib/coordination/traces/mod.ts";
import { type TestApp, testApp } from "../../harness/test_app.ts";
import { ask, eventsOf } from "./asked.ts";

const TRACES = "/agent/phoenix/trace";
const begin = (app: TestApp, sessionId: string, task = "Find the bug") =>
  ask(app, "POST", TRACES, { task, sessionId });
const step = (app: TestApp, sessionId: string, body: unknown) =>
  ask(app, "POST", `${TRACES}/${encodeURIComponent(sessionId)}/step`, body);
const FOUND = { tool: "grep", outcome: "found", durationMs: 10 };

Deno.test("POST /agent/{id}/trace: start {task, sessionId?} makes a sessionId when none is sent", async () => {
  await using app = await testApp();
  const { status, body } = await ask(app, "POST", TRACES, { task: "Find the bug" });
  assertEquals([status, body.success], [200, true]);
  assertMatch(body.sessionId, /^trc_/);
  const { startedAt, ...trace } = body.trace;
  assertEquals(new Date(startedAt).toISOString(), startedAt);
  assertEquals(trace, {
    sessionId: body.sessionId,
    agentId: "phoenix",
    task: "Find the bug",
    stepCount: 0,
    steps: [],
  });
});

Deno.test("GET /agent/{id}/trace: list (20 newest)", async () => {
  await using app = await testApp();
  for (let n = 1; n <= 22; n++) await begin(app, `s${n}`);
  const { status, body } = await ask(app, "GET", TRACES);
  assertEquals(status, 200);
  // deno-lint-ignore no-explicit-any -- shown traces
  const ids = body.traces.map((trace: any) => trace.sessionId);
  assertEquals(ids, Array.from({ length: 20 }, (_, i) => `s${22 - i}`));
  assertEquals((await ask(app, "GET", "/agent/owl/trace")).body, { traces: [] });
});

Deno.test("GET /agent/{id}/trace/{sessionId} → {trace:{sessionId, agentId, task, startedAt, completedAt?, steps[], summary?}}", async () => {
  await using app = await testApp();
  await begin(app, "s 1/2".replace("/", "."));
  await step(app, "s 1.2", FOUND);
  const { status, body } = await ask(app, "GET", `${TRACES}/s%201.2`);
  assertEquals(status, 200);
  assertEquals([body.trace.sessionId, body.trace.steps.length], ["s 1.2", 1]);
  assertEquals([body.trace.completedAt, body.trace.summary], [undefined, undefined]);
  await ask(app, "POST", `${TRACES}/s%201.2/complete`);
  const after = (await ask(app, "GET", `${TRACES}/s%201.2`)).body.trace;
  assertEquals(new Date(after.completedAt).toISOString(), after.completedAt);
  assertEquals(after.summary.totalSteps, 1);
});

Deno.test("POST …/step {tool, intent?, outcome, durationMs?, contributionType?, knowledgeGained?, eliminatedPaths?, dependsOn?} → {success, step, escalation?}", async () => {
  await using app = await testApp();
  await begin(app, "s");
  const first = (await step(app, "s", FOUND)).body.step;
  const given = {
    tool: "read",
    intent: "See who calls it",
    outcome: "partial",
    durationMs: 12.5,
    contributionType: "enabling",
    knowledgeGained: ["one caller"],
    eliminatedPaths: ["b.ts"],
    dependsOn: [first.id],
  };
  const { status, body } = await step(app, "s", { ...given, noise: true });
  assertEquals([status, body.success, body.escalation], [200, true, undefined]);
  const { id, number, timestamp, ...rest } = body.step;
  assertEquals([id === first.id, number], [false, 2]);
  assertEquals(new Date(timestamp).toISOString(), timestamp);
  assertEquals(rest, given);
  const one = await step(app, "s", { ...FOUND, knowledgeGained: "a text" });
  assertEquals(one.body.step.knowledgeGained, ["a text"]);
});

Deno.test("POST …/complete: summary {totalSteps, deadEnds (nothing+error), explorationTimeMs (all), solutionTimeMs (found or direct), efficiency = solution/exploration}", async () => {
  await using app = await testApp();
  await begin(app, "s");
  await step(app, "s", { tool: "grep", outcome: "nothing", durationMs: 100 });
  await step(app, "s", { tool: "read", outcome: "error", durationMs: 100 });
  await step(app, "s", { tool: "edit", outcome: "found", durationMs: 200 });
  const direct = { outcome: "partial", contributionType: "direct" };
  await step(app, "s", { tool: "test", ...direct, durationMs: 100 });
  const { status, body } = await ask(app, "POST", `${TRACES}/s/complete`, {});
  assertEquals([status, body.success], [200, true]);
  assertEquals(body.summary, {
    totalSteps: 4,
    deadEnds: 2,
    explorationTimeMs: 500,
    solutionTimeMs: 300,
    efficiency: 0.6,
  });
});

Deno.test("trace: an existing sessionId is a 409", async () => {
  await using app = await testApp();
  await begin(app, "s");
  const { status, body } = await begin(app, "s", "Another");
  assertEquals([status, body.success, body.sessionId], [409, false, "s"]);
  assertStringIncludes(body.error, "use another sessionId");
  assertEquals((await ask(app, "GET", `${TRACES}/s`)).body.trace.task, "Find the bug");
  assertEquals(
    (await ask(app, "POST", "/agent/owl/trace", { task: "x", sessionId: "s" })).status,
    200,
  );
});

Deno.test("trace: completing twice gives the same summary", async () => {
  await using app = await testApp();
  await begin(app, "s");
  await step(app, "s", FOUND);
  const [first, second] = await Promise.all(
    [1, 2].map(() => ask(app, "POST", `${TRACES}/s/complete`)),
  );
  assertEquals([first!.status, second!.status], [200, 200]);
  assertEquals(first!.body, second!.body);
  const { length } = await eventsOf(app, "trace.completed");
  assertEquals(length, 1);
});

Deno.test("trace: a step after the end is a 409, for an unknown trace a 404", async () => {
  await using app = await testApp();
  await begin(app, "s");
  await ask(app, "POST", `${TRACES}/s/complete`);
  const late = await step(app, "s", FOUND);
  assertEquals([late.status, late.body.success], [409, false]);
  for (const path of ["nobody/step", "nobody/complete"]) {
    const { status, body } = await ask(app, "POST", `${TRACES}/${path}`, FOUND);
    assertEquals([status, Object.keys(body)], [404, ["error"]]);
  }
  for (const path of ["nobody", "nobody/escalations", `${"x".repeat(3_000)}`, "a%2Fb", "%00"]) {
    assertEquals((await ask(app, "GET", `${TRACES}/${path}`)).status, 404, path);
  }
});

const BAD: readonly [what: string, body: unknown, error: string][] = [
  ["no tool and no outcome", {}, "tool, outcome required"],
  ["an unknown outcome", { tool: "a", outcome: "lost" }, "outcome: "],
  ["a negative time", { tool: "a", outcome: "found", durationMs: -1 }, "durationMs: "],
  [
    "an unknown contribution",
    { tool: "a", outcome: "found", contributionType: "x" },
    "contribution",
  ],
  ["knowledge that is a number", { tool: "a", outcome: "found", knowledgeGained: 1 }, "knowledge"],
];

for (const [what, body, error] of BAD) {
  Deno.test(`POST …/step refuses ${what} with 400 {error}`, async () => {
    await using app = await testApp();
    await begin(app, "s");
    const answer = await step(app, "s", body);
    assertEquals(answer.status, 400);
    assertStringIncludes(answer.body.error, error);
    assertEquals((await ask(app, "GET", `${TRACES}/s`)).body.trace.steps, []);
  });
}

Deno.test("POST /agent/{id}/trace refuses no task and a sessionId that cannot stand in a path with 400 {error}", async () => {
  await using app = await testApp();
  assertEquals((await ask(app, "POST", TRACES, {})).body, { error: "task required" });
  for (const sessionId of ["a/b", "", "..", "x".repeat(129), "\u0000"]) {
    const { status } = await ask(app, "POST", TRACES, { task: "x", sessionId });
    assert(status === 400 || sessionId === "", sessionId);
  }
});

Deno.test("POST …/step refuses more than an event can carry with 413 {error}", async () => {
  await using app = await testApp();
  await begin(app, "s");
  const knowledgeGained = Array(10).fill("x".repeat(4_000));
  assertEquals((await step(app, "s", { ...FOUND, knowledgeGained })).status, 413);
});

Deno.test("30 agents × 10 trace steps at once: none lost, order kept", async () => {
  await using app = await testApp();
  const agents = Array.from({ length: 30 }, (_, n) => `agent-${n}`);
  await Promise.all(agents.map(async (agent) => {
    const path = `/agent/${agent}/trace`;
    await ask(app, "POST", path, { task: "x", sessionId: "s" });
    for (let n = 1; n <= 10; n++) {
      const { status } = await ask(app, "POST", `${path}/s/step`, { ...FOUND, tool: `t${n}` });
      assertEquals(status, 200);
    }
  }));
  for (const agent of agents) {
    const { trace } = (await ask(app, "GET", `/agent/${agent}/trace/s`)).body;
    // deno-lint-ignore no-explicit-any -- shown steps
    const tools = trace.steps.map((shown: any) => `${shown.number} ${shown.tool}`);
    assertEquals(tools, Array.from({ length: 10 }, (_, i) => `${i + 1} t${i + 1}`));
  }
});

Deno.test("60 steps of one trace at once: none lost, numbered in the order of their events", async () => {
  await using app = await testApp();
  await begin(app, "s");
  const tools = Array.from({ length: 60 }, (_, n) => `t${n}`);
  const added = await Promise.all(tools.map((tool) => step(app, "s", { ...FOUND, tool })));
  assertEquals(added.map(({ status }) => status), Array(60).fill(200));
  const { trace } = (await ask(app, "GET", `${TRACES}/s`)).body;
  // deno-lint-ignore no-explicit-any -- shown steps
  const stored = trace.steps.map((shown: any) => [shown.number, shown.tool]);
  assertEquals(new Set(stored.map(([, tool]: string[]) => tool)).size, 60);
  const emitted = (await eventsOf(app, "trace.step")).map((e) => [e.step.number, e.step.tool]);
  assertEquals(stored, emitted);
  assertEquals(stored.map(([n]: number[]) => n), tools.map((_, i) => i + 1));
});

Deno.test("a step that races with the completion is in the summary or refused", async () => {
  await using app = await testApp();
  for (let round = 0; round < 10; round++) {
    const id = `s${round}`;
    await begin(app, id);
    const [ended, ...steps] = await Promise.all([
      ask(app, "POST", `${TRACES}/${id}/complete`),
      ...Array.from({ length: 5 }, () => step(app, id, FOUND)),
    ]);
    const taken = steps.filter(({ status }) => status === 200).length;
    assertEquals(ended!.body.summary.totalSteps, taken);
    assert(steps.every(({ status }) => status === 200 || status === 409));
  }
});

Deno.test("large traces: steps are read page by page at /api/v1, oldest first", async () => {
  await using app = await testApp();
  const path = "/api/v1/agents/phoenix/traces";
  const made = await ask(app, "POST", path, { task: "x", sessionId: "s" });
  assertEquals([made.status, made.body.trace.stepCount], [201, 0]);
  for (let n = 1; n <= 7; n++) {
    assertEquals(
      (await ask(app, "POST", `${path}/s/steps`, { ...FOUND, tool: `t${n}` })).status,
      201,
    );
  }
  const seen: string[] = [];
  let cursor = "";
  do {
    const { body } = await ask(app, "GET", `${path}/s/steps?limit=3${cursor}`);
    // deno-lint-ignore no-explicit-any -- shown steps
    seen.push(...body.items.map((shown: any) => shown.tool));
    cursor = body.nextCursor ? `&cursor=${body.nextCursor}` : "";
  } while (cursor);
  assertEquals(seen, ["t1", "t2", "t3", "t4", "t5", "t6", "t7"]);
  assertEquals((await ask(app, "GET", `${path}/s`)).body.trace.stepCount, 7);
  const { body } = await ask(app, "POST", `${path}/s/complete`);
  assertEquals([body.summary.totalSteps, body.trace.summary], [7, body.summary]);
});

Deno.test("/api/v1 traces: list by page, unknown ones 404, a bad body 400, a second sessionId 409", async () => {
  await using app = await testApp();
  const path = "/api/v1/agents/phoenix/traces";
  for (let n = 1; n <= 3; n++) await ask(app, "POST", path, { task: "x", sessionId: `s${n}` });
  const first = (await ask(app, "GET", `${path}?limit=2`)).body;
  const second = (await ask(app, "GET", `${path}?limit=2&cursor=${first.nextCursor}`)).body;
  // deno-lint-ignore no-explicit-any -- shown traces
  const ids = [...first.items, ...second.items].map((trace: any) => trace.sessionId);
  assertEquals([ids, second.nextCursor], [["s3", "s2", "s1"], null]);
  const answers = await Promise.all([
    ask(app, "GET", `${path}/nobody`),
    ask(app, "GET", `${path}/nobody/steps`),
    ask(app, "POST", `${path}/s1/steps`, { tool: "a", outcome: "found", extra: 1 }),
    ask(app, "POST", path, { task: "x", sessionId: "s1" }),
    ask(app, "GET", `/api/v1/agents/owl/traces?cursor=${first.nextCursor}`),
  ]);
  assertEquals(answers.map(({ status, body }) => [status, body.code]), [
    [404, "not_found"],
    [404, "not_found"],
    [400, "invalid_input"],
    [409, "conflict"],
    [400, "invalid_input"],
  ]);
});

Deno.test("trace.started, trace.step, trace.completed are emitted in the commit that makes them true", async () => {
  await using app = await testApp();
  await begin(app, "s");
  await step(app, "s", FOUND);
  await ask(app, "POST", `${TRACES}/s/complete`);
  const events = await eventsOf(app, "trace.*");
  assertEquals(events.map(({ type, stream }) => `${type} ${stream}`), [
    "trace.started agent:phoenix",
    "trace.step agent:phoenix",
    "trace.completed agent:phoenix",
  ]);
  assertEquals([events[1].sessionId, events[1].step.number], ["s", 1]);
  assertEquals(events[2].trace.summary.totalSteps, 1);
  assertEquals(events[2].trace.steps, undefined);
});

Deno.test("startTrace() is not seen from another workspace", async () => {
  await using app = await testApp();
  const call = { workspaceId: "other", actor: "agent:phoenix" };
  await startTrace(app.ctx, call, { agentId: "phoenix", task: "theirs", sessionId: "s" });
  assertEquals((await ask(app, "GET", TRACES)).body, { traces: [] });
  assertEquals((await ask(app, "GET", `${TRACES}/s`)).status, 404);
  assertEquals((await getTrace(app.ctx, "other", "phoenix", "s"))?.task, "theirs");
});
