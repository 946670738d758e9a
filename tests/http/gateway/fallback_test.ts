/** Fallback, retries, breakers, streams that go on elsewhere, callers that leave: against scripted servers. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import {
  DONE,
  finish,
  good,
  refuse,
  type Script,
  silent,
  streamed,
  text,
  texts,
  upstream,
  usage,
} from "../../harness/upstream.ts";
import { faultSite, outcomeOf } from "./fault_site.ts";

const TWO = { calls: { models: 2 } };
/** What an answer of gpt-4o costs that counts 1 000 and 2 000 tokens. */
const OTHER_COUNTED = 22_500;

const FALLS: readonly (readonly [string, Script])[] = [
  ["429", refuse(429, { "retry-after": "60" })],
  ["500", refuse(500)],
  ["503", refuse(503)],
  ["408", refuse(408)],
  [
    "a wrong content type",
    () => new Response("<html>", { headers: { "content-type": "text/html" } }),
  ],
];

for (const [fault, does] of FALLS) {
  for (const stream of [false, true]) {
    Deno.test(`complete() ${stream ? "stream" : "whole"}: another model answers after ${fault}`, async () => {
      await using server = upstream({ "gpt-4o-mini": [does], "*": [good("from another")] });
      await using app = await faultSite(server.url, TWO);
      const outcome = await outcomeOf(app, { stream });
      assertEquals([outcome.status, outcome.ended], [200, "whole"]);
      assertStringIncludes(outcome.body, "another");
      const { attempts, model, costMicros } = outcome.call;
      assertEquals(attempts.map((one) => one.outcome).at(-1), "ok");
      assertEquals([attempts.length, attempts[0]!.model], [2, "gpt-4o-mini"]);
      assertEquals([model, costMicros], [
        outcome.headers.get("x-muster-model"),
        attempts[1]!.costMicros,
      ]);
      assertStringIncludes(outcome.headers.get("x-muster-route")!, "fell back after gpt-4o-mini");
    });
  }
}

Deno.test("complete() falls back from silence within one deadline, each attempt with its slice", async () => {
  await using server = upstream({ "gpt-4o-mini": [silent()], "*": [good()] });
  await using app = await faultSite(server.url, TWO);
  const outcome = await outcomeOf(app, { deadlineMs: 800 });
  assertEquals(outcome.status, 200);
  assertEquals(outcome.call.attempts.map((one) => one.outcome), ["timeout", "ok"]);
  assert(outcome.call.attempts[0]!.durationMs >= 350, "half of the time was its own");
});

Deno.test("complete() answers 504 when nobody answers before the deadline", async () => {
  await using server = upstream({ "*": [silent()] });
  await using app = await faultSite(server.url, { calls: { models: 3 } });
  const outcome = await outcomeOf(app, { deadlineMs: 400 });
  assertEquals([outcome.status, outcome.error?.code], [504, "deadline_exceeded"]);
  assert(outcome.call.attempts.length >= 2);
  assertEquals(outcome.call.costMicros, 0);
});

Deno.test("complete() falls back from a stream that broke before anything was given", async () => {
  const role = 'data: {"choices":[{"index":0,"delta":{"role":"assistant","content":""}}]}\n\n';
  await using server = upstream({
    "gpt-4o-mini": [streamed([role], "break")],
    "*": [good("second")],
  });
  await using app = await faultSite(server.url, TWO);
  const outcome = await outcomeOf(app, { stream: true });
  assertEquals([outcome.ended, outcome.said], ["whole", "second"]);
  assertEquals(outcome.call.attempts.map((one) => one.outcome), ["cut", "ok"]);
});

Deno.test("complete() passes a wrong request on after one attempt, whatever else could be asked", async () => {
  await using server = upstream({ "*": [refuse(400)] });
  await using app = await faultSite(server.url, { calls: { models: 3, retries: 3 } });
  assertEquals([(await outcomeOf(app)).status, server.count()], [400, 1]);
});

Deno.test("complete() answers 429 with the least Retry-After when every attempt was", async () => {
  await using server = upstream({
    "gpt-4o-mini": [refuse(429, { "retry-after": "30" })],
    "*": [refuse(429, { "retry-after": "20" })],
  });
  await using app = await faultSite(server.url, TWO);
  const outcome = await outcomeOf(app);
  assertEquals([outcome.status, outcome.headers.get("retry-after")], [429, "20"]);
  assertEquals(server.count(), 2);
});

Deno.test("complete() tries again after the Retry-After it was given, if it is short", async () => {
  const first = refuse(429, { "retry-after-ms": "300" });
  await using server = upstream({ "*": [first, good("at last")] });
  await using app = await faultSite(server.url, { calls: { retries: 1 } });
  const started = performance.now();
  const outcome = await outcomeOf(app);
  assertEquals([outcome.status, server.count()], [200, 2]);
  assert(performance.now() - started >= 295, "it waited as long as it was asked to");
  assertEquals(outcome.call.attempts.map(({ outcome, status }) => [outcome, status]), [
    ["refused", 429],
    ["ok", undefined],
  ]);
});

Deno.test("complete() retries what passes, as often as is set, and charges only what answered", async () => {
  await using server = upstream({ "*": [refuse(500), refuse(503), good()] });
  await using app = await faultSite(server.url, { calls: { retries: 2 } });
  const outcome = await outcomeOf(app);
  assertEquals([outcome.status, outcome.call.attempts.length], [200, 3]);
  assertEquals(outcome.call.costMicros, 1_350);
});

Deno.test("complete() asks another provider where one refuses the key, and never answers 401", async () => {
  await using closed = upstream({ "*": [refuse(401)] });
  await using open = upstream({ "*": [good("from groq")] });
  const env = { GROQ_BASE_URL: open.url, GROQ_API_KEY: "gsk" };
  await using app = await faultSite(closed.url, { calls: { models: 4 } }, env);
  const outcome = await outcomeOf(app);
  assertEquals([outcome.status, closed.count(), open.count()], [200, 1, 1]);
});

const OPENING = {
  calls: { models: 1, fallbackFromNamed: false },
  breakers: { failures: 3, openMs: 60_000 },
};

Deno.test("complete() leaves a model alone that keeps failing, and says so", async () => {
  await using server = upstream({ "*": [refuse(500)] });
  await using app = await faultSite(server.url, OPENING);
  for (let i = 0; i < 3; i++) assertEquals((await outcomeOf(app)).status, 502);
  const outcome = await outcomeOf(app);
  assertEquals([outcome.status, server.count()], [503, 3]);
  assertStringIncludes(String(outcome.error?.message), "breaker");
  assert(Number(outcome.headers.get("retry-after")) > 0);
  const [breaker] = app.gateway.breakers.list("default");
  assertEquals([breaker?.model, breaker?.state, breaker?.failures], ["gpt-4o-mini", "open", 3]);
});

Deno.test("complete() passes an open breaker over for another model", async () => {
  await using server = upstream({ "gpt-4o-mini": [refuse(500)], "*": [good()] });
  await using app = await faultSite(server.url, { ...OPENING, calls: { models: 2 } });
  for (let i = 0; i < 5; i++) assertEquals((await outcomeOf(app)).status, 200);
  assertEquals([server.count("gpt-4o-mini"), server.count()], [3, 8]);
});

Deno.test("continue_on_cut goes on at another model and marks the seam", async () => {
  const broken = streamed(texts("The sky "), "break");
  const rest = streamed([text("is blue."), finish(), usage(), DONE]);
  await using server = upstream({ "gpt-4o-mini": [broken], "*": [rest] });
  await using app = await faultSite(server.url, TWO);
  const wish = { stream: true, more: { continue_on_cut: true } };
  const outcome = await outcomeOf(app, wish);
  assertEquals([outcome.ended, outcome.said], ["whole", "The sky is blue."]);
  const seam = outcome.data.map((one) => one === "[DONE]" ? {} : JSON.parse(one)).find((one) =>
    one.muster
  );
  assertEquals(seam.muster.continued.from.model, "gpt-4o-mini");
  assertEquals([seam.muster.continued.offset, seam.choices[0].delta], [8, {}]);
  const { messages } = server.seen[1]!.body as { messages: { role: string; content: string }[] };
  assertEquals(messages.at(-2), { role: "assistant", content: "The sky " });
  assert(!("continue_on_cut" in server.seen[1]!.body));
  const [cut, ok] = outcome.call.attempts;
  assertEquals([cut!.outcome, ok!.outcome], ["cut", "ok"]);
  assertEquals(outcome.call.costMicros, cut!.costMicros + ok!.costMicros);
  assert(cut!.costMicros > 0 && ok!.costMicros === OTHER_COUNTED);
});

Deno.test("continue_on_cut ends with an error chunk when nobody can go on", async () => {
  await using server = upstream({
    "gpt-4o-mini": [streamed(texts("The sky "), "break")],
    "*": [refuse(500)],
  });
  await using app = await faultSite(server.url, TWO);
  const outcome = await outcomeOf(app, { stream: true, more: { continue_on_cut: true } });
  assertEquals([outcome.ended, outcome.call.status], ["cut", "cut"]);
  assert(outcome.data.at(-1)!.startsWith('{"error":'));
});

for (const when of ["before the first byte", "in the middle of a stream"]) {
  Deno.test(`a caller that leaves ${when} stops the server within 100 ms and is charged what came`, async () => {
    const does = when === "before the first byte" ? silent() : streamed(texts("one two "), "hang");
    await using server = upstream({ "*": [does] });
    await using app = await faultSite(server.url, { calls: { localChunkMs: 60_000 } });
    const leave = new AbortController();
    const asked = app.fetch("/v1/chat/completions", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        model: "gpt-4o-mini",
        stream: true,
        messages: [{ role: "user", content: "Say that all is well" }],
      }),
      signal: leave.signal,
    });
    const begun = when === "before the first byte"
      ? reached(server)
      : asked.then((response) => response.body!.getReader().read());
    await begun;
    const left = performance.now();
    leave.abort();
    await asked.catch(() => {});
    await server.seen[0]!.gone;
    assert(performance.now() - left < 100, `${performance.now() - left} ms`);
    const call = await canceled(app);
    assertEquals(call.status, "canceled");
    assertEquals((call.costMicros ?? 0) > 0, when !== "before the first byte");
  });
}

/** Resolves once the server has the request. */
async function reached(server: { count(): number }): Promise<void> {
  while (server.count() === 0) await new Promise((resolve) => setTimeout(resolve, 0));
}

async function canceled(app: Awaited<ReturnType<typeof faultSite>>) {
  const { listCalls } = await import("../../../lib/gateway/ledger/mod.ts");
  for (;;) {
    const { items } = await listCalls(app.ctx, app.gateway.ledger, "default", { limit: 1 });
    if (items[0]) return items[0];
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
}
