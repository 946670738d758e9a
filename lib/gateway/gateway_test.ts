import { assert, assertEquals } from "@std/assert";
import type { ChatMessage } from "../agents/model.ts";
import { systemClock } from "../kernel/core/clock.ts";
import { AppError } from "../kernel/core/errors.ts";
import { ulidIds } from "../kernel/core/ids.ts";
import { openStore } from "../kernel/kv/mod.ts";
import { readConfig } from "../kernel/platform/config.ts";
import { createOutboundFetch } from "../kernel/platform/fetch.ts";
import { silentLogger } from "../kernel/platform/log.ts";
import { createGateway, type GatewayOptions } from "./gateway.ts";

const messages: ChatMessage[] = [{
  role: "user",
  content: "Compare tea and coffee and recommend one",
}];

async function offlineGateway(options: GatewayOptions = {}) {
  const config = readConfig({ MUSTER_DEFAULT_MODEL: "muster/offline" });
  const clock = systemClock;
  const fetch = createOutboundFetch({ clock });
  const kv = await openStore({ path: ":memory:", clock, log: silentLogger });
  const ctx = { kv, clock, ids: ulidIds(() => clock.now()), config, fetch, log: silentLogger };
  const gateway = await createGateway(ctx, options);
  return {
    ...gateway,
    async [Symbol.asyncDispose]() {
      await gateway.close();
      await kv.close();
    },
  };
}

const call = (signal = new AbortController().signal) => ({
  idempotencyKey: "k",
  signal,
  timeoutMs: 1_000,
});

Deno.test("chat() streams the demonstration, counted, free of charge and marked as such", async () => {
  await using gateway = await offlineGateway();
  const pieces: string[] = [];
  const request = { model: "muster/auto", maxTokens: 4_000, messages };
  const result = await gateway.chat(request, { ...call(), onDelta: (text) => pieces.push(text) });
  assertEquals(pieces.join(""), result.text);
  assert(pieces.length > 5);
  assertEquals([result.demonstration, result.costMicros, result.finishReason], [true, 0, "stop"]);
  assert(result.usage.inputTokens > 0 && result.usage.outputTokens > 0);
  assertEquals(gateway.health(), [{
    ...gateway.health()[0]!,
    provider: "offline",
    calls: 1,
    failures: 0,
  }]);
});

Deno.test("chat() cuts the demonstration at maxTokens and stops it when the caller does", async () => {
  await using gateway = await offlineGateway();
  const short = await gateway.chat({ model: "muster/offline", maxTokens: 20, messages }, call());
  assertEquals(short.finishReason, "length");
  assert(short.usage.outputTokens <= 20);
  const stop = new AbortController();
  const stopped = await gateway.chat({ model: "muster/offline", maxTokens: 4_000, messages }, {
    ...call(stop.signal),
    onDelta: () => stop.abort(),
  }).catch((error: unknown) => error);
  assert(stopped instanceof AppError && stopped.code === "canceled");
  assert(String(stopped.data?.partialText).length > 0);
});

Deno.test("chat() refuses a request without messages or tokens before anything is asked", async () => {
  await using gateway = await offlineGateway();
  for (const wrong of [{ messages: [], maxTokens: 5 }, { messages, maxTokens: 0 }]) {
    const failure = await gateway.chat({ model: "muster/offline", ...wrong }, call()).catch((
      error: unknown,
    ) => error);
    assert(failure instanceof AppError && failure.code === "invalid_input");
  }
  assertEquals(gateway.health()[0]?.calls, 0);
});

Deno.test("refresh() takes up a key that was set since the start", async () => {
  let key: string | null = null;
  await using gateway = await offlineGateway({
    keyOf: (provider) => Promise.resolve(provider === "groq" ? key : null),
  });
  assertEquals(gateway.list().map((model) => model.provider), ["offline"]);
  key = "gsk_1";
  await gateway.refresh();
  assertEquals(gateway.resolve("llama-3.1-8b-instant").provider, "groq");
  assertEquals(gateway.resolve().id, "muster/offline");
});
