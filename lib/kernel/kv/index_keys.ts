/**
 * Secondary indexes: keys that hold the id of a record, derived from it by one pure function, so that the
 * same function stages them, checks them and rebuilds them.
 */
import { type Key, keyId } from "./keyspace.ts";
import type { Store } from "./store.ts";
import type { SetOptions } from "./write_set.ts";

/** What both a transaction and a write set offer. */
export interface Stage {
  assume(key: Key, versionstamp: string | null): unknown;
  set(key: Key, value: unknown, options?: SetOptions): unknown;
  touch(key: Key, value?: unknown): unknown;
  delete(key: Key): unknown;
}

export interface IndexedAggregate<V> {
  id(value: V): string;
  /** Where the records are. */
  records(workspaceId: string): Key;
  /** Every index key the record has now. Pure. */
  indexKeys(workspaceId: string, value: V): Key[];
  /** Prefixes all index keys lie under. */
  indexes(workspaceId: string): Key[];
}

/** Writes the index keys `after` has and `before` had not, and deletes those it no longer has. */
export function stageIndexes<V>(
  stage: Stage,
  aggregate: IndexedAggregate<V>,
  workspaceId: string,
  before: V | null,
  after: V | null,
): void {
  const old = new Map<string, Key>();
  if (before !== null) {
    for (const key of aggregate.indexKeys(workspaceId, before)) old.set(keyId(key), key);
  }
  if (after !== null) {
    const id = aggregate.id(after);
    for (const key of aggregate.indexKeys(workspaceId, after)) {
      if (!old.delete(keyId(key))) stage.set(key, id);
    }
  }
  for (const key of old.values()) stage.delete(key);
}

export interface IndexDrift {
  readonly missing: Key[];
  readonly extra: Key[];
}

/** Recomputes a workspace's indexes from its records and compares. */
export async function findIndexDrift<V>(
  ctx: { readonly kv: Store },
  aggregate: IndexedAggregate<V>,
  workspaceId: string,
): Promise<IndexDrift> {
  const expected = new Map<string, Key>();
  for await (const { value } of ctx.kv.list<V>({ prefix: aggregate.records(workspaceId) })) {
    for (const key of aggregate.indexKeys(workspaceId, value)) expected.set(keyId(key), key);
  }
  const extra: Key[] = [];
  for (const prefix of aggregate.indexes(workspaceId)) {
    for await (const { key } of ctx.kv.listBytes({ prefix })) {
      if (!expected.delete(keyId(key))) extra.push(key);
    }
  }
  return { missing: [...expected.values()], extra };
}

/** Makes the indexes what the records say; returns how many keys it changed. */
export async function reindex<V>(
  ctx: { readonly kv: Store },
  aggregate: IndexedAggregate<V>,
  workspaceId: string,
): Promise<number> {
  const { extra } = await findIndexDrift(ctx, aggregate, workspaceId);
  for (const key of extra) await ctx.kv.submit(ctx.kv.writeSet("index").delete(key));
  let written = 0;
  for await (const entry of ctx.kv.list<V>({ prefix: aggregate.records(workspaceId) })) {
    // The check: a record that changes meanwhile stages its own indexes.
    const set = ctx.kv.writeSet("index").assume(entry.key, entry.versionstamp);
    for (const key of aggregate.indexKeys(workspaceId, entry.value)) {
      const known = await ctx.kv.get(key);
      if (known.versionstamp === null) set.set(key, aggregate.id(entry.value));
    }
    written += set.mutations;
    if (set.mutations > 0) await ctx.kv.submit(set);
  }
  return extra.length + written;
}
