/** The main job with real provider code, at an independent OpenAI-compatible server. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { Effect, RunView } from "../../lib/engine/schema.ts";
import { ERRORS } from "../../lib/kernel/core/errors.ts";
import type { Message } from "../../lib/sessions/schema.ts";
import {
  ANSWER,
  CALL_MICROS,
  json,
  type OpenAiTeam,
  openAiTeam,
  type Part,
  streamedAnswer,
} from "../harness/openai_team.ts";
import { FLAGSHIP, THREE_TASKS } from "../harness/scripts.ts";
import { until } from "../http/scripted.ts";

const sum = (effects: readonly Effect[]) =>
  effects.reduce((n, { costMicros }) => n + costMicros, 0);
const steps = (view: RunView, agent: string) => view.steps.filter((step) => step.agent === agent);

/** Answers only when three asked: workers that did not run at once would wait for ever. */
function threeAtOnce(): Part {
  let arrived = 0;
  const all = Promise.withResolvers<void>();
  return async () => {
    if (++arrived === 3) all.resolve();
    await all.promise;
    return "A result";
  };
}

Deno.test("the flagship request becomes a covenant, three parallel sub-tasks and a streamed answer", async () => {
  await using team = await openAiTeam({ parts: { worker: threeAtOnce() } });
  const { events, view, effects } = await team.end(await team.start(FLAGSHIP));
  const { run, covenant } = view;
  assertEquals([run.status, run.error, run.output], ["completed", undefined, ANSWER]);
  assertEquals([covenant.status, covenant.decision?.kind], ["completed", "delegate"]);
  assertEquals(covenant.acceptance, ["Names one option"]);
  const workers = steps(view, "worker");
  assertEquals(workers.map(({ title }) => title), THREE_TASKS.map(({ title }) => title));
  const begun = workers.map(({ startedAt }) => startedAt!).sort();
  const ended = workers.map(({ completedAt }) => completedAt!).sort();
  assert(begun.at(-1)! <= ended[0]!);
  assert(events.filter(({ type }) => type === "step.delta").length > 3);
  assertEquals(streamedAnswer(events, view), ANSWER);
  assertEquals(run.costMicros, 8 * CALL_MICROS);
  assertEquals([sum(effects), covenant.used.costMicros], [run.costMicros, run.costMicros]);
  assertEquals(covenant.used.tokens, 8 * 600);
});

Deno.test("a message of a session is answered by the provider's model, unlabelled, with its cost", async () => {
  await using team = await openAiTeam();
  const { app } = team;
  const { session } = await app.json<{ session: { id: string } }>("POST", "/api/v1/sessions", {});
  const messages = `/api/v1/sessions/${session.id}/messages`;
  const content = "What is the capital of France?";
  const { run } = await app.json<{ run: { id: string } }>("POST", messages, { content });
  await team.end(run.id);
  const { items } = await app.json<{ items: Message[] }>("GET", messages);
  const answer = items.find(({ role }) => role === "assistant")!;
  assertEquals([answer.status, answer.content], ["done", "Paris is the capital of France."]);
  assertEquals([answer.model, answer.costMicros], ["gpt-4o-mini", CALL_MICROS]);
  const models = await app.json<{ items: { id: string; demonstration: boolean }[] }>(
    "GET",
    "/api/v1/models",
  );
  assertEquals([models.items[0]!.id, models.items[0]!.demonstration], ["gpt-4o-mini", false]);
});

Deno.test("a key set in the page is used at once and sent to the provider", async () => {
  await using team = await openAiTeam({ env: { OPENAI_API_KEY: "" } });
  const { app, authorizations } = team;
  await app.json("PUT", "/api/v1/providers/openai", { apiKey: "sk-from-the-page-123" });
  await team.end(await team.start("What is the capital of France?"));
  await app.json("DELETE", "/api/v1/providers/openai");
  await team.end(await team.start("What is the capital of Italy?"));
  assertEquals(authorizations, ["Bearer sk-from-the-page-123", null]);
});

/** A plan with one task per tool, and workers that call it, then repeat what came back. */
function withTools(receiver: string) {
  const jobs = {
    t1: ["Compute 17 * 23", { name: "calculator", arguments: json({ expression: "17 * 23" }) }],
    t2: ["Read http://10.1.2.3/secret", {
      name: "web_fetch",
      arguments: json({ url: "http://10.1.2.3/secret" }),
    }],
    t3: [`Send a POST to ${receiver}`, {
      name: "http_request",
      arguments: json({ method: "POST", url: receiver, body: '{"asked":1}' }),
    }],
  } as const;
  const tasks = THREE_TASKS.map((task) => ({
    ...task,
    instructions: jobs[task.id as keyof typeof jobs][0],
  }));
  const worker: Part = ({ messages }) => {
    const result = messages.find(({ role }) => role === "tool")?.content;
    if (result) return `Got ${result}`;
    const wanted = Object.values(jobs).find(([says]) =>
      /<task>([\s\S]*)<\/task>/.exec(String(messages.at(-1)?.content))?.[1]?.includes(says)
    )!;
    return { toolCalls: [wanted[1]] };
  };
  return { worker, orchestrator: json({ reasoning: "One per tool", tasks }) };
}

/** Counts what arrives, as the world outside would. */
function receiver() {
  const bodies: string[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (r) => {
    bodies.push(await r.text());
    return new Response("Thank you", { headers: { "content-type": "text/plain" } });
  });
  const url = `http://receiver.example:${server.addr.port}/notify`;
  return { bodies, url, [Symbol.asyncDispose]: () => server.shutdown() };
}

Deno.test("tool calls of the model: one computed, one refused by the guard, one sent once after approval", async () => {
  await using outside = receiver();
  await using team = await openAiTeam({
    parts: withTools(outside.url),
    publicHost: "receiver.example",
  });
  const { app } = team;
  const runId = await team.start(FLAGSHIP);
  const { approval } = await until(app, runId, "approval.requested") as unknown as {
    approval: { id: string; kind: string; args: { body: string } };
  };
  assertEquals([approval.kind, outside.bodies.length], ["tool", 0]);
  await app.json("POST", `/api/v1/approvals/${approval.id}/answer`, {
    decision: "approve",
    edits: { ...approval.args, body: '{"asked":2}' },
  });
  const { view, effects } = await team.end(runId);
  assertEquals([view.run.status, outside.bodies], ["completed", ['{"asked":2}']]);
  const [computed, refused, sent] = steps(view, "worker").map(({ output }) => String(output));
  assertStringIncludes(computed!, "391");
  assertStringIncludes(refused!, "not a public address");
  assertStringIncludes(sent!, "Thank you");
  const tools = effects.filter(({ kind }) => kind === "tool");
  assertEquals(tools.map(({ name, status }) => `${name} ${status}`).sort(), [
    "calculator done",
    "http_request done",
    "web_fetch failed",
  ]);
  assertEquals([view.run.costMicros, sum(effects)], [11 * CALL_MICROS, 11 * CALL_MICROS]);
});

Deno.test("a budget that runs out ends the run as budget_exhausted and keeps what is finished", async () => {
  await using team = await openAiTeam();
  const limit = 1_000;
  const runId = await team.start(FLAGSHIP, { covenant: { budget: { costMicros: limit } } });
  const { events, view, effects } = await team.end(runId);
  const { run, covenant } = view;
  assertEquals([run.status, run.error?.code], ["failed", "budget_exhausted"]);
  assertEquals(ERRORS.budget_exhausted.status, 402);
  assertEquals([covenant.status, covenant.broken?.clause, covenant.broken?.limit], [
    "broken",
    "costMicros",
    limit,
  ]);
  const { used, evidence } = covenant.broken!;
  assertEquals([used, covenant.used.costMicros, sum(effects)], Array(3).fill(run.costMicros));
  assert(used > 0 && used <= limit);
  assertStringIncludes(evidence, `of ${limit} are used`);
  assertEquals(events.filter(({ type }) => type === "budget.exhausted").length, 1);
  for (const { id } of THREE_TASKS) assertStringIncludes(String(run.output), `Result of ${id}`);
});

Deno.test("a canceled run hangs up on the model at once and is final", async () => {
  const long = "Word ".repeat(2_000);
  await using team = await openAiTeam({
    parts: { coordinator: [{ reply: long, after: { latency: 10 } }] },
  });
  const runId = await team.start(FLAGSHIP);
  await answering(team, runId);
  const startedAt = performance.now();
  await team.app.json("POST", `/api/v1/runs/${runId}/cancel`, { reason: "enough" });
  await team.hungUp;
  const { view, effects } = await team.end(runId);
  assert(performance.now() - startedAt < 2_000);
  assertEquals([view.run.status, view.covenant.status], ["canceled", "canceled"]);
  const coordinator = steps(view, "coordinator")[0]!;
  assert(coordinator.text !== "" && long.startsWith(coordinator.text));
  assert(coordinator.costMicros > 0);
  assertEquals([sum(effects), view.covenant.used.costMicros], Array(2).fill(view.run.costMicros));
});

/** Until the first piece of the answer is on the screen. */
async function answering({ app }: OpenAiTeam, runId: string): Promise<void> {
  for await (const { type, json } of app.hub.followEvents("default", `run:${runId}`)) {
    if (type !== "step.delta") continue;
    const view = await app.json<RunView>("GET", `/api/v1/runs/${runId}`);
    if (view.steps.find(({ id }) => id === JSON.parse(json).stepId)?.answer) return;
  }
}
