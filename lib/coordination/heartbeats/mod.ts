/**
 * Heartbeats and shadows: whether an agent still works, who watches it, and the takeover that hands what a
 * stalled agent holds to its shadow.
 */
import { shadowHandOver, shadowWatch } from "./take_over.ts";

export type {
  Heartbeat,
  HeartbeatHealth,
  HeartbeatInput,
  HeartbeatReceipt,
  Shadow,
  Takeover,
} from "./schema.ts";
export { recordHeartbeat } from "./record_heartbeat.ts";
export { getHeartbeat, getShadow, listHeartbeats } from "./store.ts";
export { becomeShadow, configureShadow, registerShadow } from "./shadows.ts";
export { takeOver } from "./take_over.ts";
export { heartbeatsKeys } from "./keys.ts";

export const heartbeatsJobs = [shadowWatch, shadowHandOver];
