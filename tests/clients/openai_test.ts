/** The official `openai` client, unchanged but for the base URL. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import OpenAI from "openai";
import { zodResponseFormat, zodTextFormat } from "openai/helpers/zod";
import { z } from "zod";
import {
  CITY,
  type ClientScene,
  clientScene,
  HAIKU,
  USAGE,
  withCity,
  withHaiku,
  withWeather,
} from "./scene.ts";

const MODEL = "gpt-4o-mini";
const weather: OpenAI.ChatCompletionFunctionTool = {
  type: "function",
  function: {
    name: "get_weather",
    description: "The weather of a city",
    parameters: {
      type: "object",
      properties: { city: { type: "string" } },
      required: ["city"],
      additionalProperties: false,
    },
    strict: true,
  },
};
const City = z.object({ city: z.string(), inhabitants: z.number() });

const clientOf = ({ baseURL }: ClientScene) =>
  new OpenAI({ baseURL, apiKey: "sk-any-key-will-do", maxRetries: 0 });
const user = (content: string) => ({ role: "user" as const, content });

Deno.test("openai: a chat completion with usage, and the request as it was sent", async () => {
  await using scene = await clientScene(withHaiku);
  const { data, response } = await clientOf(scene).chat.completions.create({
    model: MODEL,
    messages: [{ role: "system", content: "You write poems" }, user("Write a haiku")],
    temperature: 0.2,
    max_tokens: 200,
    seed: 7,
  }).withResponse();
  assertEquals(data.choices[0]!.message.content, HAIKU);
  assertEquals(data.choices[0]!.finish_reason, "stop");
  assertEquals(data.object, "chat.completion");
  assertEquals(data.usage?.prompt_tokens, USAGE.prompt_tokens);
  assertEquals(data.usage?.completion_tokens, USAGE.completion_tokens);
  assert(response.headers.get("x-muster-model")!.endsWith(MODEL));
  assertEquals(response.headers.get("x-muster-cost-micros"), "135");
  assert(response.headers.get("x-muster-route"));
  const [asked] = scene.asked();
  assertEquals([asked!.temperature, asked!.seed, asked!.max_tokens], [0.2, 7, 200]);
  assertEquals(asked!.messages.map(({ role }) => role), ["system", "user"]);
});

Deno.test("openai: a stream in pieces, with usage at its end when it is asked for", async () => {
  await using scene = await clientScene(withHaiku);
  const stream = await clientOf(scene).chat.completions.create({
    model: MODEL,
    messages: [user("Write a haiku")],
    stream: true,
    stream_options: { include_usage: true },
  });
  const pieces: string[] = [];
  const ends: string[] = [];
  let usage: OpenAI.CompletionUsage | null | undefined;
  for await (const chunk of stream) {
    assertEquals(chunk.object, "chat.completion.chunk");
    const [choice] = chunk.choices;
    if (choice?.delta.content) pieces.push(choice.delta.content);
    if (choice?.finish_reason) ends.push(choice.finish_reason);
    usage = chunk.usage ?? usage;
  }
  assertEquals(pieces.join(""), HAIKU);
  assert(pieces.length > 2);
  assertEquals(ends, ["stop"]);
  assertEquals(usage?.completion_tokens, USAGE.completion_tokens);
});

Deno.test("openai: no usage chunk where nobody asked for one", async () => {
  await using scene = await clientScene(withHaiku);
  const stream = await clientOf(scene).chat.completions.create({
    model: MODEL,
    messages: [user("Write a haiku")],
    stream: true,
  });
  const chunks = await Array.fromAsync(stream);
  assert(chunks.every(({ choices, usage }) => choices.length === 1 && !usage));
});

Deno.test("openai: a tool is called and its result answered", async () => {
  await using scene = await clientScene(withWeather);
  const client = clientOf(scene);
  const messages: OpenAI.ChatCompletionMessageParam[] = [user("What is the weather in Bonn?")];
  const first = await client.chat.completions.create({ model: MODEL, messages, tools: [weather] });
  const { finish_reason, message } = first.choices[0]!;
  assertEquals(finish_reason, "tool_calls");
  const [call] = message.tool_calls!;
  assert(call?.type === "function");
  assertEquals([call.function.name, JSON.parse(call.function.arguments)], [
    "get_weather",
    { city: "Bonn" },
  ]);
  messages.push(message, { role: "tool", tool_call_id: call.id, content: "12 degrees" });
  const second = await client.chat.completions.create({ model: MODEL, messages, tools: [weather] });
  assertEquals(second.choices[0]!.message.content, "It is 12 degrees in Bonn.");
});

Deno.test("openai: runTools streams the call, runs the function and streams the answer", async () => {
  await using scene = await clientScene(withWeather);
  const cities: string[] = [];
  const runner = clientOf(scene).chat.completions.runTools({
    model: MODEL,
    stream: true,
    messages: [user("What is the weather in Bonn?")],
    tools: [{
      type: "function",
      function: {
        name: "get_weather",
        description: "The weather of a city",
        parameters: weather.function.parameters!,
        parse: JSON.parse,
        function: ({ city }: { city: string }) => {
          cities.push(city);
          return "12 degrees";
        },
      },
    }],
  });
  assertEquals(await runner.finalContent(), "It is 12 degrees in Bonn.");
  assertEquals(cities, ["Bonn"]);
});

Deno.test("openai: structured output is parsed, whole and streamed", async () => {
  await using scene = await clientScene(withCity);
  const client = clientOf(scene);
  const body = {
    model: MODEL,
    messages: [user("Which city?")],
    response_format: zodResponseFormat(City, "city"),
  };
  const whole = await client.chat.completions.parse(body);
  assertEquals(whole.choices[0]!.message.parsed, CITY);
  const streamed = await client.chat.completions.stream(body).finalChatCompletion();
  assertEquals(streamed.choices[0]!.message.parsed, CITY);
  assert(scene.asked().every(({ response_format }) => response_format?.type === "json_schema"));
});

Deno.test("openai: a Response, whole and streamed with numbered events", async () => {
  await using scene = await clientScene(withHaiku);
  const client = clientOf(scene);
  const response = await client.responses.create({ model: MODEL, input: "Write a haiku" });
  assertEquals([response.status, response.output_text], ["completed", HAIKU]);
  assertEquals(response.usage?.output_tokens, USAGE.completion_tokens);
  const stream = await client.responses.create({
    model: MODEL,
    input: "Write a haiku",
    stream: true,
  });
  const events = await Array.fromAsync(stream);
  assertEquals(events.map(({ sequence_number }) => sequence_number), [...events.keys()]);
  assertEquals([events[0]!.type, events.at(-1)!.type], ["response.created", "response.completed"]);
  const text = events.map((event) => event.type === "response.output_text.delta" ? event.delta : "")
    .join("");
  assertEquals(text, HAIKU);
});

Deno.test("openai: a Response calls a tool and goes on from the one before", async () => {
  await using scene = await clientScene(withWeather);
  const client = clientOf(scene);
  const { name, parameters = null } = weather.function;
  const tools = [{ type: "function" as const, name, parameters, strict: true }];
  const first = await client.responses.create({
    model: MODEL,
    input: "What is the weather in Bonn?",
    tools,
  });
  const [call] = first.output;
  assert(call?.type === "function_call");
  assertEquals([call.name, call.arguments], ["get_weather", '{"city":"Bonn"}']);
  const second = await client.responses.stream({
    model: MODEL,
    previous_response_id: first.id,
    input: [{ type: "function_call_output", call_id: call.call_id, output: "12 degrees" }],
    tools,
  }).finalResponse();
  assertEquals(second.output_text, "It is 12 degrees in Bonn.");
  assertEquals(scene.asked().at(-1)!.messages.map(({ role }) => role), [
    "user",
    "assistant",
    "tool",
  ]);
});

Deno.test("openai: structured output of a Response is parsed", async () => {
  await using scene = await clientScene(withCity);
  const response = await clientOf(scene).responses.parse({
    model: MODEL,
    input: "Which city?",
    text: { format: zodTextFormat(City, "city") },
  });
  assertEquals(response.output_parsed, CITY);
});

Deno.test("openai: embeddings", async () => {
  await using scene = await clientScene((server) =>
    server.onEmbedding(/.*/, { embedding: [0.25, -0.5, 1] })
  );
  const { data, model, usage } = await clientOf(scene).embeddings.create({
    model: "text-embedding-3-small",
    input: ["one", "two"],
    encoding_format: "float",
  });
  assertEquals(data.map(({ embedding }) => embedding), [[0.25, -0.5, 1], [0.25, -0.5, 1]]);
  assertEquals([model, typeof usage.total_tokens], ["text-embedding-3-small", "number"]);
});

Deno.test("openai: models are listed and found, slashes included", async () => {
  await using scene = await clientScene(withHaiku);
  const client = clientOf(scene);
  const ids = (await Array.fromAsync(client.models.list())).map(({ id }) => id);
  for (const id of [MODEL, "muster/auto", "muster/agent:full", "muster/offline"]) {
    assert(ids.includes(id), id);
    assertEquals((await client.models.retrieve(id)).id, id);
  }
  const unknown = await assertRejects(
    () => client.models.retrieve("nobody/none"),
    OpenAI.NotFoundError,
  );
  assertEquals([unknown.code, unknown.param], ["model_not_found", "model"]);
});

Deno.test("openai: an upstream's refusal arrives as the provider said it, after one attempt", async () => {
  await using scene = await clientScene((server) =>
    server.on({ model: MODEL, userMessage: "forbidden" }, {
      error: { message: "This is not allowed", type: "invalid_request_error", code: "policy" },
      status: 400,
    })
  );
  const error = await assertRejects(
    () =>
      clientOf(scene).chat.completions.create({ model: MODEL, messages: [user("forbidden word")] }),
    OpenAI.BadRequestError,
  );
  assertEquals([error.status, error.code, error.type], [400, "policy", "invalid_request_error"]);
  assertEquals(scene.asked().length, 1);
});

Deno.test("openai: a stream that breaks off throws and never ends cleanly", async () => {
  await using scene = await clientScene((server) =>
    server.on({ model: MODEL, userMessage: "haiku" }, { content: HAIKU }, {
      truncateAfterChunks: 3,
      latency: 5,
    })
  );
  const pieces: string[] = [];
  await assertRejects(async () => {
    const stream = await clientOf(scene).chat.completions.create({
      model: MODEL,
      messages: [user("Write a haiku")],
      stream: true,
    });
    for await (const { choices } of stream) {
      pieces.push(choices[0]?.delta.content ?? "");
      assertEquals(choices[0]?.finish_reason ?? null, null);
    }
  }, OpenAI.APIError);
  assert(HAIKU.startsWith(pieces.join("")) && pieces.join("") !== "");
});

Deno.test("openai: wrong requests are BadRequestError with the parameter", async () => {
  await using scene = await clientScene(withHaiku);
  const client = clientOf(scene);
  const error = await assertRejects(
    () => client.chat.completions.create({ model: MODEL, messages: [], temperature: 3 }),
    OpenAI.BadRequestError,
  );
  assertEquals([error.param, error.code], ["messages", "empty_array"]);
  assertEquals(scene.asked().length, 0);
});

Deno.test("openai: a used-up rate is RateLimitError and says when to come again", async () => {
  await using scene = await clientScene(withHaiku);
  await scene.app.json("PATCH", "/api/v1/settings/gateway", {
    limits: { eachKey: { requestsPerMinute: 1 } },
  });
  const ask = () =>
    clientOf(scene).chat.completions.create({ model: MODEL, messages: [user("Write a haiku")] });
  await ask();
  const error = await assertRejects(ask, OpenAI.RateLimitError);
  assertEquals(error.code, "rate_limit_exceeded");
  assert(Number(error.headers.get("retry-after")) > 0);
  assertEquals(error.headers.get("x-ratelimit-remaining-requests"), "0");
  assertEquals(scene.asked().length, 1);
});

Deno.test("openai: a spent budget is 402 budget_exhausted before anybody is asked", async () => {
  await using scene = await clientScene(withHaiku);
  await scene.app.json("PUT", "/api/v1/budgets/workspace/default/total", { limitMicros: 1 });
  const error = await assertRejects(
    () =>
      clientOf(scene).chat.completions.create({ model: MODEL, messages: [user("Write a haiku")] }),
    OpenAI.APIError,
  );
  assertEquals([error.status, error.code], [402, "budget_exhausted"]);
  assertEquals(scene.asked().length, 0);
});

Deno.test("openai: an agent answers as a model, whole and streamed", async () => {
  await using scene = await clientScene(withHaiku, {
    env: { MUSTER_DEFAULT_MODEL: "muster/offline", OPENAI_API_KEY: "", OPENAI_BASE_URL: "" },
  });
  const client = clientOf(scene);
  const body = { model: "muster/agent:full", messages: [user("What is 12 * 12?")] };
  const whole = await client.chat.completions.create(body);
  assert(whole.choices[0]!.message.content!.includes("144"));
  const stream = client.chat.completions.stream(body);
  const streamed = await stream.finalContent();
  assertEquals(streamed, whole.choices[0]!.message.content);
});
