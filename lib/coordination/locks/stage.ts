/** Parts of the commits that give, renew and take locks: record, pointer, history, event. */
import type { AppContext } from "../../kernel/context.ts";
import type { Key, Store, Tx } from "../../kernel/kv/mod.ts";
import { BOARD_STREAM } from "../streams.ts";
import { ringFreed } from "./callers_here.ts";
import { type GateDraft, tellHandOver } from "./gate.ts";
import {
  type ListedLock,
  listedLockKey,
  lockKey,
  type LockKind,
  type LockRecord,
  type PastLock,
  type PastLocks,
  pastLocksKey,
  type StoredLock,
} from "./keys.ts";
import { keyPart } from "./paths.ts";
import type { ReleaseReason } from "./schema.ts";
import { shownLock } from "./shown.ts";

export type LockContext = Pick<AppContext, "kv" | "clock" | "ids">;

export function recordKey(workspaceId: string, kind: LockKind, path: string): Key {
  return lockKey(workspaceId, kind, keyPart(path));
}

export function pointerKey(workspaceId: string, path: string): Key {
  return listedLockKey(workspaceId, "path", keyPart(path));
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
  return { v: 1, path, last: 0, held: null, listedUntil: 0, past: [], groups: 0 };
}

export interface Grant {
  readonly id: string;
  readonly kind: LockKind;
  readonly token: number;
  /** Callers still in the queue, for the event. */
  readonly waiting?: number;
}

/** The pointer and the event of a grant; the record as it is to be stored, the caller does. */
export function stageGrant(
  tx: Tx,
  record: LockRecord,
  { id, kind, token, waiting }: Grant,
  terms: Terms,
  draft: GateDraft,
  nowMs: number,
): LockRecord & { readonly held: StoredLock } {
  const { agentId, ttlMs, reason } = terms;
  const { path } = record;
  const held: StoredLock = {
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
  tellHandOver(tx, draft, agentId);
  tx.emit(BOARD_STREAM, {
    type: "lock.granted",
    actor: terms.actor,
    lock: shownLock(held, nowMs, waiting),
  });
  const listed = kind === "path" ? stageListed(tx, record, nowMs) : record;
  return { ...listed, last: token, held };
}

/** A pointer serves for this long, and is written anew when less than that is left. */
export const LISTED_MS = 30_000;
const LISTED_LEFT_MS = 10_000;

function stageListed(tx: Tx, record: LockRecord, nowMs: number): LockRecord {
  if (record.listedUntil > nowMs + LISTED_LEFT_MS) return record;
  const { path } = record;
  const until = nowMs + LISTED_MS + LISTED_LEFT_MS;
  const listed: ListedLock = { v: 1, path, until };
  tx.set(pointerKey(tx.workspaceId, path), listed);
  return { ...record, listedUntil: until };
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
  tx.emit(BOARD_STREAM, {
    type: "lock.renewed",
    actor: terms.actor,
    lock: shownLock(renewed, nowMs),
  });
  return renewed;
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

/** Into history, and told. Gives the record without it, which the caller stores. */
export function stageEnd(
  ctx: { readonly kv: Store },
  tx: Tx,
  record: LockRecord,
  lock: StoredLock,
  ending: Ending,
  draft: GateDraft,
  nowMs: number,
): LockRecord {
  const { kind, path } = lock;
  const next = stagePast(tx, record, lock, ending, nowMs);
  // Its time was over while it was held: no sweep may come again.
  if (kind === "path" && record.listedUntil <= nowMs) tx.delete(pointerKey(tx.workspaceId, path));
  tellHandOver(tx, draft, lock.agentId);
  tx.emit(BOARD_STREAM, {
    type: EVENT[ending.why as keyof typeof EVENT],
    actor: ending.actor,
    lock: shownLock(lock, nowMs),
    ...(ending.by !== undefined && { by: ending.by }),
  });
  tx.afterCommit(() => ringFreed(ctx.kv, tx.workspaceId, kind, path));
  return next;
}

/** Ended grants a record holds before they become a group of their own: it is written with each of them. */
const PAST_MAX = 3;
const GROUP = 4;
/** At least fifty ended grants. */
const GROUPS_KEPT = 13;

export function stagePast(
  tx: Tx,
  record: LockRecord,
  lock: StoredLock,
  { why, by }: Ending,
  nowMs: number,
): LockRecord {
  const endedAt = why === "expired" ? Math.min(lock.until, nowMs) : nowMs;
  const { id, agentId, reason, at, token } = lock;
  const ended: PastLock = {
    id,
    agentId,
    ...(reason !== undefined && { reason }),
    at,
    token,
    endedAt,
    why,
    ...(by !== undefined && { by }),
  };
  const past = [...record.past, ended];
  const next = { ...record, last: Math.max(record.last, token), held: null };
  if (past.length <= PAST_MAX) return { ...next, past };
  const n = record.groups;
  const key = (group: number) => pastLocksKey(tx.workspaceId, lock.kind, keyPart(lock.path), group);
  tx.set(key(n), { v: 1, past: past.slice(0, GROUP) } satisfies PastLocks);
  if (n >= GROUPS_KEPT) tx.delete(key(n - GROUPS_KEPT));
  return { ...next, past: past.slice(GROUP), groups: n + 1 };
}
