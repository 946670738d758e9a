/** The gateway against an independent implementation of the protocol. */
import { LLMock } from "@copilotkit/aimock";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { systemClock } from "../../lib/kernel/core/clock.ts";
import type { Gateway } from "../../lib/gateway/mod.ts";
import { ask, failureOf, gatewayWith } from "./models_harness.ts";

interface Scene {
  readonly server: LLMock;
  /** A gateway whose `OPENAI_BASE_URL` is the server. */
  gateway(more?: Record<string, string>): Promise<Gateway>;
}

async function withServer(
  set: (server: LLMock) => void,
  run: (scene: Scene) => Promise<void>,
): Promise<void> {
  const server = new LLMock({ port: 0, chunkSize: 8 });
  set(server);
  const url = await server.start();
  // The server's stop waits for connections that are kept open.
  using client = Deno.createHttpClient({ poolMaxIdlePerHost: 0 });
  const env = {
    OPENAI_BASE_URL: `${url.replace(/\/v1$/, "")}/v1`,
    OPENAI_API_KEY: "sk-test-0123456789",
  };
  const fetchOnce = (to: string | URL, init?: RequestInit) =>
    fetch(to, { ...init, client } as RequestInit);
  await using opened = new AsyncDisposableStack();
  try {
    await run({
      server,
      gateway: async (more) =>
        opened.use(await gatewayWith({ ...env, ...more }, {}, systemClock, fetchOnce)),
    });
  } finally {
    await server.stop();
  }
}

Deno.test("chat() streams text with usage and cost from an independent server", () =>
  withServer(
    (server) =>
      server.onMessage("rivers", {
        content: "The Danube flows through ten countries.",
        usage: { prompt_tokens: 1_000, completion_tokens: 2_000 },
      }),
    async ({ gateway: open }) => {
      const pieces: string[] = [];
      const gateway = await open();
      const result = await ask(gateway, "tell me about rivers", {}, {
        onDelta: (text) => pieces.push(text),
      });
      assertEquals(result.text, "The Danube flows through ten countries.");
      assertEquals(pieces.join(""), result.text);
      assert(pieces.length > 2);
      assertEquals(result.finishReason, "stop");
      assertEquals(result.usage, { inputTokens: 1_000, outputTokens: 2_000 });
      // 1 000 × $0.15 and 2 000 × $0.60 per million.
      assertEquals(result.costMicros, 150 + 1_200);
      assertEquals([result.model, result.provider, result.demonstration], [
        "gpt-4o-mini",
        "openai",
        false,
      ]);
    },
  ));

Deno.test("chat() sends the key, the idempotency key and what was asked", () =>
  withServer(
    (server) => server.onMessage(/.*/, { content: "ok" }),
    async ({ gateway: open, server }) => {
      await ask(await open(), "hi", { temperature: 0.2 }, {
        idempotencyKey: "eff_42",
      });
      const entry = server.getLastRequest();
      const headers = new Headers(entry?.headers as Record<string, string>);
      assertEquals(headers.get("idempotency-key"), "eff_42");
      const body = entry?.body as Record<string, unknown>;
      assertEquals([body.model, body.stream, body.temperature, body.max_tokens], [
        "gpt-4o-mini",
        true,
        0.2,
        500,
      ]);
      assertEquals(body.stream_options, { include_usage: true });
    },
  ));

Deno.test("chat() brings tool calls back and takes their results", () =>
  withServer(
    (server) => {
      server.on({ userMessage: "weather", hasToolResult: false }, {
        toolCalls: [
          { name: "get_weather", arguments: '{"city":"Oslo"}', id: "call_a" },
          { name: "get_weather", arguments: '{"city":"Rome"}', id: "call_b" },
        ],
      });
      server.on({ userMessage: "weather", hasToolResult: true }, { content: "Oslo is colder." });
    },
    async ({ gateway: open }) => {
      const gateway = await open();
      const tools = [{
        name: "get_weather",
        description: "Weather of a city",
        parameters: {
          type: "object",
          properties: { city: { type: "string" } },
          required: ["city"],
        },
      }];
      const first = await ask(gateway, "weather in Oslo and Rome", { tools });
      assertEquals(first.finishReason, "tool_calls");
      assertEquals(first.toolCalls, [
        { id: "call_a", name: "get_weather", arguments: '{"city":"Oslo"}' },
        { id: "call_b", name: "get_weather", arguments: '{"city":"Rome"}' },
      ]);
      const second = await ask(gateway, "", {
        tools,
        messages: [
          { role: "user", content: "weather in Oslo and Rome" },
          { role: "assistant", content: "", toolCalls: first.toolCalls },
          { role: "tool", toolCallId: "call_a", content: "3 °C" },
          { role: "tool", toolCallId: "call_b", content: "19 °C" },
        ],
      });
      assertEquals(second.text, "Oslo is colder.");
    },
  ));

Deno.test("chat() asks for JSON by schema", () =>
  withServer(
    (server) => server.onMessage("plan", { content: '{"steps":["a","b"]}' }),
    async ({ gateway: open, server }) => {
      const schema = {
        type: "object",
        properties: { steps: { type: "array", items: { type: "string" } } },
        required: ["steps"],
        additionalProperties: false,
      };
      const result = await ask(await open(), "plan", {
        responseFormat: { name: "plan", schema },
      });
      assertEquals(JSON.parse(result.text), { steps: ["a", "b"] });
      const body = server.getLastRequest()?.body as { response_format?: unknown };
      assertEquals(body.response_format, {
        type: "json_schema",
        json_schema: { name: "plan", schema, strict: true },
      });
    },
  ));

Deno.test("chat() translates refusals and never asks twice by itself", () =>
  withServer(
    (server) => server.onMessage(/.*/, { content: "ok" }),
    async ({ gateway: open, server }) => {
      const gateway = await open();
      const table = [
        [400, "invalid_input", false],
        [401, "upstream_failed", false],
        [403, "upstream_failed", false],
        [404, "not_found", false],
        [429, "rate_limited", true],
        [500, "upstream_failed", true],
        [503, "upstream_failed", true],
      ] as const;
      for (const [status, code, retryable] of table) {
        server.clearRequests();
        server.nextRequestError(status, {
          message: `refused with ${status} for sk-test-0123456789`,
        });
        const failure = await failureOf(ask(gateway, "hi"));
        assertEquals([status, failure.code, failure.retryable], [status, code, retryable]);
        assert(!failure.detail.includes("sk-test-0123456789"));
        assertEquals(server.getRequests().length, 1);
      }
    },
  ));

Deno.test("chat() says that a stream was cut, with the text so far and its cost", () =>
  withServer(
    (server) =>
      server.onMessage("long", { content: "one two three four five six seven eight nine ten" }, {
        truncateAfterChunks: 4,
        latency: 5,
      }),
    async ({ gateway: open }) => {
      const pieces: string[] = [];
      const gateway = await open();
      const failure = await failureOf(
        ask(gateway, "a long story", {}, { onDelta: (text) => pieces.push(text) }),
      );
      assertEquals([failure.code, failure.retryable], ["upstream_failed", true]);
      assertEquals(failure.data?.partialText, pieces.join(""));
      assertStringIncludes(pieces.join(""), "one");
      const { outputTokens } = failure.data?.usage as { outputTokens: number };
      assert(outputTokens > 0 && Number(failure.data?.costMicros) > 0);
      assertEquals(gateway.health().find((row) => row.provider === "openai")?.failures, 1);
    },
  ));

Deno.test("createGateway() takes the server's first model when its own default is not among them", () =>
  withServer((server) => server.onMessage(/.*/, { content: "ok" }), async ({ gateway: open }) => {
    const gateway = await open({ MUSTER_DEFAULT_MODEL: "" });
    assertEquals(gateway.resolve().provider, "openai");
    assertEquals((await ask(gateway, "hi", { model: "muster/auto" })).text, "ok");
    const own = gateway.resolve("openai/own-model");
    assertEquals([own.provider, own.priced, own.priceInMicrosPerMTok], ["openai", false, 0]);
  }));
