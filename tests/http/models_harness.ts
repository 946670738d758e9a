/** A gateway that really speaks HTTP, to whichever server a test starts. */
import type { ChatOptions, ModelPort } from "../../lib/agents/model_port.ts";
import type { ModelRequest, ModelResult } from "../../lib/agents/model.ts";
import { createGateway, type Gateway, type GatewayOptions } from "../../lib/gateway/mod.ts";
import { openStore } from "../../lib/kernel/kv/mod.ts";
import { ulidIds } from "../../lib/kernel/core/ids.ts";
import { type Clock, ManualClock, systemClock } from "../../lib/kernel/core/clock.ts";
import { AppError } from "../../lib/kernel/core/errors.ts";
import { readConfig } from "../../lib/kernel/platform/config.ts";
import { createOutboundFetch, type OutboundFetch } from "../../lib/kernel/platform/fetch.ts";
import { silentLogger } from "../../lib/kernel/platform/log.ts";

export type OpenGateway = Gateway & AsyncDisposable;

/** With `MUSTER_DEFAULT_MODEL` set unless the test unsets it, so that nothing is looked for on this machine. */
export async function gatewayWith(
  env: Record<string, string>,
  options: GatewayOptions = {},
  clock: Clock = systemClock,
  fetch: OutboundFetch = createOutboundFetch({ clock }),
): Promise<OpenGateway> {
  const config = readConfig({ MUSTER_DEFAULT_MODEL: "muster/offline", ...env });
  const kv = await openStore({ path: ":memory:", clock: systemClock, log: silentLogger });
  const ctx = { kv, clock, config, fetch, ids: ulidIds(() => clock.now()), log: silentLogger };
  const gateway = await createGateway(ctx, options);
  return {
    ...gateway,
    async [Symbol.asyncDispose]() {
      await gateway.close();
      await kv.close();
    },
  };
}

/** One call through a gateway of its own. */
export async function askOnce(env: Record<string, string>): Promise<ModelResult> {
  await using gateway = await gatewayWith(env);
  return await ask(gateway, "hi");
}

export type Ask = Partial<ModelRequest & { maxTokens: number }> & { model?: string };

export function ask(
  gateway: ModelPort,
  content: string,
  request: Ask = {},
  options: Partial<ChatOptions> = {},
): Promise<ModelResult> {
  return gateway.chat(
    { model: "gpt-4o-mini", maxTokens: 500, messages: [{ role: "user", content }], ...request },
    {
      idempotencyKey: "key-1",
      signal: new AbortController().signal,
      timeoutMs: 10_000,
      ...options,
    },
  );
}

/** The AppError a call fails with. */
export async function failureOf(call: Promise<unknown>): Promise<AppError> {
  const outcome = await call.then(() => null, (error: unknown) => error);
  if (outcome instanceof AppError) return outcome;
  throw new Error(`expected an AppError, got ${outcome}`);
}

export interface RawServer extends AsyncDisposable {
  readonly url: string;
  /** Requests as they came: JSON body and headers. */
  readonly seen: { readonly body: Record<string, unknown>; readonly headers: Headers }[];
}

/** A server that answers each request by the script, whatever the protocol says. */
export function rawServer(
  script: (request: Request, nth: number) => Response | Promise<Response>,
): RawServer {
  const seen: { body: Record<string, unknown>; headers: Headers }[] = [];
  const stop = new AbortController();
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {}, signal: stop.signal },
    async (request) => {
      if (request.method === "POST") {
        seen.push({ body: await request.json(), headers: request.headers });
      }
      return await script(request, seen.length);
    },
  );
  return {
    url: `http://127.0.0.1:${server.addr.port}/v1`,
    seen,
    async [Symbol.asyncDispose]() {
      stop.abort();
      await server.finished;
    },
  };
}

/** A body that sends the pieces, then closes, stays open until canceled, or breaks when the promise says so. */
export function streamOf(
  pieces: readonly string[],
  end: "close" | "hang" | Promise<void> = "close",
  type = "text/event-stream",
): Response & { readonly canceled: Promise<void> } {
  const { promise, resolve } = Promise.withResolvers<void>();
  const left = [...pieces];
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const next = left.shift();
      if (next !== undefined) return controller.enqueue(new TextEncoder().encode(next));
      if (end === "close") return controller.close();
      if (end === "hang") return await promise;
      await end;
      controller.error(new Error("broken on purpose"));
    },
    cancel: () => resolve(),
  }, { highWaterMark: 0 });
  return Object.assign(new Response(body, { headers: { "content-type": type } }), {
    canceled: promise,
  });
}

/** Chunks of a stream in this protocol. */
export const chunk = {
  text: (content: string) =>
    data({ choices: [{ index: 0, delta: { content }, finish_reason: null }] }),
  finish: (reason = "stop") => data({ choices: [{ index: 0, delta: {}, finish_reason: reason }] }),
  usage: (input: number, output: number) =>
    data({ choices: [], usage: { prompt_tokens: input, completion_tokens: output } }),
  done: "data: [DONE]\n\n",
};

export function data(value: unknown): string {
  return `data: ${JSON.stringify(value)}\n\n`;
}

export { ManualClock };
