/**
 * `["w", ws, "lock", kind, path]` – a path or a glob (`kind`) that was ever locked: its last token, how many
 * grants ended, and for a path who holds it now. Kept for ever, so that tokens never start again.
 * `["w", ws, "lock_live", kind, path]` – a copy of each grant that has not ended: for lists and for what a
 * glob covers. `["w", ws, "lock_past", kind, path, n]` – the n-th ended grant; the one fifty before it goes
 * in the same commit. `["w", ws, "lock_queue", path]` – callers that wait for a path, first come first.
 * `["w", ws, "lock_gate"]` – what concerns many paths at once: globs held, callers that ask or wait for a
 * glob or several paths, and two marks for tokens. `["w", ws, "lock_asked", agent, kind, path, other]` – a
 * refused acquire, a day.
 *
 * A path is keyed by itself up to 1 000 bytes, above by its digest behind a NUL. Every grant checks the
 * version of its record and of the gate; the gate is written only for what concerns many paths, so grants
 * on different paths share its check and one commit. Trade-offs: a glob's grant reads the live locks under
 * its literal prefix, the locks of one agent are found by walking all live ones.
 */
import { defineKey } from "../../kernel/kv/mod.ts";
import type { ReleaseReason } from "./schema.ts";

const options = { slice: "coordination", version: 1 } as const;
export const lockKey = defineKey("lock", { ...options, retention: "keep" });
export const liveLockKey = defineKey("lock_live", { ...options, retention: "keep" });
export const pastLockKey = defineKey("lock_past", { ...options, retention: "swept" });
export const lockQueueKey = defineKey("lock_queue", { ...options, retention: "swept" });
export const lockGateKey = defineKey("lock_gate", { ...options, retention: "keep" });
export const askedLockKey = defineKey("lock_asked", { ...options, retention: "expires" });

export const lockKeys = [
  lockKey,
  liveLockKey,
  pastLockKey,
  lockQueueKey,
  lockGateKey,
  askedLockKey,
];

export type LockKind = "path" | "glob";

/** Times are epoch ms. */
export interface StoredLock {
  /** Of the grant; in history as well. A caller that waited finds its own grant by it. */
  readonly id: string;
  readonly kind: LockKind;
  readonly path: string;
  readonly agentId: string;
  readonly type: string;
  readonly reason?: string;
  readonly at: number;
  readonly ttlMs: number;
  /** Not held from this moment on, whether or not anybody has noticed. */
  readonly until: number;
  readonly token: number;
}

export interface LockRecord {
  readonly v: 1;
  readonly path: string;
  readonly last: number;
  /** Ended grants so far. */
  readonly ended: number;
  /** Of a path; a held glob is in the gate. */
  readonly held: StoredLock | null;
}

export interface PastLock {
  readonly v: 1;
  readonly lock: StoredLock;
  readonly endedAt: number;
  readonly why: ReleaseReason;
  readonly by?: string;
}

/** A caller in a queue. */
export interface Ticket {
  readonly id: string;
  readonly agentId: string;
  /** Its place: by time, then id; the same order wherever it is compared. */
  readonly at: number;
  /** Its server renews it; later than this it has no place. */
  readonly aliveUntil: number;
  /** The opened store it waits at. */
  readonly store: string;
}

export interface LockQueue {
  readonly v: 1;
  readonly path: string;
  readonly tickets: readonly Ticket[];
}

/** A caller that asks for a glob or several paths. */
export interface WideTicket extends Ticket {
  /** False: it is only making up its mind, which takes milliseconds. */
  readonly waits: boolean;
  readonly glob?: string;
  readonly paths?: readonly string[];
}

export interface Gate {
  readonly v: 1;
  readonly globs: readonly StoredLock[];
  readonly wide: readonly WideTicket[];
  /** The highest token ever granted on a glob: below every later token. */
  readonly floor: number;
  /** No path's token is above it; raised in steps, so that a glob's token needs no search. */
  readonly high: number;
}

export interface StoredConflict {
  readonly v: 1;
  readonly path: string;
  readonly role: "asked" | "held";
  readonly other: string;
  readonly at: number;
  readonly count: number;
}
