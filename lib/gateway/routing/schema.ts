/** How a model is chosen: settings, and what is kept of a decision. Browser-safe. */
import { z } from "zod";

const weight = z.number().min(0).max(1);

export const routingSettings = z.strictObject({
  /** Complexity from which a request needs the primary tier, and from which the flagship one. */
  primaryFrom: z.number().min(0).max(1).default(0.34),
  flagshipFrom: z.number().min(0).max(1).default(0.67),
  /** Among the models of the chosen tier; only their proportion counts. */
  costWeight: weight.default(0.4),
  latencyWeight: weight.default(0.25),
  qualityWeight: weight.default(0.35),
  /** Tokens an answer is expected to have where the request sets no limit, for cost and time. */
  expectedOutputTokens: z.int().min(1).max(100_000).default(400),
  /** A conversation stays on its model. */
  pinning: z.boolean().default(true),
  /** It may move to a stronger tier when a message needs one; never to a weaker one. */
  upgradePinned: z.boolean().default(true),
  /** Without a message for so long it is a new one. */
  pinTtlMs: z.int().min(1_000).max(30 * 86_400_000).default(6 * 3_600_000),
  /** A model that is asked where the features are in doubt; empty: none, the features alone decide. */
  classifier: z.string().max(200).default(""),
  /** In doubt: so near to a threshold. */
  classifierMargin: z.number().min(0).max(1).default(0.08),
  classifierTimeoutMs: z.int().min(10).max(30_000).default(1_500),
  /** How long decisions can be read. */
  decisionTtlMs: z.int().min(60_000).max(366 * 86_400_000).default(7 * 86_400_000),
});
export type RoutingSettings = z.infer<typeof routingSettings>;

const candidate = z.object({ model: z.string(), provider: z.string(), reason: z.string() });

/** A decision as it is kept and shown; `id` is the call's. */
export const storedDecision = z.object({
  id: z.string(),
  at: z.iso.datetime(),
  /** The name as asked, empty for none. */
  requested: z.string(),
  model: z.string(),
  provider: z.string(),
  tier: z.string(),
  /** One line, as in `x-muster-route`. */
  reason: z.string(),
  complexity: z.object({ score: z.number(), features: z.array(z.string()) }).optional(),
  pinned: z.boolean().optional(),
  rejected: z.array(candidate),
  /** Model ids, in the order in which they would be tried. */
  fallbacks: z.array(z.string()),
  estimatedCostMicros: z.number().optional(),
  /** The model that answered; absent: none did. */
  answeredBy: z.string().optional(),
}).meta({ id: "RouteDecision" });
export type StoredDecision = z.infer<typeof storedDecision>;
