/** Servers whose answers are odd inside a right shape, and callers who are odd too: nothing is held or told for ever. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { BudgetView } from "../../../lib/gateway/budgets/schema.ts";
import {
  DONE,
  finish,
  frame,
  good,
  raw,
  refuse,
  type Script,
  silent,
  streamed,
  text,
  texts,
  upstream,
} from "../../harness/upstream.ts";
import type { TestApp } from "../../harness/test_app.ts";
import { faultSite, outcomeOf } from "./fault_site.ts";

const BUDGET = "/api/v1/budgets/workspace/default/total";
/** So little that nothing beside calls in flight is held. */
const LITTLE = 4_000;
const setBudget = (app: TestApp, limitMicros: number) => app.json("PUT", BUDGET, { limitMicros });
const budgetOf = async (app: TestApp) =>
  (await app.json<{ budget: BudgetView }>("GET", BUDGET)).budget;

const ODD: readonly string[] = [
  '{"choices":[null]}',
  '{"choices":["well"]}',
  '{"choices":[{"index":0,"message":7}]}',
];

for (const body of ODD) {
  for (const stream of [false, true]) {
    Deno.test(`complete() ${stream ? "stream" : "whole"}: ${body} is no answer, and nothing stays held`, async () => {
      await using server = upstream({ "*": [raw(body)] });
      await using app = await faultSite(server.url);
      await setBudget(app, LITTLE);
      const outcome = await outcomeOf(app, { stream });
      assertEquals([outcome.status, outcome.error?.code], [502, "upstream_failed"]);
      const { spentMicros, heldMicros } = await budgetOf(app);
      assertEquals([spentMicros, heldMicros], [outcome.call.costMicros, 0]);
    });
  }
}

for (const odd of ["[]", '{"choices":[7]}', '{"choices":[{"index":0,"delta":"x"}]}']) {
  Deno.test(`complete() stream: the chunk ${odd} is not given on`, async () => {
    await using server = upstream({
      "*": [streamed([text("one "), `data: ${odd}\n\n`, text("two"), finish(), DONE])],
    });
    await using app = await faultSite(server.url);
    const outcome = await outcomeOf(app, { stream: true });
    assertEquals([outcome.ended, outcome.said], ["cut", "one "]);
    assertStringIncludes(String(outcome.error?.reason), "malformed");
  });
}

Deno.test("complete() never repeats the provider's key out of a stream", async () => {
  const said = frame({ error: { message: "wrong key sk-secret-0123456789" } });
  for (const frames of [[said], [text("one "), said]]) {
    await using server = upstream({ "*": [streamed(frames)] });
    await using app = await faultSite(server.url);
    const outcome = await outcomeOf(app, { stream: true });
    assertEquals(outcome.ended, "cut");
    assert(!outcome.body.includes("sk-secret-0123456789"), outcome.body);
    assert(!JSON.stringify(outcome.call).includes("sk-secret-0123456789"));
  }
});

Deno.test("complete() charges what came of a stream that counted only its beginning", async () => {
  const begun = frame({
    id: "chatcmpl-1",
    choices: [{ index: 0, delta: { role: "assistant" }, finish_reason: null }],
    usage: { prompt_tokens: 10, completion_tokens: 0 },
  });
  await using server = upstream({
    "*": [streamed([begun, ...texts("one two three four five six")], "break")],
  });
  await using app = await faultSite(server.url);
  const { call } = await outcomeOf(app, { stream: true });
  assertEquals(call.status, "cut");
  assertEquals(call.usage?.inputTokens, 10);
  assert(call.usage!.outputTokens >= 6, `${call.usage!.outputTokens}`);
});

Deno.test("a caller with little time opens no breaker for the others", async () => {
  const patient: Script = async (seen) => {
    const late = Number(seen.body.seed) === 1;
    return late ? await silent()(seen) : await good()(seen);
  };
  await using server = upstream({ "*": [patient] });
  await using app = await faultSite(server.url, { breakers: { enabled: true, failures: 3 } });
  for (let n = 0; n < 4; n++) {
    const late = await outcomeOf(app, { deadlineMs: 30, more: { seed: 1 } });
    assertEquals([late.status, late.error?.code], [504, "deadline_exceeded"]);
  }
  assertEquals(app.gateway.breakers.list("default").filter(({ state }) => state !== "closed"), []);
  assertEquals((await outcomeOf(app)).call.model, "gpt-4o-mini");
});

Deno.test("a caller who leaves while a stream is continued elsewhere leaves nothing held", async () => {
  const asked = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<void>();
  const second: Script = async (seen) => {
    asked.resolve();
    await answer.promise;
    return await streamed([text("more "), ...texts("and more")], "hang")(seen);
  };
  await using server = upstream({
    "gpt-4o-mini": [streamed(texts("one two "), "break")],
    "*": [second],
  });
  await using app = await faultSite(server.url, { calls: { models: 2, continueOnCut: true } });
  await setBudget(app, LITTLE);
  const given = await app.gateway.complete({
    workspaceId: "default",
    caller: { id: "test" },
    body: {
      model: "gpt-4o-mini",
      messages: [{ role: "user", content: "Hi" }],
      stream: true,
      max_tokens: 100,
    },
    signal: new AbortController().signal,
    cache: "bypass",
  });
  assert(given.kind === "stream");
  const chunks = given.chunks[Symbol.asyncIterator]();
  const reading = (async () => {
    for (let step = await chunks.next(); !step.done; step = await chunks.next());
  })();
  await asked.promise;
  await chunks.return!();
  answer.resolve();
  await reading;
  assertEquals((await given.settled).ended, "canceled");
  await server.seen[1]!.gone;
  assertEquals((await budgetOf(app)).heldMicros, 0);
});

Deno.test("an Idempotency-Key covers one request: another model, a continuation and a batch's items have their own", async () => {
  await using server = upstream({
    "gpt-4o-mini": [refuse(500), refuse(500), streamed(texts("one two "), "break"), good()],
    "*": [good()],
  });
  await using app = await faultSite(server.url, {
    calls: { models: 2, retries: 1, retryBaseMs: 0, continueOnCut: true },
  });
  const headers = { "idempotency-key": "1" };
  const keys = (from: number) =>
    server.seen.slice(from).map((one) => one.headers.get("idempotency-key"));
  await outcomeOf(app, { headers });
  const [first, again, other] = keys(0);
  assert(first !== null && first === again, "a retry is the same request");
  assert(other !== first, "another model is asked something else");
  await outcomeOf(app, { headers, stream: true });
  assertEquals(new Set(keys(3)).size, 2);
  const from = server.seen.length;
  await app.fetch("/api/batch", {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify({ prompts: ["a", "b"], model: "gpt-4o-mini" }),
  }).then((response) => response.text());
  assertEquals(new Set(keys(from)).size, 2);
});

Deno.test("a picture is held at what it costs on the model that looks at it", async () => {
  await using server = upstream({ "*": [good()] });
  await using app = await faultSite(server.url);
  // 48 169 tokens of gpt-4o-mini at most.
  await setBudget(app, 6_000);
  const content = [{ type: "image_url", image_url: { url: "https://pictures.example/1.png" } }];
  const more = { max_tokens: 10, messages: [{ role: "user", content }] };
  assertEquals((await outcomeOf(app, { more })).status, 402);
  assertEquals(server.count(), 0);
});

Deno.test("of two limits the larger is held: a server may know either", async () => {
  await using server = upstream({ "*": [good()] });
  await using app = await faultSite(server.url);
  await setBudget(app, 1_000);
  const more = { max_completion_tokens: 1, max_tokens: 10_000 };
  assertEquals((await outcomeOf(app, { more })).status, 402);
  assertEquals(server.count(), 0);
});

Deno.test("predicted output is held beside the limit: what the model does not take is billed", async () => {
  await using server = upstream({ "*": [good()] });
  await using app = await faultSite(server.url);
  await setBudget(app, 1_000);
  const prediction = { type: "content", content: "Not what will be said. ".repeat(1_000) };
  assertEquals((await outcomeOf(app, { more: { max_tokens: 1, prediction } })).status, 402);
  assertEquals(server.count(), 0);
});

Deno.test("embeddings of one model are never answered by another: their numbers do not compare", async () => {
  await using server = upstream({
    "text-embedding-3-small": [refuse(500)],
    "*": [() => Response.json({ object: "list", data: [{ index: 0, embedding: [1] }] })],
  });
  await using app = await faultSite(server.url, { calls: { models: 3 } });
  await app.json("POST", "/api/v1/models", {
    id: "other-embedder",
    provider: "openai",
    tier: "custom",
    priceInMicrosPerMTok: 1,
    priceOutMicrosPerMTok: 0,
    contextTokens: 8_000,
    maxOutputTokens: 1,
    capabilities: ["embeddings"],
  });
  const response = await app.fetch("/v1/embeddings", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ model: "text-embedding-3-small", input: "x" }),
  });
  assertEquals(response.status, 502, await response.text());
  assertEquals(new Set(server.seen.map(({ model }) => model)), new Set(["text-embedding-3-small"]));
});

const STRAY: readonly (readonly [string, unknown])[] = [
  ["messages", 5],
  ["messages", [{ role: "user", content: "instead" }]],
  ["max_tokens", "many"],
  ["max_completion_tokens", -5],
  ["n", 3],
  ["functions", 7],
  ["stop", 5],
  ["frequency_penalty", "much"],
];

for (const [name, value] of STRAY) {
  Deno.test(`/v1/responses refuses ${name} ${JSON.stringify(value)}, which would be chat's, and holds nothing`, async () => {
    await using server = upstream({ "*": [good()] });
    await using app = await faultSite(server.url);
    await setBudget(app, LITTLE);
    const response = await app.fetch("/v1/responses", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ model: "gpt-4o-mini", input: "Hi", [name]: value }),
    });
    const { error } = await response.json();
    assertEquals([response.status, error?.param], [400, name]);
    const { spentMicros, heldMicros } = await budgetOf(app);
    assertEquals([server.count(), spentMicros, heldMicros], [0, 0, 0]);
  });
}

for (const [name, value] of [["messages", []], ["messages", 5], ["max_tokens", -1_000_000]]) {
  Deno.test(`/v1/embeddings refuses ${name} ${JSON.stringify(value)}: what is held is counted from it`, async () => {
    await using server = upstream({ "*": [good()] });
    await using app = await faultSite(server.url);
    const response = await app.fetch("/v1/embeddings", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ model: "text-embedding-3-small", input: "Hi", [String(name)]: value }),
    });
    const { error } = await response.json();
    assertEquals([response.status, error.param, server.count()], [400, name, 0]);
  });
}
