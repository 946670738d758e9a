/**
 * What a call passes through besides its attempts. Each stage keeps its own rules in its own folder and is
 * reached by these few functions. What can answer from memory answers at once: a promise only where the
 * store or the network has to be asked.
 */
import type { OpenAttempts } from "./open_attempts.ts";
import type { AppContext } from "../../kernel/context.ts";
import type { Usage } from "../../agents/model.ts";
import type { ModelInfo } from "../../agents/model_port.ts";
import type { AnswerCache } from "../cache/schema.ts";
import type { Redaction } from "../redaction/schema.ts";
import type { GatewaySettings } from "../schema.ts";
import type { CallRecord, ChatBody, ChatCall, RouteDecision } from "./schema.ts";

export type MaybePromise<T> = T | Promise<T>;

export interface SettingsStage {
  /** What holds now in this workspace; from memory where it is known. */
  of(workspaceId: string): MaybePromise<GatewaySettings>;
}

/** Where a provider is reached. The key is for the request to it and nothing else. */
export interface Connection {
  readonly id: string;
  /** As messages call it. */
  readonly name: string;
  readonly baseUrl: string;
  readonly apiKey?: string | undefined;
  /** On this machine: it may first have to load its model. */
  readonly local: boolean;
  /** Not the provider's own address. */
  readonly custom: boolean;
  /** Set by the operator, so it may be private; else the request goes through the guard (`OutboundInit`). */
  readonly trusted: boolean;
  /** Sent beside the key. */
  readonly headers?: Readonly<Record<string, string>>;
}

export interface DirectoryStage {
  /** To be awaited, where it is a promise, before anything else is asked: a workspace is loaded once, and after a change. */
  ready(workspaceId: string): MaybePromise<void>;
  /** From memory; changes made on other instances arrive through the hub. */
  connection(workspaceId: string, provider: string): Connection | undefined;
  /** Usable now, the default first. */
  list(workspaceId: string): readonly ModelInfo[];
  /** A name that is no virtual one, or nothing (the default). Throws `invalid_input`. */
  resolve(workspaceId: string, name?: string): ModelInfo;
  /** After the call, off its path. */
  succeeded(provider: string, latencyMs: number): void;
  failed(provider: string, error: { readonly code: string; readonly message: string }): void;
}

export interface RouterStage {
  /**
   * Throws `not_found` for an unknown model, `invalid_input` where no model can do what is asked. From features
   * alone it answers at once.
   */
  choose(
    call: ChatCall,
    asked: {
      readonly body: ChatBody;
      readonly inputTokens: number;
      /** Nothing is asked of a model, also not where the features are in doubt. */
      readonly preview?: boolean;
    },
    settings: GatewaySettings,
  ): MaybePromise<RouteDecision>;
  /** The model that answered, null when none did: for conversations that stay. Off the response path. */
  answered?(call: ChatCall, decision: RouteDecision, model: ModelInfo | null, callId: string): void;
}

export interface BudgetStage {
  /**
   * Holds the worst case in every scope of the caller, or throws `budget_exhausted`. At once while the slices
   * already committed cover it.
   */
  reserve(
    call: ChatCall,
    target: ModelInfo,
    worstCaseMicros: number,
    callId: string,
  ): MaybePromise<Hold>;
}

/** One of the two, once. */
export interface Hold {
  settle(costMicros: number): void;
  release(): void;
}

export interface LimitStage {
  /** The caller's own rates. Throws `rate_limited` with `retryAfterMs`. */
  enter(call: ChatCall, tokens: number, settings: GatewaySettings): MaybePromise<Admission>;
  /** The provider's; busy: used up now, the next candidate is tried. */
  enterProvider(
    call: ChatCall,
    provider: string,
    tokens: number,
    settings: GatewaySettings,
  ): MaybePromise<Admission | Busy>;
}

export interface Busy {
  readonly kind: "busy";
  readonly retryAfterMs: number;
}

export interface Admission {
  readonly kind: "admitted";
  /** `RateLimit`, `RateLimit-Policy`, `x-ratelimit-*`. */
  readonly headers: Readonly<Record<string, string>>;
  /** The call is over; null: nothing was used. */
  done(usage: Usage | null): void;
}

export interface LedgerStage {
  /** At once and in memory: written in batches. */
  opened(record: CallRecord): void;
  closed(record: CallRecord): void;
}

/** How breakers are asked, per provider and model. */
export interface BreakerStage {
  /** At once from memory; a promise only when this call may be the probe of a half-open breaker. */
  admit(workspaceId: string, provider: string, model: string): MaybePromise<BreakerVerdict>;
  succeeded(workspaceId: string, provider: string, model: string): void;
  failed(workspaceId: string, provider: string, model: string, reason: string): void;
  /** Neither: the probe was stopped before it told anything. */
  dropped(workspaceId: string, provider: string, model: string): void;
}

export type BreakerVerdict =
  | { readonly kind: "closed" }
  | { readonly kind: "probe" }
  | { readonly kind: "open"; readonly retryAfterMs: number; readonly reason: string };

export interface Stages {
  readonly directory: DirectoryStage;
  readonly settings: SettingsStage;
  readonly redaction: Redaction;
  readonly router: RouterStage;
  readonly cache: AnswerCache;
  readonly budgets: BudgetStage;
  readonly limits: LimitStage;
  readonly ledger: LedgerStage;
  readonly breakers: BreakerStage;
}

/** What every part of a call is given. */
export interface Parts {
  readonly ctx: Pick<AppContext, "clock" | "fetch" | "ids" | "log">;
  readonly stages: Stages;
  readonly open: OpenAttempts;
  /** For jitter; in [0, 1). */
  readonly random: () => number;
  /** Targets (`provider/model`) that refused to be asked for usage in a stream. Learned, so it may be lost. */
  readonly withoutUsage: Set<string>;
}
