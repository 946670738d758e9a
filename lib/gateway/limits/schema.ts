/** Rates of keys and of providers. Browser-safe. */
import { z } from "zod";

const count = z.int().min(1).max(1_000_000_000);

/** What may pass; an absent member is no limit. */
export const rateLimits = z.strictObject({
  requestsPerMinute: count.optional(),
  /** Input and output. Held at the worst case when a call begins, corrected when it is over. */
  tokensPerMinute: count.optional(),
  /** Calls that are not over. */
  concurrent: count.optional(),
}).meta({ id: "RateLimits" });
export type RateLimits = z.infer<typeof rateLimits>;

export const limitsSettings = z.strictObject({
  /** Of each key; without keys, of each caller. */
  eachKey: rateLimits.prefault({}),
  /** By key id, in place of `eachKey`. */
  keys: z.record(z.string(), rateLimits).default({}),
  /** Of each provider, all callers together. */
  eachProvider: rateLimits.prefault({}),
  /** By provider id, in place of `eachProvider`. */
  providers: z.record(z.string(), rateLimits).default({}),
  /** How often instances that share a store tell each other what they let pass. */
  shareMs: z.int().min(50).max(10_000).default(250),
});
export type LimitsSettings = z.infer<typeof limitsSettings>;
