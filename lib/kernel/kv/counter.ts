/** Counters that never conflict: `sum` on one key, or over several keys when even the store's row is hot. */
import { hashText, type Key, type WorkspaceKey } from "./keyspace.ts";
import type { Store } from "./store.ts";

interface Summing {
  sum(key: Key, amount: number | bigint): unknown;
}

const SHARDS = 8;

/** Adds to the shard `spread` falls into: the id of what is counted, or of who counts. */
export function sumSharded(
  stage: Summing,
  key: WorkspaceKey,
  workspaceId: string,
  parts: readonly Deno.KvKeyPart[],
  amount: number,
  spread: string,
): void {
  stage.sum(key(workspaceId, ...parts, hashText(spread) % SHARDS), amount);
}

/** The counter's value, all shards together. */
export async function readSharded(
  ctx: { readonly kv: Store },
  key: WorkspaceKey,
  workspaceId: string,
  parts: readonly Deno.KvKeyPart[],
): Promise<number> {
  let total = 0;
  const prefix = key.prefix(workspaceId, ...parts);
  for await (const entry of ctx.kv.list<number>({ prefix })) total += entry.value;
  return total;
}

/** The value of a plain counter. */
export async function readCounter(ctx: { readonly kv: Store }, key: Key): Promise<number> {
  return (await ctx.kv.get<number>(key)).value ?? 0;
}
