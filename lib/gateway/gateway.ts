/** The one way to every model: names resolved, the call made once, cost and health kept. */
import type { ModelInfo, ModelPort } from "../agents/model_port.ts";
import type { ModelRequest, ModelResult } from "../agents/model.ts";
import type { AppContext } from "../kernel/context.ts";
import { AppError, toAppError } from "../kernel/core/errors.ts";
import { withSpan } from "../kernel/platform/otel.ts";
import { HealthBook, type ProviderHealth } from "./health.ts";
import { chatOffline } from "./offline_upstream.ts";
import { findProviders, type KeyLookup } from "./providers.ts";
import { createDirectory, type Directory, type Route } from "./resolve.ts";
import { countRequest } from "./tokens.ts";
import { createUpstream, type Patience, type Upstream } from "./upstream.ts";

export interface Gateway extends ModelPort {
  /** Per provider, since the start. */
  health(): ProviderHealth[];
  /** Takes up keys set since the start; calls in flight end on the old ones. Throws and changes nothing when it cannot. */
  refresh(): Promise<void>;
}

export interface GatewayOptions {
  /** Keys set in the page; those of the environment come first. */
  readonly keyOf?: KeyLookup;
  readonly route?: Route;
  readonly patience?: Patience;
}

/** A server on this machine may first have to load its model. */
const LOCAL_PATIENCE: Patience = { headersMs: 300_000, chunkMs: 120_000 };
const PATIENCE: Patience = { headersMs: 60_000, chunkMs: 60_000 };

/** Finds what can be reached, within half a second. Throws `invalid_input` when the configured default model cannot be used. */
export async function createGateway(
  ctx: Pick<AppContext, "clock" | "config" | "fetch" | "log">,
  options: GatewayOptions = {},
): Promise<Gateway> {
  const health = new HealthBook();
  let open = await connect(ctx, options);
  return {
    resolve: (model) => open.directory.resolve(model),
    list: () => open.directory.list(),
    countTokens: countRequest,
    health: () => health.list([...open.upstreams.keys()]),
    async refresh() {
      open = await connect(ctx, options);
    },
    async chat(request, call): Promise<ModelResult> {
      checkRequest(request);
      const model = open.directory.resolve(request.model);
      const upstream = open.upstreams.get(model.provider);
      if (!upstream) {
        throw new AppError("unavailable", { detail: `No way to "${model.provider}" is open` });
      }
      const started = ctx.clock.mono();
      try {
        const result = await traced(request, model, () => upstream.chat(request, model, call));
        health.succeeded(model.provider, ctx.clock.now(), Math.round(ctx.clock.mono() - started));
        return result;
      } catch (error) {
        const failure = toAppError(error);
        health.failed(model.provider, ctx.clock.now(), failure);
        throw failure;
      }
    },
  };
}

/** The span of one call, by OpenTelemetry's GenAI conventions. */
function traced(
  request: { readonly maxTokens: number },
  model: ModelInfo,
  chat: () => Promise<ModelResult>,
): Promise<ModelResult> {
  return withSpan(`chat ${model.id}`, {
    "gen_ai.operation.name": "chat",
    "gen_ai.provider.name": model.provider,
    "gen_ai.request.model": model.id,
    "gen_ai.request.max_tokens": request.maxTokens,
  }, async (span) => {
    const result = await chat();
    span.set({
      "gen_ai.response.model": result.model,
      "gen_ai.response.finish_reasons": [result.finishReason],
      "gen_ai.usage.input_tokens": result.usage.inputTokens,
      "gen_ai.usage.output_tokens": result.usage.outputTokens,
    });
    return result;
  });
}

interface Connections {
  readonly directory: Directory;
  /** By provider id. */
  readonly upstreams: ReadonlyMap<string, Upstream>;
}

/** What the configuration and the keystore say now. */
async function connect(
  ctx: Pick<AppContext, "clock" | "config" | "fetch" | "log">,
  options: GatewayOptions,
): Promise<Connections> {
  const providers = await findProviders(ctx, options.keyOf);
  const directory = createDirectory(providers, ctx.config.defaultModel, options.route);
  const upstreams = new Map<string, Upstream>(providers.map((provider) => [
    provider.id,
    createUpstream(ctx, provider, options.patience ?? (provider.local ? LOCAL_PATIENCE : PATIENCE)),
  ]));
  upstreams.set("offline", { chat: chatOffline });
  const { id, priced } = directory.resolve();
  ctx.log.info("Models are ready", { default: id, providers: [...upstreams.keys()] });
  if (!priced) {
    ctx.log.warn("The default model has no known price; its calls count as free", { model: id });
  }
  return { directory, upstreams };
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
