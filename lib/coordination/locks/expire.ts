/**
 * Ends grants whose time is over: in the background, and before a glob is granted over them. The background
 * also removes pointers to what is not held any more.
 */
import { transact } from "../../kernel/kv/mod.ts";
import { hasExpired } from "./alive.ts";
import { closeGate, openGate, overtake } from "./gate.ts";
import { type Gate, type ListedLock, listedLockKey, lockGateKey, type LockRecord } from "./keys.ts";
import { type LockContext, newRecord, pointerKey, recordKey, stageEnd } from "./stage.ts";

/** Paths of one commit: each is a check. */
const TOGETHER = 8;
const EXPIRED = { why: "expired", actor: "system" } as const;

/** Everything in the workspace that has expired. */
export async function sweepLocks(ctx: LockContext, workspaceId: string): Promise<void> {
  const nowMs = ctx.clock.now();
  const prefix = listedLockKey.prefix(workspaceId);
  const listed = await Array.fromAsync(ctx.kv.list<ListedLock>({ prefix }));
  const records = await ctx.kv.getMany<LockRecord>(
    listed.map(({ value: { path } }) => recordKey(workspaceId, "path", path)),
  );
  const expired: string[] = [];
  const idle: string[] = [];
  listed.forEach(({ value: { path, until } }, i) => {
    const held = records[i]!.value?.held;
    if (held) { if (hasExpired(held, nowMs)) expired.push(path); }
    else if (until <= nowMs) idle.push(path);
  });
  await endExpiredPaths(ctx, workspaceId, expired);
  await removePointers(ctx, workspaceId, idle);
  const { value: gate } = await ctx.kv.get<Gate>(lockGateKey(workspaceId));
  const globs = gate?.globs.filter((lock) => hasExpired(lock, nowMs)).length ?? 0;
  for (let left = globs; left > 0; left -= TOGETHER) await endExpiredGlobs(ctx, workspaceId);
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
      const [draft, records] = await Promise.all([
        openGate(tx, nowMs),
        Promise.all(keys.map((key) => tx.get<LockRecord>(key))),
      ]);
      records.forEach((record, at) => {
        if (!record?.held || !hasExpired(record.held, nowMs)) return;
        tx.set(keys[at]!, stageEnd(ctx, tx, record, record.held, EXPIRED, draft, nowMs));
        overtake(draft, record.path);
      });
      if (tx.staged.mutations > 0) closeGate(tx, draft);
    }, { aggregate: "lock" });
  }
}

/** A grant in between changes the record, and writes its pointer anew when it relies on it. */
async function removePointers(
  ctx: LockContext,
  workspaceId: string,
  paths: readonly string[],
): Promise<void> {
  for (let i = 0; i < paths.length; i += TOGETHER) {
    await transact(ctx, workspaceId, async (tx) => {
      const nowMs = ctx.clock.now();
      await Promise.all(
        paths.slice(i, i + TOGETHER).map(async (path) => {
          const record = await tx.get<LockRecord>(recordKey(workspaceId, "path", path));
          if (record?.held || (record?.listedUntil ?? 0) > nowMs) return;
          tx.delete(pointerKey(workspaceId, path));
        }),
      );
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
      tx.set(key, stageEnd(ctx, tx, record, lock, EXPIRED, draft, nowMs));
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
