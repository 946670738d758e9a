/**
 * `["w", ws, "holdings", agentId]` – a fence: its version rises with every change of what the agent
 * holds (locks, claims, tasks in progress), whoever makes it. A takeover reads all of them unchecked and
 * checks this one key, so that it fits in one commit. Blind writes: holders never wait for each other.
 */
import { defineKey, type Tx } from "../kernel/kv/mod.ts";

export const holdingsKey = defineKey("holdings", {
  slice: "coordination",
  version: 1,
  retention: "keep",
});

/** In every commit that gives to or takes from an agent a lock, a claim or a task in progress. */
export function stageHoldingsChanged(tx: Tx, agentId: string): void {
  tx.touch(holdingsKey(tx.workspaceId, agentId), 1);
}
