/** What agents and the engine need from the model gateway. Types only: the gateway implements it. */
import type { ModelRequest, ModelResult } from "./model.ts";

export type ModelTier = "primary" | "edge" | "flagship" | "local" | "custom" | "demo";

export type ModelCapability =
  | "chat"
  | "code"
  | "reasoning"
  | "tools"
  | "vision"
  | "json"
  | "embeddings";

export interface ModelInfo {
  /** As the caller may name it; never a virtual name. */
  readonly id: string;
  readonly provider: string;
  /** What its provider calls it; absent: its id. */
  readonly upstreamId?: string;
  readonly tier: ModelTier;
  /** Micro-dollars per million tokens, so 50 000 is $0.05. */
  readonly priceInMicrosPerMTok: number;
  readonly priceOutMicrosPerMTok: number;
  /** False: nobody told us a price, and the zeros above are a gap, not a fact. */
  readonly priced: boolean;
  /** Day the price and limits were read, `YYYY-MM-DD`; absent when unknown. */
  readonly asOf?: string;
  /** The price is older than the workspace trusts prices to be. */
  readonly stale?: boolean;
  /** Output tokens per second; absent when unknown. */
  readonly tokensPerSecond?: number;
  readonly contextTokens: number;
  readonly maxOutputTokens: number;
  readonly capabilities: readonly ModelCapability[];
  /** Every answer of it is a demonstration. */
  readonly demonstration: boolean;
}

/** For whom: scopes with budgets, limits and a record of their own. */
export interface ModelCaller {
  readonly keyId?: string;
  readonly agentId?: string;
  readonly sessionId?: string;
  readonly runId?: string;
}

/** For which request a virtual name is asked, and on what terms. */
export interface RouteOptions {
  readonly caller: ModelCaller;
  /** The covenant's; quality 0 to 10. */
  readonly constraints: { readonly latencyMs: number; readonly quality: number };
  readonly signal: AbortSignal;
}

export interface ChatOptions {
  /** The same for every attempt of one effect; sent to the provider as `Idempotency-Key`. */
  readonly idempotencyKey: string;
  readonly signal: AbortSignal;
  /** Called with each piece of answer text while it arrives. */
  readonly onDelta?: (text: string) => void;
  /** Total time of this attempt. */
  readonly timeoutMs: number;
  readonly caller?: ModelCaller;
  /** The most this attempt may cost: what was reserved for it. */
  readonly ceilingMicros?: number;
}

export interface ModelPort {
  /** The model behind an id, a virtual name (`muster/auto` …) or nothing (the default). Throws `invalid_input`. */
  resolve(model?: string): ModelInfo;
  /** The models a virtual name means for this request, the best first; absent: `resolve` knows no better. */
  route?(
    request: ModelRequest & { readonly model: string },
    options: RouteOptions,
  ): Promise<readonly ModelInfo[]>;
  /** Input tokens of the request, never less than a provider is likely to count; for reservations. */
  countTokens(request: Pick<ModelRequest, "messages" | "tools" | "responseFormat">): number;
  /**
   * One attempt, never retried here. Throws AppError with `retryAfterMs` where the provider gave one; a
   * stream that broke off is `upstream_failed` with `data {partialText, usage, costMicros}`.
   */
  chat(
    request: ModelRequest & { readonly model: string; readonly maxTokens: number },
    options: ChatOptions,
  ): Promise<ModelResult>;
  /** Models that can be used now, the default first. */
  list(): ModelInfo[];
}
