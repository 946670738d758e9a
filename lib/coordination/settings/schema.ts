/**
 * Every number of the coordination hub, one object per area with its defaults. An area's own schema.ts
 * exports its part; a new area is an import and a line here. Browser-safe.
 */
import { z } from "zod";
import { claimsSettings } from "../claims/schema.ts";
import { locksSettings } from "../locks/schema.ts";

export const coordinationSettings = z.strictObject({
  claims: claimsSettings.prefault({}),
  locks: locksSettings.prefault({}),
});
export type CoordinationSettings = z.infer<typeof coordinationSettings>;
