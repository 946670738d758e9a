/** How much waits, for whoever decides whether to stay awake. */
import type { Store } from "../kv/store.ts";
import { dueKey, SHARDS } from "./keys.ts";

const COUNT_MAX = 1_000;

/** Jobs due now, on any instance; counts to a thousand at most. */
export async function countDue(ctx: { readonly kv: Store }): Promise<number> {
  const now = ctx.kv.clock.now();
  let count = 0;
  for (let shard = 0; shard < SHARDS && count < COUNT_MAX; shard++) {
    const prefix = dueKey.prefix(shard);
    for await (const entry of ctx.kv.listBytes({ prefix }, { limit: COUNT_MAX - count })) {
      if ((entry.key[2] as number) > now) break;
      count++;
    }
  }
  return count;
}
