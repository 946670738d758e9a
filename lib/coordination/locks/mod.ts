/**
 * Locks: exclusive leases on paths and globs, each grant with a token that rises for ever, so that a holder
 * that lost its lease can be told apart. Decided by what is stored alone, whichever instance is asked;
 * callers that wait stand in stored queues and are woken by events.
 */
import type { AppContext } from "../../kernel/context.ts";
import type { EventHub } from "../../kernel/events/mod.ts";
import type { Page, PageQuery } from "../../kernel/core/page.ts";
import type { Tx } from "../../kernel/kv/mod.ts";
import type { Call } from "../call.ts";
import type {
  Acquired,
  AcquireInput,
  Lock,
  LockCheck,
  LockConflict,
  LockHistory,
  LockState,
  LockTarget,
  Released,
  ReleaseInput,
} from "./schema.ts";

export type {
  Acquired,
  AcquireInput,
  Lock,
  LockConflict,
  LockHistory,
  LockState,
  Released,
  ReleaseInput,
} from "./schema.ts";

/** Callers of this instance that wait for locks. */
export interface LockWaiters {
  close(): Promise<void>;
}
export function createLockWaiters(_ctx: AppContext, _hub: EventHub): LockWaiters {
  return { close: () => Promise.resolve() };
}

/** What commands on locks are given; an `App` is one. */
export interface LockHost {
  readonly ctx: AppContext;
  readonly coordination: { readonly waiters: LockWaiters };
}

/** Throws `conflict` (extension: lockedBy, expiresAt, remainingMs, conflicts), `forbidden` by policy. */
export function acquireLock(
  _app: LockHost,
  _call: Call,
  _input: AcquireInput,
  _options: { readonly waitMs?: number; readonly signal?: AbortSignal } = {},
): Promise<Acquired> {
  throw new Error("not built yet");
}
/** Throws `forbidden` when another holds it and `force` is not set. */
export function releaseLock(_app: LockHost, _call: Call, _input: ReleaseInput): Promise<Released> {
  throw new Error("not built yet");
}
export function getLockState(
  _ctx: Pick<AppContext, "kv" | "clock">,
  _workspaceId: string,
  _path: string,
): Promise<LockState> {
  throw new Error("not built yet");
}
export function getLockHistory(
  _ctx: Pick<AppContext, "kv" | "clock">,
  _workspaceId: string,
  _path: string,
): Promise<LockHistory> {
  throw new Error("not built yet");
}
/** Live locks, globs first, then by path. */
export function listLocks(
  _ctx: Pick<AppContext, "kv" | "clock">,
  _workspaceId: string,
  _query: Partial<PageQuery> & { readonly agentId?: string | undefined },
): Promise<Page<Lock>> {
  throw new Error("not built yet");
}
export function listLocksOf(
  _ctx: Pick<AppContext, "kv" | "clock">,
  _workspaceId: string,
  _agentId: string,
): Promise<Lock[]> {
  throw new Error("not built yet");
}
/** What stands in the way of an acquire; writes nothing. */
export function checkLocks(
  _ctx: Pick<AppContext, "kv" | "clock">,
  _workspaceId: string,
  _target: LockTarget & { readonly agentId?: string | undefined },
): Promise<LockCheck> {
  throw new Error("not built yet");
}
/** Throws `conflict` unless a live lock that covers the path carries exactly this token. */
export function stageGuard(
  _tx: Tx,
  _guarded: { readonly resourcePath: string; readonly token: number },
  _nowMs: number,
): Promise<Lock> {
  throw new Error("not built yet");
}
/** The same without a transaction. */
export function guardLock(
  _ctx: Pick<AppContext, "kv" | "clock">,
  _workspaceId: string,
  _guarded: { readonly resourcePath: string; readonly token: number },
): Promise<Lock> {
  throw new Error("not built yet");
}
/**
 * A live lock to another agent, with a new token; history `takeover`, event `lock.taken_over`. The caller
 * checks the holdings fence of the agent it takes from and stages its change for both.
 */
export function stageLockTransfer(
  _tx: Tx,
  _lock: Lock,
  _toAgent: string,
  _nowMs: number,
): Promise<Lock> {
  throw new Error("not built yet");
}
/** Refused acquires that concern the agent, newest first; kept for a day. */
export function listLockConflicts(
  _ctx: Pick<AppContext, "kv">,
  _workspaceId: string,
  _agentId: string,
  _sinceMs: number,
): Promise<LockConflict[]> {
  throw new Error("not built yet");
}
