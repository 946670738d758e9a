/**
 * `["w", ws, "chk", agentId]` – the newest checkpoint of an agent. `["w", ws, "chk_hist", agentId, number]` –
 * the last of them, this one included, counted from 1. Lifecycle: each save writes both and deletes what
 * went out of the history in the same commit. Trade-off: a checkpoint travels whole in one event, so it
 * has a size; longer text belongs into files.
 */
import { defineKey } from "../../kernel/kv/mod.ts";

const options = { slice: "coordination", version: 1, retention: "keep" } as const;
export const checkpointKey = defineKey("chk", options);
export const checkpointHistoryKey = defineKey("chk_hist", options);

export const checkpointsKeys = [checkpointKey, checkpointHistoryKey];
