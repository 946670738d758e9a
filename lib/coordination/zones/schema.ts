/** Zones: ownership of a path and everything below it. Browser-safe. */
import { z } from "zod";
import { agentId, chosenId, time, wholeText } from "../schema.ts";

/** Chosen by who claims it. */
export const zoneId = chosenId;

/** Deeper paths belong to the zone above them. */
export const ZONE_DEPTH_MAX = 64;

export const zone = z.object({
  zoneId: z.string(),
  path: z.string(),
  owner: z.string(),
  description: z.string().optional(),
  claimedAt: time,
}).meta({ id: "Zone" });

export const zoneInput = z.strictObject({
  zoneId,
  path: z.string().min(1).max(8_000),
  owner: agentId.optional(),
  description: wholeText.trim().max(2_000).optional(),
});

export const zoneRelease = z.strictObject({ zoneId, owner: agentId.optional() });

export type Zone = z.infer<typeof zone>;
