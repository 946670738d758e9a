/** What is stored about paths, read without a transaction. */
import type { Key } from "../../kernel/kv/mod.ts";
import type { PathState } from "./decide.ts";
import { literalPrefix, matchesGlob } from "./globs.ts";
import {
  liveLockKey,
  type LockQueue,
  lockQueueKey,
  type LockRecord,
  type StoredLock,
} from "./keys.ts";
import { keyPart, LONG_PREFIX } from "./paths.ts";
import { queueKey } from "./queue.ts";
import { type LockContext, newRecord, recordKey } from "./stage.ts";

type Kv = Pick<LockContext, "kv">;

export async function readPaths(
  ctx: Kv,
  workspaceId: string,
  paths: readonly string[],
): Promise<PathState[]> {
  const [records, queues] = await Promise.all([
    ctx.kv.getMany<LockRecord>(paths.map((path) => recordKey(workspaceId, "path", path))),
    ctx.kv.getMany<LockQueue>(paths.map((path) => queueKey(workspaceId, path))),
  ]);
  return paths.map((path, i) => ({
    path,
    record: records[i]!.value,
    queue: queues[i]!.value,
  }));
}

/** What a glob covers of what is held and of where callers wait. */
export async function readCovered(
  ctx: Kv,
  workspaceId: string,
  glob: string,
): Promise<PathState[]> {
  const states = new Map<string, PathState>();
  for await (
    const lock of under<StoredLock>(
      ctx,
      (...part) => liveLockKey(workspaceId, "path", ...part),
      glob,
    )
  ) {
    const record: LockRecord = { ...newRecord(lock.path), last: lock.token, held: lock };
    states.set(lock.path, { path: lock.path, record, queue: null });
  }
  for await (
    const queue of under<LockQueue>(ctx, (...part) => lockQueueKey(workspaceId, ...part), glob)
  ) {
    const known = states.get(queue.path);
    states.set(queue.path, { path: queue.path, record: known?.record ?? null, queue });
  }
  return [...states.values()];
}

/** Values under the glob's literal prefix, and the few that are keyed by digest, whose path it matches. */
async function* under<T extends { readonly path: string }>(
  { kv }: Kv,
  keyOf: (...part: string[]) => Key,
  glob: string,
): AsyncGenerator<T> {
  const literal = literalPrefix(glob);
  // Behind a prefix this long there are digests only.
  const starts = literal === ""
    ? [""]
    : [LONG_PREFIX, ...(keyPart(literal) === literal ? [literal] : [])];
  for (const start of starts) {
    for await (const { key, value } of kv.list<T>({ prefix: keyOf(), start: keyOf(start) })) {
      if (!String(key.at(-1)).startsWith(start)) break;
      if (matchesGlob(glob, value.path)) yield value;
    }
  }
}
