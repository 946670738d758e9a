/**
 * Fencing: a write that carries a token is let through only while the very grant it came from is held. A
 * holder that paused past its time, or whose lock was taken, is refused, whatever it believes.
 */
import { AppError } from "../../kernel/core/errors.ts";
import type { Tx } from "../../kernel/kv/mod.ts";
import { isLive } from "./alive.ts";
import { EMPTY_GATE } from "./decide.ts";
import { matchesGlob, normalizePath } from "./paths.ts";
import { type Gate, lockGateKey, type LockRecord, type StoredLock } from "./keys.ts";
import type { Lock } from "./schema.ts";
import { shownLock } from "./shown.ts";
import { type LockContext, recordKey } from "./stage.ts";

export interface Guarded {
  readonly resourcePath: string;
  readonly token: number;
}

/**
 * In the commit of the guarded write: fails with it when the lock changes before. Throws `conflict` unless a
 * live lock that covers the path carries exactly this token. Two checks.
 */
export async function stageGuard(tx: Tx, guarded: Guarded, nowMs: number): Promise<Lock> {
  const path = normalizePath(guarded.resourcePath, "resourcePath");
  const gateKey = lockGateKey(tx.workspaceId);
  const [record, gate] = await Promise.all([
    tx.get<LockRecord>(recordKey(tx.workspaceId, "path", path)),
    tx.get<Gate>(gateKey),
  ]);
  return judge(path, guarded.token, coveringLocks(path, record, gate, nowMs), nowMs);
}

/** The same on its own: whether the token is good now. */
export async function guardLock(
  ctx: Pick<LockContext, "kv" | "clock">,
  workspaceId: string,
  guarded: Guarded,
): Promise<Lock> {
  const path = normalizePath(guarded.resourcePath, "path");
  const nowMs = ctx.clock.now();
  return judge(path, guarded.token, await readCovering(ctx, workspaceId, path, nowMs), nowMs);
}

/** Live locks on the path itself and on globs that match it. */
export async function readCovering(
  ctx: Pick<LockContext, "kv">,
  workspaceId: string,
  path: string,
  nowMs: number,
): Promise<StoredLock[]> {
  const [record, gate] = await Promise.all([
    ctx.kv.get<LockRecord>(recordKey(workspaceId, "path", path)),
    ctx.kv.get<Gate>(lockGateKey(workspaceId)),
  ]);
  return coveringLocks(path, record.value, gate.value, nowMs);
}

function coveringLocks(
  path: string,
  record: LockRecord | null,
  gate: Gate | null,
  nowMs: number,
): StoredLock[] {
  const globs = (gate ?? EMPTY_GATE).globs.filter((lock) =>
    isLive(lock, nowMs) && matchesGlob(lock.path, path)
  );
  return isLive(record?.held, nowMs) ? [record.held, ...globs] : globs;
}

function judge(path: string, token: number, covering: StoredLock[], nowMs: number): Lock {
  const same = covering.find((lock) => lock.token === token);
  if (same) return shownLock(same, nowMs);
  const [lock] = covering;
  const now = lock
    ? `it is held by "${lock.agentId}" under another token`
    : "nobody holds a lock on it";
  throw new AppError("conflict", {
    detail:
      `Token ${token} of "${path}" is stale: ${now}; write nothing, acquire the lock again and read what changed`,
    extension: {
      resourcePath: path,
      ...(lock && {
        lockedBy: lock.agentId,
        expiresAt: new Date(lock.until).toISOString(),
      }),
    },
  });
}
