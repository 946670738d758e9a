/** The Vercel AI SDK with its OpenAI providers, unchanged but for the base URL. */
import { createOpenAI } from "@ai-sdk/openai";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  APICallError,
  embed,
  generateText,
  isStepCount,
  type LanguageModel,
  Output,
  streamText,
  tool,
} from "ai";
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
const City = z.object({ city: z.string(), inhabitants: z.number() });

/** Each way the SDK speaks to an OpenAI-compatible server. */
const WAYS: Readonly<Record<string, (scene: ClientScene) => LanguageModel>> = {
  "chat completions": ({ baseURL }) => createOpenAI({ baseURL, apiKey: "sk-any" }).chat(MODEL),
  "responses": ({ baseURL }) => createOpenAI({ baseURL, apiKey: "sk-any" })(MODEL),
  "openai-compatible": ({ baseURL }) =>
    createOpenAICompatible({
      name: "muster",
      baseURL,
      apiKey: "sk-any",
      includeUsage: true,
      supportsStructuredOutputs: true,
    })(MODEL),
};

const weatherTool = (cities: string[]) =>
  tool({
    description: "The weather of a city",
    inputSchema: z.object({ city: z.string() }),
    execute: ({ city }) => {
      cities.push(city);
      return "12 degrees";
    },
  });

for (const [way, modelOf] of Object.entries(WAYS)) {
  Deno.test(`AI SDK by ${way}: generates text with usage`, async () => {
    await using scene = await clientScene(withHaiku);
    const { text, finishReason, usage } = await generateText({
      model: modelOf(scene),
      system: "You write poems",
      prompt: "Write a haiku",
    });
    assertEquals([text, finishReason], [HAIKU, "stop"]);
    assertEquals([usage.inputTokens, usage.outputTokens], [
      USAGE.prompt_tokens,
      USAGE.completion_tokens,
    ]);
  });

  Deno.test(`AI SDK by ${way}: streams text in pieces`, async () => {
    await using scene = await clientScene(withHaiku);
    const result = streamText({ model: modelOf(scene), prompt: "Write a haiku" });
    const pieces = await Array.fromAsync(result.textStream);
    assertEquals(pieces.join(""), HAIKU);
    assert(pieces.length > 2);
    assertEquals(await result.finishReason, "stop");
    assertEquals((await result.usage).outputTokens, USAGE.completion_tokens);
  });

  Deno.test(`AI SDK by ${way}: calls a tool and answers with its result`, async () => {
    await using scene = await clientScene(withWeather);
    const cities: string[] = [];
    const { text, steps } = await generateText({
      model: modelOf(scene),
      prompt: "What is the weather in Bonn?",
      tools: { get_weather: weatherTool(cities) },
      stopWhen: isStepCount(3),
    });
    assertEquals([text, cities, steps.length], ["It is 12 degrees in Bonn.", ["Bonn"], 2]);
  });

  Deno.test(`AI SDK by ${way}: streams through a tool call`, async () => {
    await using scene = await clientScene(withWeather);
    const cities: string[] = [];
    const result = streamText({
      model: modelOf(scene),
      prompt: "What is the weather in Bonn?",
      tools: { get_weather: weatherTool(cities) },
      stopWhen: isStepCount(3),
    });
    assertEquals((await Array.fromAsync(result.textStream)).join(""), "It is 12 degrees in Bonn.");
    assertEquals(cities, ["Bonn"]);
  });

  Deno.test(`AI SDK by ${way}: structured output, whole and streamed`, async () => {
    await using scene = await clientScene(withCity);
    const asked = {
      model: modelOf(scene),
      prompt: "Which city?",
      output: Output.object({ schema: City }),
    };
    assertEquals((await generateText(asked)).output, CITY);
    assertEquals(await streamText(asked).output, CITY);
  });

  Deno.test(`AI SDK by ${way}: goes on with a conversation of several turns`, async () => {
    await using scene = await clientScene((server) => {
      withHaiku(server);
      server.on({ model: MODEL, userMessage: "shorter" }, { content: "A frog. Plop." });
    });
    const model = modelOf(scene);
    const first = await generateText({ model, prompt: "Write a haiku" });
    const second = await generateText({
      model,
      messages: [
        { role: "user", content: "Write a haiku" },
        ...first.response.messages,
        { role: "user", content: "Now shorter" },
      ],
    });
    assertEquals(second.text, "A frog. Plop.");
    const asked = scene.asked().at(-1)!.messages;
    assertEquals(asked.map(({ role }) => role), ["user", "assistant", "user"]);
    assertEquals(JSON.stringify(asked[1]).includes("Old pond"), true);
  });

  Deno.test(`AI SDK by ${way}: an unknown model is an APICallError 404`, async () => {
    await using scene = await clientScene(withHaiku);
    const base = modelOf(scene) as Exclude<LanguageModel, string>;
    const error = await assertRejects(
      () =>
        generateText({
          model: Object.assign(Object.create(base), { modelId: "nobody/none" }),
          prompt: "hi",
          maxRetries: 0,
        }),
      APICallError,
    );
    assertEquals([error.statusCode, error.isRetryable], [404, false]);
  });
}

Deno.test("AI SDK: embeds", async () => {
  await using scene = await clientScene((server) =>
    server.onEmbedding(/.*/, { embedding: [0.25, -0.5, 1] })
  );
  const { embedding } = await embed({
    model: createOpenAI({ baseURL: scene.baseURL, apiKey: "sk-any" })
      .embedding("text-embedding-3-small"),
    value: "one",
  });
  assertEquals(embedding, [0.25, -0.5, 1]);
});
