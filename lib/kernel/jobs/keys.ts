/**
 * Queue and instances.
 *
 * `["q", shard, due, id]` a job that waits, in due order; wake-ups (an id, no due time) stand at due 0 ·
 * `["qh", shard]` changes with every enqueue · `["ql", instance, n]` a job an instance holds: moved there
 * by its n-th claim, removed by the commit that completes it · `["inst", id]` heartbeat, TTL 3 s ·
 * `["fence", id]` written once when the instance starts and deleted by whoever takes over: every commit
 * that acts for the instance assumes its version · `["w", ws, "dead", id]` dead letters.
 *
 * A workspace lives in one shard (hash of its id), so a flood of one workspace leaves the others' shards
 * alone; the price is that instances serving one workspace meet at one head.
 */
import { defineGlobalKey, defineKey, hashText, type Key } from "../kv/keyspace.ts";

const kernel = { slice: "kernel", version: 1 } as const;
export const dueKey = defineGlobalKey("q", { ...kernel, retention: "keep" });
export const dueHeadKey = defineGlobalKey("qh", { ...kernel, retention: "keep" });
export const leasedKey = defineGlobalKey("ql", { ...kernel, retention: "keep" });
export const instanceKey = defineGlobalKey("inst", { ...kernel, retention: "swept" });
export const fenceKey = defineGlobalKey("fence", { ...kernel, retention: "swept" });
export const deadLetterKey = defineKey("dead", { ...kernel, retention: "keep" });

/** Few enough for one watch. */
export const SHARDS = 8;

const shardKeys: Key[] = Array.from({ length: SHARDS }, (_, shard) => dueHeadKey(shard));

export function shardOf(workspaceId: string): number {
  return hashText(workspaceId) % SHARDS;
}

export function shardHeads(): readonly Key[] {
  return shardKeys;
}

export const JOB_KEYS = [
  dueKey,
  dueHeadKey,
  leasedKey,
  instanceKey,
  fenceKey,
  deadLetterKey,
] as const;
