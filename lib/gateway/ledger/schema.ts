/** Calls as they are kept, and what they add up to. Browser-safe. */
import { z } from "zod";

const micros = z.int();
const tokens = z.object({ inputTokens: z.int(), outputTokens: z.int() });

export const callStatus = z.enum(["running", "done", "failed", "cut", "canceled"]);

export const callAttempt = z.object({
  model: z.string(),
  provider: z.string(),
  startedAt: z.iso.datetime(),
  durationMs: z.number(),
  outcome: z.string(),
  reason: z.string(),
  status: z.int().optional(),
  retryAfterMs: z.number().optional(),
  costMicros: micros,
  usage: tokens.optional(),
});

/** One model call. Its texts are not kept. */
export const gatewayCall = z.object({
  id: z.string(),
  status: callStatus,
  operation: z.enum(["chat", "embeddings"]),
  caller: z.object({
    id: z.string(),
    keyId: z.string().optional(),
    agentId: z.string().optional(),
    sessionId: z.string().optional(),
    runId: z.string().optional(),
  }),
  /** The name as asked. */
  requested: z.string(),
  model: z.string(),
  provider: z.string(),
  tier: z.string(),
  /** Why this model. */
  route: z.string(),
  stream: z.boolean(),
  cache: z.string(),
  startedAt: z.iso.datetime(),
  endedAt: z.iso.datetime().optional(),
  latencyMs: z.number().optional(),
  firstTokenMs: z.number().optional(),
  tokensPerSecond: z.number().optional(),
  usage: tokens.optional(),
  usageBy: z.enum(["provider", "counted"]).optional(),
  costMicros: micros.optional(),
  /** What the same tokens cost on the flagship less what the call cost; negative: the call was dearer. */
  savedMicros: micros.optional(),
  attempts: z.array(callAttempt),
  error: z.object({ code: z.string(), message: z.string() }).optional(),
}).meta({ id: "GatewayCall" });
export type GatewayCall = z.infer<typeof gatewayCall>;

export const usageGroup = z.enum(["time", "model", "provider", "tier", "key", "agent"]);
export type UsageGroup = z.infer<typeof usageGroup>;

export const usageStep = z.enum(["hour", "day"]);
export type UsageStep = z.infer<typeof usageStep>;

/** Calls added up. */
export const usageSums = z.object({
  calls: z.int(),
  /** Of them, by how they ended; the rest is done. */
  failed: z.int(),
  cut: z.int(),
  canceled: z.int(),
  /** Refused before any provider was asked: budget, rate, input. */
  refused: z.int(),
  /** Answered from the cache, or by an identical call in flight. */
  cached: z.int(),
  /** Attempts beyond the first. */
  retries: z.int(),
  inputTokens: z.int(),
  outputTokens: z.int(),
  costMicros: micros,
  /** The same tokens at the flagship's price. */
  flagshipMicros: micros,
  savedMicros: micros,
  /** Means and percentiles of calls that were answered; percentiles to within a tenth. */
  latencyMs: z.object({ mean: z.number(), p50: z.number(), p95: z.number(), p99: z.number() })
    .nullable(),
  firstTokenMs: z.object({ mean: z.number() }).nullable(),
  tokensPerSecond: z.object({ mean: z.number() }).nullable(),
}).meta({ id: "UsageSums" });
export type UsageSums = z.infer<typeof usageSums>;

export const usageReport = z.object({
  from: z.iso.datetime(),
  to: z.iso.datetime(),
  step: usageStep,
  by: usageGroup,
  total: usageSums,
  /** Each with its model, provider … or the start of its hour or day; the largest cost first, times in order. */
  groups: z.array(z.object({ value: z.string(), sums: usageSums })),
  /** The model whose price savings are measured against; null: there is none in the catalogue. */
  flagship: z.string().nullable(),
}).meta({ id: "UsageReport" });
export type UsageReport = z.infer<typeof usageReport>;
