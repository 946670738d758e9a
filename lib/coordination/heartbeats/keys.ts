/**
 * `["w", ws, "heartbeat", agentId, number]` – the last 100 heartbeats of an agent, numbered from 1; each
 * deletes the one a hundred before it. `["w", ws, "heartbeat_head", agentId]` – the last one's time and number.
 * `["w", ws, "shadow", agentId]` – who watches the agent, from when, with which times, and whether it has
 * taken over. Kept, so that an agent that comes back late can be told.
 * `["w", ws, "shadow_of", shadowId, agentId]` – when the shadow began to watch the agent.
 * Trade-off: one relation for each watched agent; the history of takeovers is in the events.
 */
import { defineKey } from "../../kernel/kv/mod.ts";

const options = { slice: "coordination", version: 1 } as const;
export const heartbeatKey = defineKey("heartbeat", { ...options, retention: "swept" });
export const heartbeatHeadKey = defineKey("heartbeat_head", { ...options, retention: "keep" });
export const shadowKey = defineKey("shadow", { ...options, retention: "keep" });
export const shadowOfKey = defineKey("shadow_of", { ...options, retention: "keep" });

export const heartbeatsKeys = [heartbeatKey, heartbeatHeadKey, shadowKey, shadowOfKey];
