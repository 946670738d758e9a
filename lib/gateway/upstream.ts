/** One call to one OpenAI-compatible server: sent by the `openai` client, its stream read here. */
import type OpenAI from "openai";
import type { ChatOptions, ModelInfo } from "../agents/model_port.ts";
import type { ModelRequest, ModelResult, Usage } from "../agents/model.ts";
import type { AppContext } from "../kernel/context.ts";
import { AppError } from "../kernel/core/errors.ts";
import { Completion, type UpstreamError } from "./completion.ts";
import { costMicros } from "./cost.ts";
import { type CallLimits, CallTimer } from "./deadlines.ts";
import type { Provider } from "./providers.ts";
import { adapt, DEFAULT_MANNERS, type Manners, streamBody } from "./request_body.ts";
import { readData } from "./sse.ts";
import { countRequest, countText } from "./tokens.ts";
import {
  aborted,
  broken,
  type Partial,
  refused,
  retryAfterMs,
  timedOut,
} from "./upstream_errors.ts";

type Request = ModelRequest & { readonly maxTokens: number };

export interface Upstream {
  chat(request: Request, model: ModelInfo, options: ChatOptions): Promise<ModelResult>;
}

/** Silence after which a server counts as gone; within these the engine's own deadline decides. */
export interface Patience {
  readonly headersMs: number;
  readonly chunkMs: number;
}

const MAX_ADAPTATIONS = 5;

export function createUpstream(
  ctx: Pick<AppContext, "clock" | "fetch" | "log">,
  provider: Provider,
  patience: Patience,
): Upstream {
  const manners = new Map<string, Manners>();
  let client: Promise<OpenAI> | undefined;
  const connect = () => client ??= openClient(ctx, provider);

  /** Asks again, at once, only when the server refused the form of the request and did no work. */
  async function open(call: Call): Promise<Response> {
    for (let tried = 0;; tried++) {
      const how = manners.get(call.model.id) ?? firstManners(provider);
      try {
        const response = await (await connect()).chat.completions.create(
          streamBody(call.request, call.model.id, how),
          {
            signal: call.timer.signal,
            // Behind the call's own timer, which knows which limit passed.
            timeout: Math.min(2 ** 31 - 1, call.limits.totalMs + 60_000),
            maxRetries: 0,
            headers: { "Idempotency-Key": call.key },
          },
        ).asResponse();
        return response;
      } catch (error) {
        const next = isRefusal(error) && error.status === 400
          ? adapt(how, call.request, error.message)
          : null;
        if (next === null || tried === MAX_ADAPTATIONS) throw error;
        ctx.log.info("A model server refused the form of a request; asking in another", {
          provider: provider.id,
          model: call.model.id,
          refusal: (error as Error).message.slice(0, 200),
        });
        manners.set(call.model.id, next);
      }
    }
  }

  return {
    async chat(request, model, options) {
      const limits: CallLimits = { totalMs: options.timeoutMs, ...patience };
      const timer = new CallTimer(ctx.clock, limits, options.signal);
      const call: Call = {
        request,
        model,
        limits,
        timer,
        key: options.idempotencyKey,
        completion: new Completion(),
      };
      try {
        const response = await open(call);
        timer.progress();
        await receive(response, call, provider, options.onDelta ?? (() => {}));
        return resultOf(call, provider);
      } catch (error) {
        throw translate(error, call, provider, ctx.clock.now());
      } finally {
        timer.close();
      }
    },
  };
}

interface Call {
  readonly request: Request;
  readonly model: ModelInfo;
  readonly limits: CallLimits;
  readonly timer: CallTimer;
  readonly key: string;
  readonly completion: Completion;
}

/** The library is loaded with the first call: the demonstration model never needs it. */
async function openClient(ctx: Pick<AppContext, "fetch">, provider: Provider): Promise<OpenAI> {
  const { default: Client } = await import("openai");
  return new Client({
    baseURL: provider.baseUrl,
    apiKey: provider.apiKey ?? "none",
    // The library would otherwise read these from the environment and send them to any server.
    organization: null,
    project: null,
    adminAPIKey: null,
    webhookSecret: null,
    logLevel: "off",
    maxRetries: 0,
    defaultHeaders: provider.apiKey ? {} : { Authorization: null },
    fetch: (url, init) =>
      ctx.fetch(url instanceof Request ? url.url : url, { ...init as RequestInit, trusted: true }),
  });
}

function firstManners(provider: Provider): Manners {
  // OpenAI's newer models refuse the old name of the limit; most other servers know no other.
  return provider.id === "openai" && !provider.custom
    ? { ...DEFAULT_MANNERS, limit: "max_completion_tokens" }
    : DEFAULT_MANNERS;
}

async function receive(
  response: Response,
  call: Call,
  provider: Provider,
  onText: (text: string) => void,
): Promise<void> {
  const source = { provider: provider.name, model: call.model.id };
  const { completion, timer } = call;
  const type = response.headers.get("content-type") ?? "";
  const said = (error: UpstreamError | undefined) => {
    if (error) throw inStream(source, error, completion.started ? partialOf(call) : undefined);
  };
  if (type.includes("json")) {
    // A server that cannot stream answers whole.
    said(completion.take(await response.text(), onText));
    if (!completion.finished) {
      throw broken(source, "the answer has no finish reason", partialOf(call));
    }
    return;
  }
  if (!type.includes("event-stream")) {
    await response.body?.cancel();
    throw broken(
      source,
      `the answer is "${type || "of no type"}", not an event stream; check the base URL`,
    );
  }
  let done = false;
  for await (const data of readData(watched(response, timer))) {
    if (data === "[DONE]") {
      done = true;
      break;
    }
    try {
      said(completion.take(data, onText));
    } catch (error) {
      if (error instanceof AppError) throw error;
      throw broken(source, "the stream holds a malformed chunk", partialOf(call), error);
    }
  }
  if (!done) throw broken(source, "the stream ended before it was complete", partialOf(call));
  if (!completion.finished) {
    throw broken(source, "the stream closed without a finish reason", partialOf(call));
  }
}

/** The body, each chunk of which proves the server alive. */
async function* watched(response: Response, timer: CallTimer): AsyncGenerator<Uint8Array> {
  for await (const bytes of response.body ?? []) {
    timer.progress();
    yield bytes;
  }
}

function inStream(
  source: { provider: string; model: string },
  error: UpstreamError,
  partial: Partial | undefined,
): AppError {
  const limited = /rate.?limit|too_many/i.test(`${error.code ?? ""} ${error.type ?? ""}`) ||
    error.code === "429";
  if (limited && !partial) return refused(source, { status: 429, ...error });
  return broken(source, `an error in the stream: ${error.message}`, partial);
}

function resultOf(call: Call, provider: Provider): ModelResult {
  const { completion, model } = call;
  const usage = usageOf(call);
  return {
    text: completion.text,
    toolCalls: completion.toolCalls,
    finishReason: completion.finishReason,
    usage,
    costMicros: costMicros(model, usage),
    model: model.id,
    provider: provider.id,
    demonstration: false,
  };
}

/** As the provider counted, else as counted here. */
function usageOf({ completion, request }: Call): Usage {
  if (completion.usage) return completion.usage;
  const calls = completion.toolCalls.reduce(
    (sum, call) => sum + countText(call.name) + countText(call.arguments),
    0,
  );
  return { inputTokens: countRequest(request), outputTokens: countText(completion.text) + calls };
}

function partialOf(call: Call): Partial {
  const usage = usageOf(call);
  return { partialText: call.completion.text, usage, costMicros: costMicros(call.model, usage) };
}

interface RefusalError extends Error {
  readonly status: number;
  readonly headers: Headers | undefined;
  readonly code?: string | null;
  readonly type?: string;
  readonly param?: string | null;
  readonly error?: { readonly message?: unknown } | undefined;
}

function isRefusal(error: unknown): error is RefusalError {
  return error instanceof Error && !(error instanceof AppError) &&
    typeof (error as { status?: unknown }).status === "number";
}

function translate(error: unknown, call: Call, provider: Provider, now: number): AppError {
  const source = { provider: provider.name, model: call.model.id };
  const { timer, completion } = call;
  const partial = completion.started ? partialOf(call) : undefined;
  if (timer.passed === "caller") return aborted(source, partial, timer.signal.reason);
  if (timer.passed) return timedOut(source, timer.describe(), partial);
  if (error instanceof AppError && error.data?.model !== undefined) return error;
  if (isRefusal(error)) {
    const message = String(error.error?.message ?? error.message.replace(/^\d{3}\s+/, ""));
    return refused(source, {
      status: error.status,
      message: message === "status code (no body)" ? "" : hideKey(message, provider.apiKey),
      ...(error.code ? { code: error.code } : {}),
      ...(error.type ? { type: error.type } : {}),
      ...(error.param ? { param: error.param } : {}),
      retryAfterMs: error.headers ? retryAfterMs(error.headers, now) : undefined,
    });
  }
  const what = completion.started
    ? "the connection broke while the answer was arriving"
    : "cannot be reached";
  return broken(source, what, partial, error);
}

/** Servers quote keys in their messages. */
function hideKey(message: string, key: string | undefined): string {
  return key ? message.replaceAll(key, "…") : message;
}
