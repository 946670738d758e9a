import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { AppError } from "../../kernel/core/errors.ts";
import type { JsonObject } from "../../kernel/core/json.ts";
import { createRedaction } from "./create.ts";
import { redactionSettings } from "./schema.ts";

const redaction = createRedaction();
const settings = redactionSettings.parse({
  mode: "replace",
  names: ["Anna Schmidt", `Jo "J" O\\B`],
});
const ask = (content: string, more: JsonObject = {}): JsonObject => ({
  model: "m",
  messages: [{ role: "user", content }],
  ...more,
});
const protect = (body: JsonObject) => redaction.protect(body, settings);
const textOf = (body: JsonObject) => (body.messages as { content: string }[])[0]!.content;

const TEXT =
  `Mail alice@example.com or bob@example.org, card 4111 1111 1111 1111, Anna Schmidt, Jo "J" O\\B`;
const SENT = "Mail [EMAIL-1] or [EMAIL-2], card [CARD-1], [NAME-1], [NAME-2]";

const chunkOf = (delta: JsonObject, finish: string | null = null, index = 0) =>
  JSON.stringify({ id: "c1", model: "m", choices: [{ index, delta, finish_reason: finish }] });

interface Delta {
  content?: string;
  tool_calls?: { index: number; function: { arguments: string } }[];
}

/** What a client puts together from a stream. */
function assembled(chunks: readonly (string | null)[]) {
  const whole = { content: "", calls: ["", ""] };
  for (const chunk of chunks) {
    if (chunk === null) continue;
    const [choice] = (JSON.parse(chunk) as { choices: { delta: Delta }[] }).choices;
    whole.content += choice!.delta.content ?? "";
    for (const call of choice!.delta.tool_calls ?? []) {
      whole.calls[call.index] += call.function.arguments;
    }
  }
  return whole;
}

function splits(text: string): [string, string, string][] {
  const found: [string, string, string][] = [];
  for (let a = 0; a <= text.length; a++) {
    for (let b = a; b <= text.length; b++) {
      found.push([text.slice(0, a), text.slice(a, b), text.slice(b)]);
    }
  }
  return found;
}

Deno.test("protect() sends placeholders, the same value the same one, and counts what it found", async () => {
  const { body, found } = await protect(ask(`${TEXT} alice@example.com`));
  assertEquals(textOf(body), `${SENT} [EMAIL-1]`);
  assertEquals(found, { email: 2, card: 1, name: 2 });
});

Deno.test("protect() gives the very body back when there is nothing in it, or when it is off", async () => {
  const clean = ask("What is the capital of France?");
  assertEquals((await protect(clean)).body === clean, true);
  const off = redactionSettings.parse({});
  const body = ask(TEXT);
  assertEquals((await redaction.protect(body, off)).body === body, true);
});

Deno.test("restore() puts the values back into a whole answer, its text and its tools' arguments", async () => {
  const { restore } = await protect(ask(TEXT));
  const answer = {
    choices: [{
      index: 0,
      message: {
        role: "assistant",
        content: SENT,
        tool_calls: [{ id: "t", function: { name: "f", arguments: `{"who":"[NAME-2]"}` } }],
      },
      finish_reason: "stop",
    }],
    usage: { prompt_tokens: 1 },
  };
  const restored = JSON.parse(restore(JSON.stringify(answer)));
  assertEquals(restored.choices[0].message.content, TEXT);
  const { arguments: json } = restored.choices[0].message.tool_calls[0].function;
  assertEquals(JSON.parse(json), { who: `Jo "J" O\\B` });
  assertEquals(restored.usage, { prompt_tokens: 1 });
});

Deno.test("restorer() restores a text however it is split over chunks", async () => {
  const { restorer } = await protect(ask(TEXT));
  const tail = "see [EMAIL-1] [NAME-2] [x] [CARD-";
  for (const pieces of splits(tail)) {
    const stream = restorer();
    const chunks = pieces.map((content) => stream.take(chunkOf({ content })));
    assertEquals(
      assembled([...chunks, stream.end()]).content,
      `see alice@example.com Jo "J" O\\B [x] [CARD-`,
      pieces.join("|"),
    );
  }
});

Deno.test("restorer() restores two tools' arguments that arrive interleaved, however they are split", async () => {
  const { restorer } = await protect(ask(TEXT));
  const json = `{"a":["[NAME-2]"],"b":"[EMAIL-2]"}`;
  for (const pieces of splits(json)) {
    const stream = restorer();
    const chunks = pieces.map((piece) =>
      stream.take(chunkOf({
        tool_calls: [0, 1].map((index) => ({ index, function: { arguments: piece } })),
      }))
    );
    const { calls } = assembled([...chunks, stream.take(chunkOf({}, "tool_calls")), stream.end()]);
    for (const call of calls) {
      assertEquals(JSON.parse(call), { a: [`Jo "J" O\\B`], b: "bob@example.org" });
    }
  }
});

Deno.test("restorer() passes what it held on with the chunk that finishes the choice", async () => {
  const { restorer } = await protect(ask(TEXT));
  const stream = restorer();
  assertEquals(assembled([stream.take(chunkOf({ content: "a [EMA" }))]).content, "a ");
  assertEquals(assembled([stream.take(chunkOf({}, "stop"))]).content, "[EMA");
  assertEquals(stream.end(), null);
});

Deno.test("restorer() leaves chunks without a placeholder as they came, byte for byte", async () => {
  const { restorer } = await protect(ask(TEXT));
  const stream = restorer();
  for (const odd of [`{"choices": [ {"delta":{"content":"a"}} ] }`, `{"error":{}}`, `{"x":`]) {
    assertEquals(stream.take(odd), odd);
  }
});

Deno.test("restore() keeps JSON an answer that was asked for as JSON", async () => {
  const { restore } = await protect(ask(TEXT, { response_format: { type: "json_object" } }));
  const answer = { choices: [{ message: { content: `{"name":"[NAME-2]"}` } }] };
  const restored = JSON.parse(restore(JSON.stringify(answer)));
  assertEquals(JSON.parse(restored.choices[0].message.content), { name: `Jo "J" O\\B` });
});

Deno.test("a placeholder the model invents, or the request held before, stands for nobody's value", async () => {
  const { body, restore } = await protect(ask("[EMAIL-1] is not alice@example.com"));
  assertEquals(textOf(body), "[EMAIL-1] is not [EMAIL-2]");
  const answer = JSON.stringify({
    choices: [{ message: { content: "[EMAIL-1] [EMAIL-2] [EMAIL-3] [PHONE-1]" } }],
  });
  assertEquals(
    JSON.parse(restore(answer)).choices[0].message.content,
    "[EMAIL-1] alice@example.com [EMAIL-3] [PHONE-1]",
  );
});

Deno.test("an answer shared by two callers gives each its own values", async () => {
  const [a, b] = await Promise.all([
    protect(ask("To a@example.com")),
    protect(ask("To b@example.com")),
  ]);
  assertEquals(a.body, b.body);
  const answer = JSON.stringify({ choices: [{ message: { content: "[EMAIL-1]" } }] });
  assert(
    a.restore(answer).includes("a@example.com") && b.restore(answer).includes("b@example.com"),
  );
});

Deno.test("protect() reaches every text a caller wrote, and no image or name of the protocol", async () => {
  const image = { type: "image_url", image_url: { url: "https://x.example/?u=a@example.com" } };
  const { body } = await protect({
    model: "a@example.com/model",
    user: "a@example.com",
    metadata: { "a@example.com": "a@example.com" },
    unheard_of: ["a@example.com"],
    messages: [
      { role: "user", content: [{ type: "text", text: "a@example.com" }, image] },
      {
        role: "assistant",
        content: null,
        tool_calls: [{
          id: "a@example.com",
          function: { name: "f", arguments: `{"a@example.com":4111111111111111,"n":5}` },
        }],
      },
    ],
  });
  assertEquals(body.model, "a@example.com/model");
  const { model: _model, ...rest } = body;
  const found = JSON.stringify(rest);
  assertEquals(found.split("a@example.com").length - 1, 2, "the image's and the call id's remain");
  assert(found.includes(String.raw`{\"[EMAIL-1]\":\"[CARD-1]\",\"n\":5}`));
});

Deno.test("protect() refuses in mode block and names kinds and places, never values", async () => {
  const block = redactionSettings.parse({ mode: "block" });
  const refused = await redaction.protect(ask(TEXT), block).catch((error: unknown) => error);
  assert(refused instanceof AppError && refused.code === "invalid_input");
  assertEquals(refused.fields?.map((field) => field.path), [
    "messages[0].content",
    "messages[0].content",
  ]);
  assert(!JSON.stringify([refused.detail, refused.fields, refused.data]).includes("alice"));
  const clean = ask("nothing here");
  assertEquals((await redaction.protect(clean, block)).body === clean, true);
});

const PIECES = [
  "a@example.com",
  "b@example.org",
  "4111111111111111",
  "[EMAIL-1]",
  "[CARD-1]",
  "[",
  "]",
  " ",
  "x",
];

Deno.test("whatever the request, an echo of what was sent is restored to what was asked", async () => {
  const text = fc.array(fc.constantFrom(...PIECES), { maxLength: 12 }).map((pieces) =>
    pieces.join(" ")
  );
  await fc.assert(
    fc.asyncProperty(text, fc.array(fc.nat(200), { maxLength: 6 }), async (asked, cuts) => {
      const { body, restore, restorer } = await protect(ask(asked));
      const sent = textOf(body);
      const whole = JSON.stringify({ choices: [{ message: { content: sent } }] });
      assertEquals(JSON.parse(restore(whole)).choices[0].message.content, asked);
      const stream = restorer();
      const at = [
        0,
        ...cuts.map((cut) => cut % (sent.length + 1)).sort((a, b) => a - b),
        sent.length,
      ];
      const chunks = at.slice(1).map((end, i) =>
        stream.take(chunkOf({ content: sent.slice(at[i], end) }))
      );
      assertEquals(assembled([...chunks, stream.end()]).content, asked);
    }),
    { numRuns: 300 },
  );
});

Deno.test("protect() reads words that only begin like a data URL, and leaves a picture as it is", async () => {
  for (const words of ["data:,mail a@example.com", "data:text/plain;base64, a@example.com"]) {
    assert(!textOf((await protect(ask(words))).body).includes("a@example.com"), words);
  }
  const picture = `data:image/png;base64,${"4111111111111111".repeat(4)}==`;
  assertEquals(textOf((await protect(ask(picture))).body), picture);
});

Deno.test("protect() leaves the names of tools and hides those of people", async () => {
  const tools = [{ type: "function", function: { name: "Bluebird", parameters: {} } }];
  const named = redactionSettings.parse({ mode: "replace", names: ["Bluebird"] });
  const messages = [{ role: "user", name: "Bluebird", content: "Hello" }];
  const { body } = await redaction.protect({ model: "m", messages, tools }, named);
  assertEquals(body, {
    model: "m",
    messages: [{ role: "user", name: "[NAME-1]", content: "Hello" }],
    tools,
  });
});
