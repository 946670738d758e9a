/** Cached answers: settings, what a call asks of the cache and gets. Browser-safe. */
import { z } from "zod";
import type { JsonObject } from "../../kernel/core/json.ts";

export const cacheSettings = z.strictObject({
  exact: z.boolean().default(true).meta({
    description: "Answer a request that was answered before",
  }),
  sampled: z.boolean().default(false).meta({
    description:
      "Also requests that ask for variety: a temperature above 0, or n above 1. One without a temperature is cached in any case",
  }),
  ttlMs: z.int().min(1_000).max(30 * 86_400_000).default(3_600_000),
  sharing: z.enum(["workspace", "key"]).default("workspace").meta({
    description: "Who shares answers: every caller of the workspace, or each API key alone",
  }),
  maxEntryBytes: z.int().min(1_024).max(8_388_608).default(2_097_152).meta({
    description: "Larger answers are not kept",
  }),
  maxTotalBytes: z.int().min(65_536).max(10_737_418_240).default(67_108_864).meta({
    description: "Of stored (compressed) answers in the workspace; the oldest go first",
  }),
  coalesce: z.boolean().default(true).meta({
    description: "Identical requests at the same time are asked once",
  }),
  semantic: z.boolean().default(false).meta({
    description: "Also answer a request that means the same as one answered before",
  }),
  threshold: z.number().min(0.5).max(1).default(0.95).meta({
    description: "Least cosine similarity of a semantic hit",
  }),
  embedder: z.enum(["auto", "local"]).default("auto").meta({
    description: "auto: a provider's embeddings where there are any, else the local embedder",
  }),
});
export type CacheSettings = z.infer<typeof cacheSettings>;

export type CacheMode = "use" | "bypass" | "refresh";
/** As the header `x-muster-cache` says it. */
export type CacheStatus = "hit" | "semantic" | "miss" | "bypass";

/** What is asked, after redaction. */
export interface CacheQuestion {
  readonly workspaceId: string;
  /** The caller's API key; `sharing: "key"` parts by it. */
  readonly keyId?: string | undefined;
  /** The whole request as it would be sent, placeholders in place of what was redacted. */
  readonly body: JsonObject;
  /** Whatever else decides the answer and is not in the body: the tier asked for, the agent behind a virtual model. */
  readonly route: string;
  readonly mode: CacheMode;
  readonly settings: CacheSettings;
  /** Aborts when the caller is gone. */
  readonly signal: AbortSignal;
  /** Until when this caller waits, monotonic ms: bounds what it joins. `ask` keeps its deadline by itself. */
  readonly deadlineAt?: number | undefined;
}

/** Chunks that can also be read as many at a time as there are. */
export interface BatchedChunks extends AsyncIterable<string> {
  /** Null at the end. */
  nextBatch(): Promise<readonly string[] | null>;
  /** To read no more. */
  cancel(): void;
}

/** How an answer came about: kept beside it. */
export interface AnswerFacts {
  readonly model: string;
  readonly provider: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** What it cost when it was made: what a hit saves. */
  readonly costMicros: number;
}

/** An answer as it arrives, still in its redacted form. Exactly one of body and chunks. */
export interface FreshAnswer<Extra> {
  /** Whole answer, OpenAI's JSON. */
  readonly body?: string | undefined;
  /** Data of each chunk, OpenAI's JSON, without [DONE]. */
  readonly chunks?: AsyncIterable<string> | BatchedChunks | undefined;
  /**
   * Asked once, after the body or the last chunk: the facts of a whole, successful answer; null for one
   * that was cut, failed, filtered or is otherwise not to be given again.
   */
  facts(): AnswerFacts | null;
  /** What the caller's own layer keeps with it (decision, attempts …); every participant gets the same object. */
  readonly extra: Extra;
}

export type CacheAnswer<Extra> =
  & {
    readonly body?: string | undefined;
    readonly chunks?: AsyncIterable<string> | BatchedChunks | undefined;
  }
  & (
    | {
      /** Given again; nothing was asked. `facts.costMicros` is what that saved. */
      readonly from: "hit" | "semantic";
      readonly facts: AnswerFacts;
      readonly ageMs: number;
      readonly similarity?: number;
    }
    | {
      /** Asked now. `joined`: by another identical request, which pays for it. */
      readonly from: "miss" | "bypass";
      readonly joined: boolean;
      readonly fresh: FreshAnswer<Extra>;
    }
  );

export interface AnswerCache {
  /**
   * The answer from the cache, from an identical request in flight, or from `ask`. `ask` gets a signal that
   * aborts once nobody wants the answer any more (the one caller, when nobody joined); it may outlive its
   * caller for those who joined. A caller that only joined asks itself when the one it joined fails before
   * the first chunk.
   */
  answer<Extra>(
    question: CacheQuestion,
    ask: (signal: AbortSignal) => Promise<FreshAnswer<Extra>>,
  ): Promise<CacheAnswer<Extra>>;
  stats(workspaceId: string, days: number): Promise<CacheStats>;
  /** Forgets every answer of the workspace; answers on their way are not kept either. Returns how many. */
  clear(workspaceId: string, actor: string): Promise<number>;
  /** Resolves when what was asked for until now is kept, swept and counted in the store. */
  flush(): Promise<void>;
  /** As `flush`, leaving what is to be swept to the next start. */
  close(): Promise<void>;
}

const count = z.int().nonnegative();
const tally = {
  /** Calls the cache might have answered. */
  lookups: count,
  hits: count,
  semanticHits: count,
  misses: count,
  /** Of the misses, those that got the answer of an identical request in flight. */
  joined: count,
  /** Not looked up: asked for, or not cacheable. */
  bypassed: count,
  stored: count,
  evicted: count,
  savedMicros: count,
  savedTokens: count,
};

export const cacheStats = z.object({
  /** Of these days together. */
  total: z.object(tally),
  days: z.array(z.object({ day: z.iso.date(), ...tally })),
  /** Hits of both kinds in lookups; 0 without any. */
  hitRate: z.number(),
  entries: count,
  storedBytes: count,
});
export type CacheStats = z.infer<typeof cacheStats>;
export type CacheTally = CacheStats["total"];

/** Embeddings of a provider, where one has them. */
export interface ProviderEmbedder {
  /** Null: none has, or it failed in time; the local one is used. */
  embed(
    workspaceId: string,
    text: string,
    signal: AbortSignal,
  ): Promise<{ readonly model: string; readonly vector: readonly number[] } | null>;
}
