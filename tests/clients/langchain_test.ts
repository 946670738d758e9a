/** LangChain's ChatOpenAI, unchanged but for the base URL. */
import {
  type BaseMessageLike,
  HumanMessage,
  SystemMessage,
  ToolMessage,
} from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import { ChatOpenAI, OpenAIEmbeddings } from "@langchain/openai";
import { assert, assertEquals, assertRejects } from "@std/assert";
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

const City = z.object({ city: z.string(), inhabitants: z.number() });
const weather = tool(() => "12 degrees", {
  name: "get_weather",
  description: "The weather of a city",
  schema: z.object({ city: z.string() }),
});

for (const useResponsesApi of [false, true]) {
  const way = useResponsesApi ? "responses" : "chat completions";
  const chatOf = ({ baseURL }: ClientScene, model = "gpt-4o-mini") =>
    new ChatOpenAI({
      model,
      apiKey: "sk-any-key-will-do",
      configuration: { baseURL },
      maxRetries: 0,
      useResponsesApi,
    });

  Deno.test(`LangChain by ${way}: invokes with usage`, async () => {
    await using scene = await clientScene(withHaiku);
    const answer = await chatOf(scene).invoke([
      new SystemMessage("You write poems"),
      new HumanMessage("Write a haiku"),
    ]);
    assertEquals(answer.text, HAIKU);
    assertEquals(answer.usage_metadata?.output_tokens, USAGE.completion_tokens);
  });

  Deno.test(`LangChain by ${way}: streams in pieces`, async () => {
    await using scene = await clientScene(withHaiku);
    const pieces: string[] = [];
    for await (const chunk of await chatOf(scene).stream("Write a haiku")) pieces.push(chunk.text);
    assertEquals(pieces.join(""), HAIKU);
    assert(pieces.filter((piece) => piece !== "").length > 2);
  });

  Deno.test(`LangChain by ${way}: binds a tool, runs it, answers`, async () => {
    await using scene = await clientScene(withWeather);
    const chat = chatOf(scene).bindTools([weather]);
    const messages: BaseMessageLike[] = [new HumanMessage("What is the weather in Bonn?")];
    const asked = await chat.invoke(messages);
    const [call] = asked.tool_calls!;
    assertEquals([call!.name, call!.args], ["get_weather", { city: "Bonn" }]);
    const result = await weather.invoke({ city: "Bonn" });
    messages.push(asked, new ToolMessage({ content: String(result), tool_call_id: call!.id! }));
    assertEquals((await chat.invoke(messages)).text, "It is 12 degrees in Bonn.");
  });

  Deno.test(`LangChain by ${way}: structured output`, async () => {
    await using scene = await clientScene(withCity);
    const chat = chatOf(scene).withStructuredOutput(City, { method: "jsonSchema" });
    assertEquals(await chat.invoke("Which city?"), CITY);
  });

  Deno.test(`LangChain by ${way}: an unknown model is refused with its code`, async () => {
    await using scene = await clientScene(withHaiku);
    const error = await assertRejects(() => chatOf(scene, "nobody/none").invoke("hi"));
    assertEquals((error as { status?: number }).status, 404);
  });
}

Deno.test("LangChain: embeds", async () => {
  await using scene = await clientScene((server) =>
    server.onEmbedding(/.*/, { embedding: [0.25, -0.5, 1] })
  );
  const embeddings = new OpenAIEmbeddings({
    model: "text-embedding-3-small",
    apiKey: "sk-any-key-will-do",
    configuration: { baseURL: scene.baseURL },
  });
  assertEquals(await embeddings.embedQuery("one"), [0.25, -0.5, 1]);
});
