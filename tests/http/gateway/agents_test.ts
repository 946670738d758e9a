/** `muster/agent:<id>`: an agent as a model, on both surfaces. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { z } from "zod";
import { type Agent, defineAgent } from "../../../lib/agents/mod.ts";
import type { RunView } from "../../../lib/engine/schema.ts";
import { CALL_MICROS, openAiTeam } from "../../harness/openai_team.ts";
import { type TestApp, testApp } from "../../harness/test_app.ts";
import { runEnd } from "../sse_reader.ts";
import { errorOf, post, sseData } from "./v1.ts";

const PATH = "/v1/chat/completions";
const ask = (model: string, content: string, more: object = {}) => ({
  model: `muster/agent:${model}`,
  messages: [{ role: "user", content }],
  ...more,
});

/** A custom agent, started with an intent. */
function custom(
  id: string,
  run: (intent: string, signal: AbortSignal) => Promise<string> | string,
) {
  const agent = defineAgent({
    id,
    name: id,
    role: "custom",
    description: "A custom agent",
    input: z.object({ intent: z.string() }),
    output: z.string(),
    run: async (ctx, { intent }) => await run(intent, ctx.signal),
  });
  return new Map([[id, agent as unknown as Agent]]);
}

const never = (_intent: string, signal: AbortSignal) =>
  new Promise<string>((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));

async function viewOf(app: TestApp, response: Response): Promise<RunView> {
  return await app.json<RunView>("GET", `/api/v1/runs/${response.headers.get("x-muster-run")}`);
}

Deno.test("a custom agent answers as a model, with its run", async () => {
  await using app = await testApp({ agents: custom("echo", (intent) => `You said: ${intent}`) });
  const response = await post(app, PATH, ask("echo", "hello"));
  assertEquals(response.status, 200);
  const { run } = await viewOf(app, response);
  assertEquals([run.status, run.pattern, run.intent], ["completed", "echo", "hello"]);
  assertEquals(response.headers.get("x-muster-cost-micros"), "0");
  const body = await response.json();
  assertEquals([body.object, body.model], ["chat.completion", "muster/agent:echo"]);
  assertEquals(body.choices[0].message.content, "You said: hello");
});

Deno.test("what was said before stands above the request", async () => {
  await using app = await testApp({ agents: custom("echo", (intent) => intent) });
  const messages = [
    { role: "system", content: "Be brief" },
    { role: "user", content: "Name a river" },
    { role: "assistant", content: "The Danube" },
    { role: "user", content: [{ type: "text", text: "And another?" }] },
  ];
  const body = await (await post(app, PATH, { ...ask("echo", ""), messages })).json();
  assertEquals(
    body.choices[0].message.content,
    "Instructions:\nBe brief\n\nConversation so far:\nuser: Name a river\nassistant: The Danube\n\n" +
      "Request:\nAnd another?",
  );
});

Deno.test("a team's answer is streamed as it is written, with usage where it is asked for", async () => {
  await using team = await openAiTeam();
  const body = ask("full", "What is the capital of France?", {
    stream: true,
    stream_options: { include_usage: true },
  });
  const response = await post(team.app, PATH, body);
  assertStringIncludes(response.headers.get("content-type")!, "text/event-stream");
  const data = await sseData(response);
  assertEquals(data.at(-1), "[DONE]");
  const chunks = data.slice(0, -1).map((one) => JSON.parse(one));
  const pieces = chunks.map(({ choices }) => choices[0]?.delta.content ?? "");
  assertEquals(pieces.join(""), "Paris is the capital of France.");
  assertEquals(chunks.at(-1).usage, {
    prompt_tokens: 500,
    completion_tokens: 100,
    total_tokens: 600,
  });
  assertEquals((await viewOf(team.app, response)).run.costMicros, CALL_MICROS);
});

Deno.test("an agent answers at /v1/responses too, whole and streamed", async () => {
  await using app = await testApp({ agents: custom("echo", (intent) => `You said: ${intent}`) });
  const body = { model: "muster/agent:echo", input: "hello" };
  const whole = await (await post(app, "/v1/responses", body)).json();
  assertEquals([whole.status, whole.output[0].content[0].text], ["completed", "You said: hello"]);
  const streamed = await sseData(await post(app, "/v1/responses", { ...body, stream: true }));
  const last = JSON.parse(streamed.at(-1)!);
  assertEquals([last.type, last.response.output[0].content[0].text], [
    "response.completed",
    "You said: hello",
  ]);
});

Deno.test("a client that hangs up cancels the run", async () => {
  await using app = await testApp({ agents: custom("never", never) });
  const stop = new AbortController();
  const response = await app.fetch(PATH, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(ask("never", "wait", { stream: true })),
    signal: stop.signal,
  });
  const reader = response.body!.getReader();
  await reader.read();
  const runId = response.headers.get("x-muster-run")!;
  stop.abort();
  await reader.closed.catch(() => {});
  assertEquals(await runEnd(app, runId), "run.canceled");
});

Deno.test("past its time the run is canceled: 504, and in a stream an error without [DONE]", async () => {
  await using app = await testApp({ agents: custom("never", never) });
  const headers = { "x-muster-timeout-ms": "100" };
  const whole = await post(app, PATH, ask("never", "wait"), headers);
  assertEquals([whole.status, (await errorOf(whole)).type], [504, "timeout_error"]);
  const streamed = await post(app, PATH, ask("never", "wait", { stream: true }), headers);
  const data = await sseData(streamed);
  assertEquals(JSON.parse(data.at(-1)!).error.code, "deadline_exceeded");
  assertEquals(
    await runEnd(app, streamed.headers.get("x-muster-run")!),
    "run.canceled",
  );
});

Deno.test("a run that fails is told with its own reason, and not asked again", async () => {
  await using team = await openAiTeam({
    parts: { responder: { status: 400, message: "This is not allowed" } },
  });
  const response = await post(team.app, PATH, ask("full", "What is the capital of France?"));
  assert(response.status >= 400 && response.headers.get("x-should-retry") === "false");
  assertStringIncludes((await errorOf(response)).message, "This is not allowed");
});

Deno.test("an agent that asks a person is told as a conflict, and its run goes on waiting", async () => {
  const asking = defineAgent({
    id: "asking",
    name: "asking",
    role: "custom",
    description: "Asks first",
    input: z.object({ intent: z.string() }),
    output: z.string(),
    run: async (ctx) => String(await ctx.ask({ question: "Which colour?" })),
  });
  await using app = await testApp({
    agents: new Map([["asking", asking as unknown as Agent]]),
  });
  const response = await post(app, PATH, ask("asking", "Paint it"));
  assertEquals(response.status, 409);
  assertEquals(response.headers.get("x-should-retry"), "false");
  const error = await errorOf(response);
  assertEquals(error.code, "approval_required");
  assertStringIncludes(error.message, "Which colour?");
  const { items } = await app.json<{ items: { id: string; runId: string }[] }>(
    "GET",
    "/api/v1/approvals?status=open",
  );
  await app.json("POST", `/api/v1/approvals/${items[0]!.id}/answer`, {
    decision: "answer",
    value: "blue",
  });
  assertEquals(await runEnd(app, items[0]!.runId), "run.completed");
});

for (
  const [more, param] of [
    [{ tools: [{ type: "function", function: { name: "f" } }] }, "tools"],
    [{ temperature: 0 }, "temperature"],
    [{ n: 2 }, "n"],
    [{ messages: [{ role: "assistant", content: "x" }] }, "messages[0].role"],
    [{ messages: [{ role: "user", content: "  " }] }, "messages"],
    [{ messages: [{ role: "user", content: "x".repeat(100_001) }] }, "messages"],
  ] as const
) {
  Deno.test(`an agent refuses ${JSON.stringify(more).slice(0, 60)} and names ${param}`, async () => {
    await using app = await testApp();
    const response = await post(app, PATH, ask("full", "hi", more));
    assertEquals([response.status, (await errorOf(response)).param], [400, param]);
    assertEquals((await app.json<{ items: unknown[] }>("GET", "/api/v1/runs")).items, []);
  });
}
