/** The gateway against a server that breaks the protocol in every way. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import {
  ask,
  askOnce,
  chunk,
  data,
  failureOf,
  gatewayWith,
  ManualClock,
  rawServer,
  streamOf,
} from "./models_harness.ts";

const PATIENCE = { patience: { headersMs: 1_000, chunkMs: 500 } };
const env = (url: string) => ({ OPENAI_BASE_URL: url, OPENAI_API_KEY: "sk-raw" });

Deno.test("chat() gives up before headers with upstream_timeout", async () => {
  const clock = new ManualClock();
  const { promise: reached, resolve: arrived } = Promise.withResolvers<void>();
  const { promise: held, resolve: release } = Promise.withResolvers<Response>();
  await using server = rawServer(() => {
    arrived();
    return held;
  });
  await using gateway = await gatewayWith(env(server.url), PATIENCE, clock);
  const call = failureOf(ask(gateway, "hi"));
  await reached;
  clock.advance(1_001);
  const failure = await call;
  release(new Response("late"));
  assertEquals([failure.code, failure.retryable], ["upstream_timeout", true]);
  assertStringIncludes(failure.detail, "no answer within 1000 ms");
});

Deno.test("chat() gives up between chunks and keeps what had arrived", async () => {
  const clock = new ManualClock();
  await using server = rawServer(() => streamOf([chunk.text("half of ")], "hang"));
  await using gateway = await gatewayWith(env(server.url), PATIENCE, clock);
  const { promise: started, resolve: start } = Promise.withResolvers<void>();
  const call = failureOf(ask(gateway, "hi", {}, { onDelta: () => start() }));
  await started;
  clock.advance(501);
  const failure = await call;
  assertEquals(failure.code, "upstream_timeout");
  assertEquals(failure.data?.partialText, "half of ");
});

Deno.test("chat() stops at the total time although chunks keep coming", async () => {
  const clock = new ManualClock();
  await using server = rawServer(() => streamOf([chunk.text("a "), chunk.text("b ")], "hang"));
  await using gateway = await gatewayWith(env(server.url), {
    patience: { headersMs: 9_000, chunkMs: 9_000 },
  }, clock);
  const { promise: started, resolve: start } = Promise.withResolvers<void>();
  const call = failureOf(ask(gateway, "hi", {}, { timeoutMs: 2_000, onDelta: () => start() }));
  await started;
  clock.advance(2_001);
  const failure = await call;
  assertEquals(failure.code, "upstream_timeout");
  assertStringIncludes(failure.detail, "not finished within 2000 ms");
});

Deno.test("chat() stops when the caller does, closes the upstream and reports what was produced", async () => {
  const body = streamOf([chunk.text("half of ")], "hang");
  await using server = rawServer(() => body);
  await using gateway = await gatewayWith(env(server.url));
  const stop = new AbortController();
  const failure = await failureOf(
    ask(gateway, "hi", {}, { signal: stop.signal, onDelta: () => stop.abort() }),
  );
  await body.canceled;
  assertEquals([failure.code, failure.data?.partialText], ["canceled", "half of "]);
  assert((failure.data?.usage as { inputTokens: number }).inputTokens > 0);
  assertEquals(gateway.health().find((row) => row.provider === "openai")?.failures, 0);
});

Deno.test("chat() counts a stream as cut that ends without [DONE] or without a finish reason", async () => {
  for (const last of [chunk.finish(), chunk.done]) {
    await using server = rawServer(() => streamOf([chunk.text("cut"), last]));
    const failure = await failureOf(askOnce(env(server.url)));
    assertEquals([failure.code, failure.retryable, failure.data?.partialText], [
      "upstream_failed",
      true,
      "cut",
    ]);
  }
});

Deno.test("chat() counts a stream as cut whose connection breaks", async () => {
  const { promise: received, resolve: receive } = Promise.withResolvers<void>();
  await using server = rawServer(() => streamOf([chunk.text("cut")], received));
  await using gateway = await gatewayWith(env(server.url));
  const failure = await failureOf(ask(gateway, "hi", {}, { onDelta: () => receive() }));
  assertEquals([failure.code, failure.retryable, failure.data?.partialText], [
    "upstream_failed",
    true,
    "cut",
  ]);
});

Deno.test("chat() passes on nothing of a malformed chunk", async () => {
  for (const bad of ["data: {not json}\n\n", "data: 7\n\n", data({ choices: "x" })]) {
    await using server = rawServer(() =>
      streamOf([chunk.text("good "), bad, chunk.text("bad"), chunk.finish(), chunk.done])
    );
    const pieces: string[] = [];
    await using gateway = await gatewayWith(env(server.url));
    const failure = await failureOf(
      ask(gateway, "hi", {}, { onDelta: (text) => pieces.push(text) }),
    );
    assertEquals([failure.code, pieces], ["upstream_failed", ["good "]]);
    assertStringIncludes(failure.detail, "malformed");
  }
});

Deno.test("chat() reports an error that comes inside the stream", async () => {
  const overloaded = data({ error: { message: "overloaded", type: "server_error" } });
  await using late = rawServer(() => streamOf([chunk.text("so "), overloaded]));
  const failure = await failureOf(askOnce(env(late.url)));
  assertEquals([failure.code, failure.data?.partialText], ["upstream_failed", "so "]);
  assertStringIncludes(failure.detail, "overloaded");
  await using early = rawServer(() =>
    streamOf([data({ error: { message: "slow down", code: "rate_limit_exceeded" } })])
  );
  assertEquals(
    (await failureOf(askOnce(env(early.url)))).code,
    "rate_limited",
  );
});

Deno.test("chat() refuses an answer that is no event stream and reads one that is whole JSON", async () => {
  await using page = rawServer(() =>
    new Response("<html>", { headers: { "content-type": "text/html" } })
  );
  const failure = await failureOf(askOnce(env(page.url)));
  assertEquals(failure.code, "upstream_failed");
  assertStringIncludes(failure.detail, "text/html");
  await using whole = rawServer(() =>
    Response.json({
      choices: [{
        index: 0,
        message: { role: "assistant", content: "all at once" },
        finish_reason: "stop",
      }],
      usage: { prompt_tokens: 3, completion_tokens: 4 },
    })
  );
  const result = await askOnce(env(whole.url));
  assertEquals([result.text, result.usage], ["all at once", { inputTokens: 3, outputTokens: 4 }]);
});

Deno.test("chat() reads streams cut anywhere, with CRLF, comments and several data lines", async () => {
  const text = [
    ": ping\r\n\r\n",
    chunk.text("Grüße 😀 "),
    chunk.text("aus Köln"),
    chunk.finish(),
    chunk.usage(5, 6),
    chunk.done,
  ]
    .join("").replaceAll("\n\n", "\r\n\r\n");
  const bytes = new TextEncoder().encode(text);
  await using server = rawServer(() =>
    new Response(
      new ReadableStream({
        start(controller) {
          for (let i = 0; i < bytes.length; i += 3) controller.enqueue(bytes.slice(i, i + 3));
          controller.close();
        },
      }),
      { headers: { "content-type": "text/event-stream; charset=utf-8" } },
    )
  );
  const result = await askOnce(env(server.url));
  assertEquals([result.text, result.usage], ["Grüße 😀 aus Köln", {
    inputTokens: 5,
    outputTokens: 6,
  }]);
});

Deno.test("chat() puts tool calls together from pieces, with or without an index", async () => {
  const call = (delta: unknown) =>
    data({ choices: [{ index: 0, delta: { tool_calls: [delta] }, finish_reason: null }] });
  await using server = rawServer(() =>
    streamOf([
      call({ id: "a", function: { name: "add", arguments: '{"x"' } }),
      call({ function: { arguments: ":1}" } }),
      call({ id: "b", function: { name: "add", arguments: '{"x":2}' } }),
      chunk.finish("stop"),
      chunk.done,
    ])
  );
  const result = await askOnce(env(server.url));
  assertEquals(result.finishReason, "tool_calls");
  assertEquals(result.toolCalls, [
    { id: "a", name: "add", arguments: '{"x":1}' },
    { id: "b", name: "add", arguments: '{"x":2}' },
  ]);
});

Deno.test("chat() falls back from json_schema to json_object and remembers it for the model", async () => {
  await using server = rawServer((_request, nth) =>
    nth === 1
      ? Response.json({
        error: { message: "This model does not support response format `json_schema`" },
      }, { status: 400 })
      : streamOf([chunk.text("{}"), chunk.finish(), chunk.usage(1, 1), chunk.done])
  );
  await using gateway = await gatewayWith(env(server.url));
  const responseFormat = {
    name: "empty",
    schema: { type: "object", properties: { marker_field: { type: "string" } } },
  };
  await ask(gateway, "hi", { responseFormat });
  await ask(gateway, "hi again", { responseFormat });
  const formats = server.seen.map(({ body }) => (body.response_format as { type: string }).type);
  assertEquals(formats, ["json_schema", "json_object", "json_object"]);
  assertStringIncludes(JSON.stringify(server.seen[1]!.body.messages), "marker_field");
});

Deno.test("chat() passes a refused request through after one attempt, in the server's words", async () => {
  await using server = rawServer(() =>
    Response.json({
      error: { message: "messages[0].content is too weird", param: "messages", code: "weird" },
    }, { status: 400 })
  );
  const failure = await failureOf(askOnce(env(server.url)));
  assertEquals([failure.code, failure.detail], [
    "invalid_input",
    "messages[0].content is too weird",
  ]);
  assertEquals([failure.data?.param, failure.data?.code], ["messages", "weird"]);
  assertEquals(server.seen.length, 1);
});

Deno.test("chat() hands on how long to wait", async () => {
  await using server = rawServer(() =>
    new Response("{}", { status: 429, headers: { "retry-after": "7" } })
  );
  const failure = await failureOf(askOnce(env(server.url)));
  assertEquals([failure.code, failure.retryAfterMs], ["rate_limited", 7_000]);
});

Deno.test("chat() sends no key where none is set, and none of the environment's account names", async () => {
  await using server = rawServer(() => streamOf([chunk.text("ok"), chunk.finish(), chunk.done]));
  await askOnce({ OPENAI_BASE_URL: server.url });
  const { headers } = server.seen[0]!;
  assertEquals([headers.get("authorization"), headers.get("openai-organization")], [null, null]);
});

Deno.test("chat() counts for itself when the server sends no usage", async () => {
  await using server = rawServer(() =>
    streamOf([chunk.text("four words are here"), chunk.finish(), chunk.done])
  );
  const { usage, costMicros } = await askOnce(env(server.url));
  assert(usage.outputTokens >= 4 && usage.inputTokens > 0 && costMicros > 0);
});

Deno.test("chat() says that nothing answers at the base URL", async () => {
  const failure = await failureOf(askOnce(env("http://127.0.0.1:9/v1")));
  assertEquals([failure.code, failure.retryable], ["upstream_failed", true]);
});
