/** What a provider may do wrong, from an independent OpenAI-compatible server through to the run. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { Problem, RunView } from "../../lib/engine/schema.ts";
import {
  ANSWER,
  CALL_MICROS,
  type Event,
  json,
  openAiTeam,
  streamedAnswer,
  userText,
} from "../harness/openai_team.ts";
import { FLAGSHIP, THREE_TASKS } from "../harness/scripts.ts";

const QUESTION = "What is the capital of France?";
const PARIS = "Paris is the capital of France.";
const retries = (events: readonly Event[]) => events.filter(({ type }) => type === "step.retried");
const codes = (events: readonly Event[]) =>
  retries(events).map(({ error }) => (error as Problem).code);
const stepOf = (view: RunView, agent: string) => view.steps.find((step) => step.agent === agent)!;

Deno.test("a rate limit is waited for as long as the provider asks", async () => {
  await using team = await openAiTeam({
    parts: { responder: [{ status: 429, retryAfter: 0.2 }, PARIS] },
  });
  const { events, view } = await team.end(await team.start(QUESTION));
  assertEquals([view.run.status, view.run.output], ["completed", PARIS]);
  assertEquals(codes(events), ["rate_limited"]);
  const [retried] = retries(events);
  assertEquals(retried!.delayMs, 200);
  const waited = Date.parse(view.run.completedAt!) - Date.parse(String(retried!.at));
  assert(waited >= 195, `waited ${waited} ms`);
  assertEquals(view.run.costMicros, CALL_MICROS);
});

Deno.test("a failing server is asked again, visibly, under the same idempotency key", async () => {
  await using team = await openAiTeam({
    parts: { coordinator: [{ status: 500 }, { status: 503 }, ANSWER] },
  });
  const { events, view, effects } = await team.end(await team.start(FLAGSHIP));
  assertEquals([view.run.status, view.run.output], ["completed", ANSWER]);
  assertEquals(codes(events), ["upstream_failed", "upstream_failed"]);
  const coordinator = stepOf(view, "coordinator");
  const [call] = effects.filter(({ stepId, kind }) =>
    stepId === coordinator.id && kind === "model"
  );
  assertEquals([coordinator.attempt, call!.attempts, call!.costMicros], [3, 3, CALL_MICROS]);
  const keys = team.server.getRequests().map(({ headers }) => headers["idempotency-key"]);
  assertEquals(keys.slice(-3), Array(3).fill(keys.at(-1)));
  assertEquals(new Set(keys).size, keys.length - 2);
});

Deno.test("a server that keeps failing fails the run with its words, at the step where it happened", async () => {
  await using team = await openAiTeam({
    parts: { responder: { status: 500, message: "out of order" } },
  });
  const { view } = await team.end(await team.start(QUESTION));
  const { run, covenant } = view;
  assertEquals([run.status, run.error?.code, covenant.status], [
    "failed",
    "upstream_failed",
    "broken",
  ]);
  assertStringIncludes(run.error!.message, "out of order");
  assertEquals(run.error!.stepId, stepOf(view, "responder").id);
  assertEquals([team.requests("responder").length, run.costMicros], [3, 0]);
});

Deno.test("a refused key is never tried again, and the person learns what to do", async () => {
  await using team = await openAiTeam({
    parts: { responder: { status: 401, message: "Incorrect API key: sk-test-0123456789" } },
  });
  const { events, view } = await team.end(await team.start(QUESTION));
  assertEquals([view.run.status, view.run.error?.code], ["failed", "upstream_failed"]);
  assertStringIncludes(view.run.error!.message, "check the key");
  assert(!JSON.stringify([events, view]).includes("sk-test-0123456789"));
  assertEquals([team.requests("responder").length, retries(events).length], [1, 0]);
});

Deno.test("a plan that is no JSON is repaired once, with the fault named", async () => {
  const plan = json({ reasoning: "Now as asked", tasks: THREE_TASKS });
  await using team = await openAiTeam({
    parts: { orchestrator: ["Here is my plan: first, look around.", plan] },
  });
  const { view } = await team.end(await team.start(FLAGSHIP));
  assertEquals([view.run.status, view.run.output], ["completed", ANSWER]);
  const asked = team.requests("orchestrator");
  assertEquals(asked.length, 2);
  assertStringIncludes(userText(asked[1]!), "not JSON");
  assertEquals(stepOf(view, "orchestrator").costMicros, 2 * CALL_MICROS);
});

Deno.test("a plan that stays invalid fails the run and says what is wrong with it", async () => {
  const tasks = THREE_TASKS.map((task) => ({ ...task, dependsOn: [task.id] }));
  await using team = await openAiTeam({
    parts: { orchestrator: json({ reasoning: "In a circle", tasks }) },
  });
  const { view } = await team.end(await team.start(FLAGSHIP));
  assertEquals([view.run.status, view.run.error?.code], ["failed", "upstream_failed"]);
  assertStringIncludes(view.run.error!.message, "t1 → t1");
  assertEquals([team.requests("orchestrator").length, team.requests("worker").length], [2, 0]);
});

Deno.test("a stream cut in the middle is a new attempt: nothing doubled, both paid for", async () => {
  await using team = await openAiTeam({
    parts: {
      coordinator: [{ reply: ANSWER, after: { truncateAfterChunks: 5, latency: 15 } }, ANSWER],
    },
  });
  const { events, view, effects } = await team.end(await team.start(FLAGSHIP));
  const coordinator = stepOf(view, "coordinator");
  const deltas = events.filter(({ type, stepId }) =>
    type === "step.delta" && stepId === coordinator.id
  );
  assertEquals([...new Set(deltas.map(({ attempt }) => attempt))], [1, 2]);
  assertEquals(codes(events), ["upstream_failed"]);
  assertEquals([view.run.output, coordinator.text], [ANSWER, ANSWER]);
  assertEquals(streamedAnswer(events, view), ANSWER);
  // The cut attempt reported no usage: what arrived of it is counted here.
  assert(coordinator.costMicros > CALL_MICROS && coordinator.costMicros < 3 * CALL_MICROS);
  assertEquals(effects.reduce((n, { costMicros }) => n + costMicros, 0), view.run.costMicros);
  assertEquals(view.covenant.used.costMicros, view.run.costMicros);
});

Deno.test("a stream that is always cut fails the run and keeps what was on the screen", async () => {
  await using team = await openAiTeam({
    parts: { coordinator: [{ reply: ANSWER, after: { truncateAfterChunks: 5, latency: 15 } }] },
  });
  const { events, view } = await team.end(await team.start(FLAGSHIP));
  assertEquals([view.run.status, view.run.error?.code], ["failed", "upstream_failed"]);
  assertEquals(retries(events).length, 2);
  for (const { id } of THREE_TASKS) {
    assertStringIncludes(String(view.run.output), `Result of ${id}`);
  }
  assert(ANSWER.startsWith(stepOf(view, "coordinator").text));
  assert(view.run.costMicros > 7 * CALL_MICROS);
});

Deno.test("a provider that never begins to answer times out and is asked again", async () => {
  const silence = new Promise<string>(() => {});
  await using team = await openAiTeam({
    parts: { responder: [() => silence, PARIS] },
    limits: {
      modelTimeoutMs: 300,
      retry: { attempts: 2, baseMs: 1, maxMs: 5, retryAfterMaxMs: 0 },
    },
  });
  const { events, view } = await team.end(await team.start(QUESTION));
  assertEquals([view.run.status, view.run.output], ["completed", PARIS]);
  assertEquals(codes(events), ["upstream_timeout"]);
  await team.hungUp;
});

Deno.test("one failed sub-task of three is tolerated and told", async () => {
  await using team = await openAiTeam({
    parts: {
      worker: (request) =>
        userText(request).includes("<task>\nLook at option t2")
          ? { status: 400, message: "This request is not allowed" }
          : "A result",
    },
  });
  const { view } = await team.end(await team.start(FLAGSHIP));
  assertEquals(view.run.status, "completed");
  const failed = view.steps.filter(({ status }) => status === "failed");
  assertEquals(failed.map(({ title, error }) => [title, error?.message]), [
    ["Look at option t2", "This request is not allowed"],
  ]);
  assertStringIncludes(userText(team.requests("coordinator")[0]!), "This request is not allowed");
});
