/** The engine's way into the gateway: its requests in the words of the wire, through the very same path. */
import type { ChatOptions, ModelInfo, ModelPort } from "../agents/model_port.ts";
import type { ModelRequest, ModelResult } from "../agents/model.ts";
import type { AppContext } from "../kernel/context.ts";
import { AppError, toAppError } from "../kernel/core/errors.ts";
import { withSpan } from "../kernel/platform/otel.ts";
import type { ChatCall, ModelGateway, StreamAnswer, UpstreamRefusal } from "./calls/schema.ts";
import type { DirectoryStage } from "./calls/stages.ts";
import { Completion } from "./completion.ts";
import { adapt, DEFAULT_MANNERS, type Manners, streamBody } from "./request_body.ts";
import { countRequest } from "./tokens.ts";
import { aborted, broken, type Partial, timedOut } from "./upstream_errors.ts";

type Request = ModelRequest & { readonly model: string; readonly maxTokens: number };

const MAX_ADAPTATIONS = 5;

export interface PortParts {
  readonly ctx: Pick<AppContext, "log">;
  readonly gateway: ModelGateway;
  readonly directory: DirectoryStage;
  /** Of runs: there is one workspace without tenants. */
  readonly workspaceId: string;
}

export function createModelPort(parts: PortParts): ModelPort {
  const { directory, workspaceId } = parts;
  const manners = new Map<string, Manners>();
  return {
    resolve: (model) => directory.resolve(workspaceId, model),
    list: () => [...directory.list(workspaceId)],
    async route(request, { caller, constraints, signal }) {
      // Each step is a conversation of its own: a session's pin is for those who speak over the wire.
      const { agentId, runId } = caller;
      const { model, fallbacks } = await parts.gateway.preview({
        workspaceId,
        caller: { id: agentId ?? "engine", agentId, runId },
        body: wishOf(request),
        signal,
        cache: "bypass",
        constraints,
      });
      return [model, ...fallbacks];
    },
    countTokens: countRequest,
    async chat(request, options) {
      checkRequest(request);
      const model = directory.resolve(workspaceId, request.model);
      return await traced(request, model, () => chat(parts, manners, request, model, options));
    },
  };
}

/** What of a request the router looks at. */
function wishOf(request: ModelRequest & { readonly model: string }): ChatCall["body"] {
  const limited = { ...request, maxTokens: request.maxTokens ?? 1 };
  const { max_tokens: limit, ...wish } = streamBody(limited, request.model, DEFAULT_MANNERS);
  const body = wish as unknown as ChatCall["body"];
  return request.maxTokens === undefined ? body : { ...body, max_tokens: limit };
}

/** Asks again, at once, only when the server refused the form of the request and did no work. */
async function chat(
  parts: PortParts,
  manners: Map<string, Manners>,
  request: Request,
  model: ModelInfo,
  options: ChatOptions,
): Promise<ModelResult> {
  const target = `${model.provider}/${model.id}`;
  for (let tried = 0;; tried++) {
    const how = manners.get(target) ?? firstManners(parts, model);
    const body = streamBody(request, model.id, how) as unknown as ChatCall["body"];
    try {
      const answer = await parts.gateway.complete(callOf(parts, body, options));
      return await receive(answer as StreamAnswer, options);
    } catch (error) {
      const failure = toAppError(error);
      const refused = (failure.data?.upstream as UpstreamRefusal | undefined)?.status === 400;
      const next = refused ? adapt(how, request, failure.detail) : null;
      if (next === null || tried === MAX_ADAPTATIONS) throw asAttempt(failure);
      parts.ctx.log.info("A model server refused the form of a request; asking in another", {
        provider: model.provider,
        model: model.id,
        refusal: failure.detail.slice(0, 200),
      });
      manners.set(target, next);
    }
  }
}

function callOf(
  { workspaceId }: PortParts,
  body: ChatCall["body"],
  options: ChatOptions,
): ChatCall {
  const { keyId, agentId, sessionId, runId } = options.caller ?? {};
  return {
    workspaceId,
    caller: {
      id: agentId ?? "engine",
      ...(keyId === undefined ? {} : { keyId }),
      ...(agentId === undefined ? {} : { agentId }),
      ...(sessionId === undefined ? {} : { sessionId }),
      ...(runId === undefined ? {} : { runId }),
    },
    body,
    deadlineMs: options.timeoutMs,
    signal: options.signal,
    idempotencyKey: options.idempotencyKey,
    // Steps that ask the same mean to be answered each for itself; their results stand in the journal.
    cache: "bypass",
    continueOnCut: false,
    // The engine waits, retries and reserves each attempt itself.
    retries: 0,
    fallback: false,
    ...(options.ceilingMicros === undefined ? {} : { ceilingMicros: options.ceilingMicros }),
  };
}

async function receive(
  answer: StreamAnswer,
  { onDelta = () => {}, signal }: ChatOptions,
): Promise<ModelResult> {
  const completion = new Completion();
  const { model } = answer;
  let cut: CutError | undefined;
  for await (const data of answer.chunks) {
    const error = completion.take(data, onDelta);
    if (error) cut = JSON.parse(data).error as CutError;
  }
  const settled = await answer.settled;
  const partial: Partial = {
    partialText: completion.text,
    usage: settled.usage,
    costMicros: settled.costMicros,
  };
  const source = { provider: model.provider, model: model.id };
  if (settled.ended === "canceled") throw aborted(source, partial, signal.reason);
  if (cut) {
    throw cut.type === "timeout_error"
      ? timedOut(source, cut.reason, partial)
      : broken(source, cut.reason, partial);
  }
  if (!completion.finished) {
    throw broken(source, "the stream closed without a finish reason", partial);
  }
  return {
    text: completion.text,
    toolCalls: completion.toolCalls,
    finishReason: completion.finishReason,
    usage: settled.usage,
    costMicros: settled.costMicros,
    model: model.id,
    provider: model.provider,
    demonstration: model.demonstration,
  };
}

interface CutError {
  readonly type: string;
  readonly reason: string;
}

/** As the engine knows failures: a deadline that passed is one attempt's, and may be tried again. */
function asAttempt(failure: AppError): AppError {
  if (failure.code !== "deadline_exceeded") return failure;
  return new AppError("upstream_timeout", {
    detail: failure.detail,
    data: failure.data,
    cause: failure.cause,
  });
}

function firstManners({ directory, workspaceId }: PortParts, model: ModelInfo): Manners {
  const connection = directory.connection(workspaceId, model.provider);
  // OpenAI's newer models refuse the old name of the limit; most other servers know no other.
  return model.provider === "openai" && connection?.custom === false
    ? { ...DEFAULT_MANNERS, limit: "max_completion_tokens" }
    : DEFAULT_MANNERS;
}

/** The span of one call, by OpenTelemetry's GenAI conventions. */
function traced(
  request: { readonly maxTokens: number },
  model: ModelInfo,
  work: () => Promise<ModelResult>,
): Promise<ModelResult> {
  return withSpan(`chat ${model.id}`, {
    "gen_ai.operation.name": "chat",
    "gen_ai.provider.name": model.provider,
    "gen_ai.request.model": model.id,
    "gen_ai.request.max_tokens": request.maxTokens,
  }, async (span) => {
    const result = await work();
    span.set({
      "gen_ai.response.model": result.model,
      "gen_ai.response.finish_reasons": [result.finishReason],
      "gen_ai.usage.input_tokens": result.usage.inputTokens,
      "gen_ai.usage.output_tokens": result.usage.outputTokens,
    });
    return result;
  });
}

function checkRequest(request: ModelRequest & { readonly maxTokens: number }): void {
  const wrong = request.messages.length === 0
    ? ["messages", "at least one message is needed"]
    : !Number.isInteger(request.maxTokens) || request.maxTokens < 1
    ? ["maxTokens", "a whole number of at least 1"]
    : null;
  if (wrong) {
    throw new AppError("invalid_input", {
      detail: `The model request is wrong: ${wrong[0]}, ${wrong[1]}`,
      fields: [{ path: wrong[0]!, message: wrong[1]! }],
    });
  }
}
