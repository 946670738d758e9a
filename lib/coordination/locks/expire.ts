/** Ends grants whose time is over: in the background, and before a glob is granted over them. */
import { transact } from "../../kernel/kv/mod.ts";
import { hasExpired } from "./decide.ts";
import { liveLockKey, type LockRecord, type StoredLock } from "./keys.ts";
import { closeGate, type LockContext, newRecord, openGate, recordKey, stageEnd } from "./stage.ts";

/** Paths ended in one commit: each is a check. */
const TOGETHER = 8;
const EXPIRED = { why: "expired", actor: "system" } as const;

/** Everything in the workspace that has expired. */
export async function endExpired(ctx: LockContext, workspaceId: string): Promise<number> {
  const nowMs = ctx.clock.now();
  const paths: string[] = [];
  let globs = 0;
  for await (
    const { value } of ctx.kv.list<StoredLock>({ prefix: liveLockKey.prefix(workspaceId) })
  ) {
    if (!hasExpired(value, nowMs)) continue;
    if (value.kind === "path") paths.push(value.path);
    else globs++;
  }
  await endExpiredPaths(ctx, workspaceId, paths);
  for (let left = globs; left > 0; left -= TOGETHER) await endExpiredGlobs(ctx, workspaceId);
  return paths.length + globs;
}

/** Those of them that are still held past their time. */
export async function endExpiredPaths(
  ctx: LockContext,
  workspaceId: string,
  paths: readonly string[],
): Promise<void> {
  for (let i = 0; i < paths.length; i += TOGETHER) {
    const some = paths.slice(i, i + TOGETHER);
    await transact(ctx, workspaceId, async (tx) => {
      const nowMs = ctx.clock.now();
      const keys = some.map((path) => recordKey(workspaceId, "path", path));
      const records = await Promise.all(keys.map((key) => tx.get<LockRecord>(key)));
      records.forEach((record, at) => {
        if (!record?.held || !hasExpired(record.held, nowMs)) return;
        tx.set(keys[at]!, stageEnd(ctx, tx, record, record.held, EXPIRED, nowMs));
      });
    }, { aggregate: "lock" });
  }
}

async function endExpiredGlobs(ctx: LockContext, workspaceId: string): Promise<void> {
  await transact(ctx, workspaceId, async (tx) => {
    const nowMs = ctx.clock.now();
    const draft = await openGate(tx, nowMs);
    const over = draft.value.globs.filter((lock) => hasExpired(lock, nowMs)).slice(0, TOGETHER);
    for (const lock of over) {
      const key = recordKey(workspaceId, "glob", lock.path);
      const record = await tx.get<LockRecord>(key) ?? newRecord(lock.path);
      tx.set(key, stageEnd(ctx, tx, record, lock, EXPIRED, nowMs));
    }
    const gone = new Set(over.map((lock) => lock.id));
    if (gone.size > 0) {
      draft.value = {
        ...draft.value,
        globs: draft.value.globs.filter((lock) => !gone.has(lock.id)),
      };
    }
    closeGate(tx, draft);
  }, { aggregate: "lock" });
}
