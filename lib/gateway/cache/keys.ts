/**
 * `["w", ws, "gwcache", hash]` – the newest answer to a request, whole if it is small · `["w", ws, "gwcache_part",
 * id, n]` – the pieces of a larger one, compressed, written before it · `["w", ws, "gwcache_near", bucket, id]` –
 * what the request meant, for semantic hits, under everything that has to be equal · `["w", ws, "gwcache_age", id]` –
 * all of the above by age: what is swept, at each store, from the oldest · `["w", ws, "gwcache_epoch"]` – when the
 * cache was last cleared; answers of another epoch count as gone · `["w", ws, "gwcache_tally", day, name]` – counters,
 * kept.
 *
 * Whatever decides an answer is in the hash, the workspace and (where keys do not share) the key included; the
 * workspace is also in front of every key. Accepted: two instances that store the same answer at once leave one of
 * them unreachable until it is swept.
 */
import { defineKey } from "../../kernel/kv/mod.ts";

const swept = { slice: "gateway", version: 1, retention: "swept" } as const;
export const entryKey = defineKey("gwcache", swept);
export const partKey = defineKey("gwcache_part", { ...swept, encoding: "bytes" });
export const nearKey = defineKey("gwcache_near", swept);
export const ageKey = defineKey("gwcache_age", swept);
export const epochKey = defineKey("gwcache_epoch", { ...swept, retention: "keep" });
export const tallyKey = defineKey("gwcache_tally", {
  slice: "gateway",
  version: 1,
  retention: "keep",
  encoding: "sum",
});

export const cacheKeys = [entryKey, partKey, nearKey, ageKey, epochKey, tallyKey];
