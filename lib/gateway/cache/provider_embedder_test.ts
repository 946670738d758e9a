import { assertEquals } from "@std/assert";
import type { ModelInfo } from "../../agents/model_port.ts";
import { ManualClock } from "../../kernel/core/clock.ts";
import { silentLogger } from "../../kernel/platform/log.ts";
import type { WholeAnswer } from "../calls/schema.ts";
import { createProviderEmbedder } from "./provider_embedder.ts";

const model = (id: string, price: number, capabilities: ModelInfo["capabilities"]) =>
  ({ id, priceInMicrosPerMTok: price, capabilities }) as ModelInfo;
const MODELS = [
  model("chat", 1, ["chat"]),
  model("dear", 130_000, ["embeddings"]),
  model("cheap", 20_000, ["embeddings"]),
];
const { signal } = new AbortController();

function embedderOver(models: readonly ModelInfo[], answer: () => string) {
  const clock = new ManualClock();
  const asked: unknown[] = [];
  const embedder = createProviderEmbedder({
    ctx: { clock, log: silentLogger },
    directory: {
      list: () => models,
      resolve: () => {
        throw new Error("no such model");
      },
    },
    embed: (call) => {
      asked.push(call.body);
      return Promise.resolve({ body: answer() } as WholeAnswer);
    },
  });
  return { clock, asked, embed: () => embedder.embed("default", "hello", signal) };
}

Deno.test("embed() asks the cheapest model that embeds", async () => {
  const it = embedderOver(MODELS, () => `{"data":[{"embedding":[1,0.5]}]}`);
  assertEquals(await it.embed(), { model: "cheap", vector: [1, 0.5] });
  assertEquals(it.asked, [{ model: "cheap", input: "hello" }]);
});

Deno.test("embed() asks nobody where no model embeds", async () => {
  const it = embedderOver(MODELS.slice(0, 1), () => "");
  assertEquals([await it.embed(), it.asked], [null, []]);
});

Deno.test("embed() lets a provider rest that gave no embedding", async () => {
  let answer = `{"data":[]}`;
  const it = embedderOver(MODELS, () => answer);
  assertEquals(await it.embed(), null);
  answer = `{"data":[{"embedding":[1]}]}`;
  assertEquals(await it.embed(), null);
  assertEquals(it.asked.length, 1);
  it.clock.advance(300_001);
  assertEquals(await it.embed(), { model: "cheap", vector: [1] });
});
