/**
 * `["w", ws, "agent", agentId]` – what an agent said of itself. Kept.
 * `["w", ws, "agent_seen", agentId]` – when it was last heard, when it left, and until when a watch job waits
 * in the queue. Written blindly by every command made as the agent, so it is apart from the record.
 * `["w", ws, "agent_conns", agentId]` – its open WebSockets in one record, so that of two closing at once one
 * sees the other go. Deleted with the last.
 * `["w", ws, "conn_host", hostId]` – a process that holds connections is alive until the time in it, which
 * it moves on at every ping; a connection lives as long as its host does. Deleted some time after it lapsed.
 * Trade-off: agents connected to a process that dies stay online for three pings, in which they may connect
 * elsewhere; a list of agents reads all four ranges.
 */
import { defineKey } from "../../kernel/kv/mod.ts";

const options = { slice: "coordination", version: 1 } as const;
export const agentKey = defineKey("agent", { ...options, retention: "keep" });
export const seenKey = defineKey("agent_seen", { ...options, retention: "keep" });
export const connectionsKey = defineKey("agent_conns", { ...options, retention: "swept" });
export const hostKey = defineKey("conn_host", { ...options, retention: "swept" });

export const agentsKeys = [agentKey, seenKey, connectionsKey, hostKey];
