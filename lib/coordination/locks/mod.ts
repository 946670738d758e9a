/**
 * Locks: exclusive leases on paths and globs, each grant with a token that rises for ever, so that a holder
 * that lost its lease can be told apart. Decided by what is stored alone, whichever instance is asked;
 * callers that wait stand in stored queues and are woken by events.
 */
export { acquireLock, type AcquireOptions, type LockHost } from "./acquire_lock.ts";
export { releaseLock } from "./release_lock.ts";
export { type Guarded, guardLock, stageGuard } from "./guard.ts";
export { announceHandOver } from "./gate.ts";
export { stageLockTransfer } from "./transfer_lock.ts";
export {
  checkLocks,
  getLockHistory,
  getLockState,
  listLocks,
  listLocksOf,
  type Named,
} from "./store.ts";
export { listLockConflicts } from "./conflicts.ts";
export { createLockWaiters, type LockWaiters } from "./waiters.ts";
export { lockJobs } from "./jobs.ts";
export { lockKeys } from "./keys.ts";
export { normalizePath } from "./paths.ts";
export type {
  Acquired,
  AcquireInput,
  Lock,
  LockCheck,
  LockConflict,
  LockHistory,
  LockState,
  Released,
  ReleaseInput,
} from "./schema.ts";
