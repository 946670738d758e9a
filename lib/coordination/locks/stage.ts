/** Parts of the commits that give, renew and take locks: record, live copy, history, fence, event, sweep. */
import type { AppContext } from "../../kernel/context.ts";
import type { Key, Store, Tx } from "../../kernel/kv/mod.ts";
import { stageHoldingsChanged } from "../keys.ts";
import { BOARD_STREAM } from "../streams.ts";
import { ringFreed } from "./bells.ts";
import { coversPath, EMPTY_GATE, pruneGate } from "./decide.ts";
import {
  type Gate,
  liveLockKey,
  lockGateKey,
  lockKey,
  type LockKind,
  type LockRecord,
  type PastLock,
  pastLockKey,
  type StoredLock,
} from "./keys.ts";
import { keyPart } from "./paths.ts";
import type { ReleaseReason } from "./schema.ts";
import { shownLock } from "./shown.ts";

export type LockContext = Pick<AppContext, "kv" | "clock" | "ids">;

export function recordKey(workspaceId: string, kind: LockKind, path: string): Key {
  return lockKey(workspaceId, kind, keyPart(path));
}

/** What somebody asks for, with everything the edge and the settings leave open filled in. */
export interface Terms {
  readonly agentId: string;
  readonly type: string | undefined;
  readonly reason: string | undefined;
  readonly ttlMs: number;
  readonly actor: string;
}

const DEFAULT_TYPE = "file-lock";

export function newRecord(path: string): LockRecord {
  return { v: 1, path, last: 0, ended: 0, held: null };
}

export interface Grant {
  readonly id: string;
  readonly kind: LockKind;
  readonly path: string;
  readonly token: number;
  /** Callers still in the queue, for the event. */
  readonly waiting?: number;
}

/** The lock, its live copy and its event; the caller keeps it in the record or the gate, and plans its sweep. */
export function stageGrant(
  tx: Tx,
  { id, kind, path, token, waiting }: Grant,
  terms: Terms,
  nowMs: number,
): StoredLock {
  const { agentId, ttlMs, reason } = terms;
  const lock: StoredLock = {
    id,
    kind,
    path,
    agentId,
    type: terms.type ?? DEFAULT_TYPE,
    ...(reason && { reason }),
    at: nowMs,
    ttlMs,
    until: nowMs + ttlMs,
    token,
  };
  stageLive(tx, lock);
  stageHoldingsChanged(tx, agentId);
  tx.emit(BOARD_STREAM, {
    type: "lock.granted",
    actor: terms.actor,
    lock: shownLock(lock, nowMs, waiting),
  });
  return lock;
}

/** The same grant for longer; what is not said again stays. */
export function stageRenewal(
  tx: Tx,
  lock: StoredLock,
  terms: Terms,
  nowMs: number,
): StoredLock {
  const renewed: StoredLock = {
    ...lock,
    type: terms.type ?? lock.type,
    ...(terms.reason && { reason: terms.reason }),
    ttlMs: terms.ttlMs,
    until: nowMs + terms.ttlMs,
  };
  stageLive(tx, renewed);
  tx.emit(BOARD_STREAM, {
    type: "lock.renewed",
    actor: terms.actor,
    lock: shownLock(renewed, nowMs),
  });
  return renewed;
}

export function stageLive(tx: Tx, lock: StoredLock): void {
  tx.set(liveLockKey(tx.workspaceId, lock.kind, keyPart(lock.path)), lock);
}

export interface Ending {
  readonly why: ReleaseReason;
  readonly actor: string;
  /** Who took it by force or took it over. */
  readonly by?: string | undefined;
}

const EVENT: Readonly<Record<Exclude<ReleaseReason, "takeover">, string>> = {
  manual: "lock.released",
  expired: "lock.expired",
  stolen: "lock.stolen",
};
/** Ended grants kept of a path. */
export const HISTORY_KEPT = 50;

/** Into history, and out of what is live. Gives the record without it, which the caller stores. */
export function stageEnd(
  ctx: { readonly kv: Store },
  tx: Tx,
  record: LockRecord,
  lock: StoredLock,
  ending: Ending,
  nowMs: number,
): LockRecord {
  const { kind, path } = lock;
  const next = stagePast(tx, record, lock, ending, nowMs);
  tx.delete(liveLockKey(tx.workspaceId, kind, keyPart(path)));
  stageHoldingsChanged(tx, lock.agentId);
  tx.emit(BOARD_STREAM, {
    type: EVENT[ending.why as keyof typeof EVENT],
    actor: ending.actor,
    lock: shownLock(lock, nowMs),
    ...(ending.by !== undefined && { by: ending.by }),
  });
  tx.afterCommit(() => ringFreed(ctx.kv, tx.workspaceId, kind, path));
  return next;
}

export function stagePast(
  tx: Tx,
  record: LockRecord,
  lock: StoredLock,
  { why, by }: Ending,
  nowMs: number,
): LockRecord {
  const part = keyPart(lock.path);
  const n = record.ended + 1;
  const endedAt = why === "expired" ? Math.min(lock.until, nowMs) : nowMs;
  const past: PastLock = { v: 1, lock, endedAt, why, ...(by !== undefined && { by }) };
  tx.set(pastLockKey(tx.workspaceId, lock.kind, part, n), past);
  if (n > HISTORY_KEPT) {
    tx.delete(pastLockKey(tx.workspaceId, lock.kind, part, n - HISTORY_KEPT));
  }
  return { ...record, last: Math.max(record.last, lock.token), ended: n, held: null };
}

/** The gate as a transaction sees it and changes it. */
export interface GateDraft {
  value: Gate;
  readonly was: Gate;
  readonly versionstamp: string | null;
}

/**
 * Reads and checks the gate. Not by `tx.get`: who changes it must not make every grant stand in line for it.
 * Dead callers are left out, and their removal is part of the commit that overtakes them.
 */
export async function openGate(tx: Tx, nowMs: number): Promise<GateDraft> {
  const key = lockGateKey(tx.workspaceId);
  const entry = await tx.peekEntry<Gate>(key);
  tx.assume(key, entry.versionstamp);
  const was = entry.value ?? EMPTY_GATE;
  return { was, value: pruneGate(was, nowMs), versionstamp: entry.versionstamp };
}

export function closeGate(tx: Tx, draft: GateDraft): void {
  if (draft.value !== draft.was) tx.set(lockGateKey(tx.workspaceId), draft.value);
}

/** Takes a caller that asked for many paths out of the line. */
export function dropWide(draft: GateDraft, id: string): void {
  const wide = draft.value.wide.filter((ticket) => ticket.id !== id);
  if (wide.length < draft.value.wide.length) draft.value = { ...draft.value, wide };
}

/**
 * A grant past somebody who asks for something that overlaps, has perhaps read already that this path is
 * free, and is about to commit: the gate changes, so that it must look again.
 */
export function overtake(draft: GateDraft, path: string, ownId: string | undefined): void {
  const isPast = draft.value.wide.some((ticket) => ticket.id !== ownId && coversPath(ticket, path));
  if (isPast) draft.value = { ...draft.value };
}

/** Raises the mark above the paths' tokens where this token passes it. */
export function raiseHigh(draft: GateDraft, high: number): void {
  if (high !== draft.value.high) draft.value = { ...draft.value, high };
}
