/**
 * Every number of the coordination hub, one object per area with its defaults. An area's own schema.ts
 * exports its part; a new area is an import and a line here. Browser-safe.
 */
import { z } from "zod";
import { agentsSettings } from "../agents/schema.ts";
import { chatSettings } from "../chat/schema.ts";
import { checkpointsSettings } from "../checkpoints/schema.ts";
import { claimsSettings } from "../claims/schema.ts";
import { dashboardSettings } from "../dashboard/schema.ts";
import { digestSettings } from "../digest/schema.ts";
import { heartbeatsSettings } from "../heartbeats/schema.ts";
import { inboxSettings } from "../inbox/schema.ts";
import { locksSettings } from "../locks/schema.ts";
import { memorySettings } from "../memory/schema.ts";
import { runsSettings, soulsSettings } from "../souls/schema.ts";
import { tracesSettings } from "../traces/schema.ts";

export const coordinationSettings = z.strictObject({
  agents: agentsSettings.prefault({}),
  chat: chatSettings.prefault({}),
  checkpoints: checkpointsSettings.prefault({}),
  claims: claimsSettings.prefault({}),
  dashboard: dashboardSettings.prefault({}),
  digest: digestSettings.prefault({}),
  heartbeats: heartbeatsSettings.prefault({}),
  inbox: inboxSettings.prefault({}),
  locks: locksSettings.prefault({}),
  memory: memorySettings.prefault({}),
  runs: runsSettings.prefault({}),
  souls: soulsSettings.prefault({}),
  traces: tracesSettings.prefault({}),
});
export type CoordinationSettings = z.infer<typeof coordinationSettings>;
