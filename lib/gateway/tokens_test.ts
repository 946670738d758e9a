import { assert, assertEquals } from "@std/assert";
import { costMicros } from "./cost.ts";
import { countRequest, countText, estimateText } from "./tokens.ts";

/** Texts with the number of tokens that OpenAI's o200k and cl100k tokenizers gave them. */
const COUNTED: readonly (readonly [string, number, number])[] = [
  ["The quick brown fox jumps over the lazy dog.", 10, 10],
  [
    "Compare three ways to store an append-only event log in a key-value database and recommend one",
    18,
    18,
  ],
  ["const sum = (a: number, b: number): number => a + b;", 18, 18],
  ["Donaudampfschifffahrtsgesellschaft", 10, 13],
  [
    "Quelle est la meilleure façon de garder ce que nous savons déjà, sans dépenser plus d'argent ?",
    20,
    24,
  ],
  ["1234567890", 4, 4],
  ["2026-11-21T09:46:24Z 3.14159 4,815,162,342", 26, 26],
  ["run_01J9ZK3V7Q8W2M4N6P8R0T2V4X cov_01J9ZK3V7Q8W2M4N6P8R0T2V4X", 54, 54],
  ["人工智能正在改变世界,我们需要学会与之共处。", 15, 21],
  ["Быстрая коричневая лиса прыгает через ленивую собаку.", 20, 28],
];

Deno.test("countText() is never below what real tokenizers count, nor twice above", () => {
  for (const [text, o200k, cl100k] of COUNTED) {
    const counted = countText(text);
    assert(counted >= Math.max(o200k, cl100k), `${text}: ${counted}`);
    assert(counted <= 2 * o200k, `${text}: ${counted}`);
  }
});

Deno.test("countText() is nothing for nothing and grows with the text", () => {
  assertEquals(countText(""), 0);
  assert(countText("词语".repeat(50)) >= 100);
  assert(countText("word ".repeat(1_000)) >= 1_000);
});

Deno.test("countRequest() counts tools, schema and framing beside the messages", () => {
  const messages = [{ role: "user" as const, content: "hello" }];
  const tool = { name: "add", description: "Adds", parameters: { type: "object" } };
  const bare = countRequest({ messages });
  assert(bare > countText("hello"));
  assert(countRequest({ messages, tools: [tool] }) > bare);
  assert(
    countRequest({ messages, responseFormat: { name: "x", schema: { type: "object" } } }) > bare,
  );
});

Deno.test("costMicros() rounds up to whole micro-dollars", () => {
  const price = { priceInMicrosPerMTok: 150_000, priceOutMicrosPerMTok: 600_000 };
  assertEquals(costMicros(price, { inputTokens: 1_000_000, outputTokens: 1_000_000 }), 750_000);
  assertEquals(costMicros(price, { inputTokens: 1, outputTokens: 0 }), 1);
  assertEquals(costMicros(price, { inputTokens: 0, outputTokens: 0 }), 0);
});

Deno.test("estimateText() is the count of a short text and near that of a long one", () => {
  const text = "The quick brown fox jumps over the lazy dog. ".repeat(10);
  assertEquals(estimateText(text), countText(text));
  const long = text.repeat(1_000);
  const ratio = estimateText(long) / countText(long);
  assert(ratio > 0.98 && ratio < 1.02, String(ratio));
});
