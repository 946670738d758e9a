/**
 * One model call: what is asked, what comes back, what is recorded of it. Shared by everything a call
 * passes through; the rules of each pass stand in its own folder. Browser-safe.
 */
import { z } from "zod";
import type { Usage } from "../../agents/model.ts";
import type { ModelInfo, ModelTier } from "../../agents/model_port.ts";
import type { CacheMode, CacheStatus } from "../cache/schema.ts";

/** How long a call may take and how often it is tried. */
export const callsSettings = z.strictObject({
  /** Of a whole call, all attempts and waits included; `x-muster-timeout-ms` sets it for one call. */
  deadlineMs: z.int().min(10).max(3_600_000).default(120_000),
  deadlineMaxMs: z.int().min(10).max(3_600_000).default(900_000),
  /** Silence before an answer begins, and between two chunks. */
  firstByteMs: z.int().min(10).max(3_600_000).default(60_000),
  chunkMs: z.int().min(10).max(3_600_000).default(60_000),
  /** Of servers on this machine, which may first have to load their model. */
  localFirstByteMs: z.int().min(10).max(3_600_000).default(300_000),
  localChunkMs: z.int().min(10).max(3_600_000).default(120_000),
  /** Models tried for one call, the chosen one included. */
  models: z.int().min(1).max(8).default(3),
  /** Attempts at one model after the first, for refusals that pass (429, 5xx, no connection). */
  retries: z.int().min(0).max(8).default(1),
  /** First wait; doubles with each attempt, half of it is jitter. */
  retryBaseMs: z.int().min(0).max(60_000).default(250),
  retryMaxMs: z.int().min(0).max(600_000).default(8_000),
  /** A provider that asks for a longer wait is not waited for. */
  retryAfterMaxMs: z.int().min(0).max(600_000).default(5_000),
  /** Of an answer; past it the call fails. */
  answerBytesMax: z.int().min(1_024).max(1_073_741_824).default(33_554_432),
  /** An explicitly named model falls back to others too; else only to the same model elsewhere. */
  fallbackFromNamed: z.boolean().default(true),
  /** Continue a stream that broke off on another model, unless the call says otherwise. */
  continueOnCut: z.boolean().default(false),
});
export type CallsSettings = z.infer<typeof callsSettings>;

/** Who asks; every id is a scope that may have a budget and limits of its own. */
export interface Caller {
  /** As the record names it: a key's id, an agent's id, "local". */
  readonly id: string;
  readonly keyId?: string;
  readonly agentId?: string;
  readonly sessionId?: string;
  readonly runId?: string;
}

/** An OpenAI request as it came; members nobody here knows are kept and sent. */
export interface ChatBody {
  readonly model?: string;
  readonly messages?: readonly WireMessage[];
  readonly stream?: boolean | null;
  readonly stream_options?: { readonly include_usage?: boolean } | null;
  readonly tools?: readonly unknown[] | null;
  readonly response_format?: unknown;
  readonly max_tokens?: number | null;
  readonly max_completion_tokens?: number | null;
  readonly temperature?: number | null;
  /** Of embeddings. */
  readonly input?: unknown;
  readonly [member: string]: unknown;
}

export interface WireMessage {
  readonly role: string;
  /** Text, or parts (`{type: "text", text}`, `{type: "image_url", …}` …), or null beside tool calls. */
  readonly content?: unknown;
  readonly [member: string]: unknown;
}

export interface ChatCall {
  /** Default `chat`. */
  readonly operation?: "chat" | "embeddings";
  readonly workspaceId: string;
  readonly caller: Caller;
  readonly body: ChatBody;
  /** `body` as text, when it is at hand: sent as it is where nothing in it has to change. */
  readonly raw?: string;
  /** A tier the caller insists on; an explicit model wins over it. */
  readonly tier?: ModelTier;
  /** A covenant's: what the choice keeps to where it can; `quality` 0 to 10. */
  readonly constraints?: { readonly latencyMs?: number; readonly quality?: number };
  /** Total; absent: the workspace's setting. */
  readonly deadlineMs?: number;
  /** Aborts when the caller is gone. */
  readonly signal: AbortSignal;
  readonly idempotencyKey?: string;
  readonly cache: CacheMode;
  /** Absent: the workspace's setting. */
  readonly continueOnCut?: boolean;
  /** The most this call may cost, whatever model it ends on; dearer candidates are passed over. */
  readonly ceilingMicros?: number;
  /** Attempts at one model after the first; absent: the workspace's setting. The engine retries by itself: 0. */
  readonly retries?: number;
  /** False: the chosen model or none. */
  readonly fallback?: boolean;
}

export interface RejectedCandidate {
  readonly model: string;
  readonly provider: string;
  readonly reason: string;
}

/** Where a call goes and why. */
export interface RouteDecision {
  /** The name as asked: a model, a virtual model, or nothing (""). */
  readonly requested: string;
  readonly model: ModelInfo;
  /** Tried in this order when the first fails before anything was sent. */
  readonly fallbacks: readonly ModelInfo[];
  /** One line, ASCII: it is sent as `x-muster-route`. */
  readonly reason: string;
  readonly tier: ModelTier;
  readonly complexity?: {
    /** 0 to 1. */
    readonly score: number;
    readonly features: readonly string[];
  };
  readonly rejected: readonly RejectedCandidate[];
  /** A conversation that stays on its model. */
  readonly pinned?: boolean;
  readonly estimatedCostMicros?: number;
}

export type AttemptOutcome =
  | "ok"
  /** An answer with an error status: `status` says which. */
  | "refused"
  | "timeout"
  /** No connection, broken TLS. */
  | "unreachable"
  /** Broke off after something had been received. */
  | "cut"
  /** Not what the protocol says: no JSON, no event stream, too large. */
  | "malformed"
  /** Not asked: the breaker is open, its rate is used up, it costs too much. */
  | "skipped"
  /** The caller was gone. */
  | "canceled";

export interface Attempt {
  readonly model: string;
  readonly provider: string;
  /** Epoch ms. */
  readonly startedAt: number;
  readonly durationMs: number;
  readonly outcome: AttemptOutcome;
  /** What happened, in words; never a key. */
  readonly reason: string;
  readonly status?: number;
  readonly retryAfterMs?: number;
  /** What it was charged, also when it failed. */
  readonly costMicros: number;
  readonly usage?: Usage;
}

/** Known when the answer begins. */
export interface AnswerHead {
  readonly callId: string;
  readonly decision: RouteDecision;
  /** The model that answers. */
  readonly model: ModelInfo;
  readonly attempts: readonly Attempt[];
  readonly cache: CacheStatus;
  /** `x-muster-*`, RateLimit fields, `x-ratelimit-*`: for the response as they are. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface Settled {
  readonly usage: Usage;
  /** Of all attempts. */
  readonly costMicros: number;
  /** `cut`: an error chunk was the last one; `canceled`: the caller was gone. */
  readonly ended: "whole" | "cut" | "canceled";
}

export interface WholeAnswer extends AnswerHead {
  readonly kind: "whole";
  /** JSON, as the provider wrote it. */
  readonly body: string;
  readonly settled: Settled;
}

export interface StreamAnswer extends AnswerHead {
  readonly kind: "stream";
  /**
   * The `data` of each event, JSON, without `[DONE]`: to be written only when `settled` says `whole`. A cut gives
   * one `{"error": …}` and ends. To stop reading early (`return`) aborts the provider's answer.
   */
  readonly chunks: AsyncIterable<string>;
  /** Resolves when the stream is over, whichever way; never rejects. */
  readonly settled: Promise<Settled>;
}

/** `stream: true` in the body asks for a stream. */
export type ChatAnswer = WholeAnswer | StreamAnswer;

/** Every model call of the program. Refusals are AppErrors; an upstream's own 4xx is `error.data.upstream`. */
export interface ModelGateway {
  complete(call: ChatCall): Promise<ChatAnswer>;
  /** `body {model, input, …}`; one attempt after another as for chats, never streamed. */
  embed(call: Omit<ChatCall, "operation">): Promise<WholeAnswer>;
  /** Where the call would go, executing nothing. */
  preview(call: ChatCall): Promise<RouteDecision>;
}

/** In `error.data.upstream`: what the provider answered, to be passed on unchanged. */
export interface UpstreamRefusal {
  readonly status: number;
  /** As it came, keys taken out. */
  readonly body: string;
  readonly contentType: string;
}

/** What is kept of a call. */
export interface CallRecord {
  readonly id: string;
  readonly workspaceId: string;
  readonly caller: Caller;
  readonly operation: "chat" | "embeddings";
  /** The name as asked. */
  readonly requested: string;
  readonly model: string;
  readonly provider: string;
  readonly tier: ModelTier;
  readonly stream: boolean;
  readonly route: string;
  /** `joined`: the answer of an identical call in flight, which paid for it. */
  readonly cache: CacheStatus | "joined";
  readonly status: "running" | "done" | "failed" | "cut" | "canceled";
  /** Epoch ms. */
  readonly startedAt: number;
  readonly endedAt?: number;
  readonly latencyMs?: number;
  readonly firstTokenMs?: number;
  readonly tokensPerSecond?: number;
  readonly usage?: Usage;
  /** `provider`: as it counted; `counted`: it did not say, or broke off. */
  readonly usageBy?: "provider" | "counted";
  readonly costMicros?: number;
  readonly attempts: readonly Attempt[];
  readonly error?: { readonly code: string; readonly message: string };
}
