/** Claims: "I am doing this", true for a while. Browser-safe. */
import { z } from "zod";
import { agentId, time, wholeText } from "../schema.ts";

export const claimsSettings = z.strictObject({
  /** Without renewal a claim holds nobody off after this. */
  staleAfterMs: z.int().min(1_000).max(30 * 86_400_000).default(30 * 60_000),
  /** A claim nobody renewed is forgotten after this. */
  keepStaleMs: z.int().min(60_000).max(365 * 86_400_000).default(7 * 86_400_000),
});

/** What is being done, in the claimant's words; the same words are the same claim. */
const what = wholeText.trim().min(1).max(2_000);

export const claim = z.object({
  what: z.string(),
  by: z.string(),
  description: z.string().optional(),
  claimedAt: time,
  renewedAt: time,
  /** When it goes stale unless renewed. */
  staleAt: time,
  stale: z.boolean(),
}).meta({ id: "Claim" });

export const claimInput = z.strictObject({
  what,
  by: agentId.optional(),
  description: wholeText.trim().max(2_000).optional(),
});

export const claimRelease = z.strictObject({ what, by: agentId.optional() });

export const claimFilter = z.object({
  what: what.optional(),
  by: agentId.optional(),
  includeStale: z.enum(["true", "false"]).optional(),
});

export type Claim = z.infer<typeof claim>;
