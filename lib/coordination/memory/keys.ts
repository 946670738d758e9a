/**
 * `["w", ws, "memory", memoryId]` – what was learned, never changed, in order of its id.
 * `["w", ws, "memory_of", agentId, memoryId]` and
 * `["w", ws, "memory_cat", agentId, category, memoryId]` – pointers (value 1).
 * Kept until deleted. Every save and deletion is also told, ids only, as `memory.delta` on the stream
 * `memories`, which search follows: it is one log for all agents, and the workspace's feed leaves deltas
 * out. Trade-off: the word index itself is not stored (see search/mod.ts).
 */
import { defineKey } from "../../kernel/kv/mod.ts";

const slice = "coordination";
export const memoryKey = defineKey("memory", { slice, version: 1, retention: "keep" });
export const memoryOfKey = defineKey("memory_of", { slice, version: 1, retention: "keep" });
export const categoryKey = defineKey("memory_cat", { slice, version: 1, retention: "keep" });

export const memoryKeys = [memoryKey, memoryOfKey, categoryKey];

/** `memory.delta {memoryId}`: saved or deleted, the record tells. */
export const MEMORIES_STREAM = "memories";
