/**
 * `["w", ws, "lock", kind, path]` – a path or a glob (`kind`) that was ever locked: its last token, its
 * latest ended grants and, for a path, who holds it now. Kept for ever, so that tokens never start again.
 * `["w", ws, "lock_listed", kind, path]` – a pointer to what is held: for lists and for what a glob covers.
 * It stays for half a minute after, so that a path locked again and again is listed once; the sweep removes
 * it. `["w", ws, "lock_past", kind, path, n]` – the n-th four ended grants of a path, the last thirteen kept.
 * `["w", ws, "lock_ticket", path, at, id]` – a caller that waits for a path, in order of arrival, and
 * `["w", ws, "lock_line", path]` – until when somebody may be waiting there, so that others need not look.
 * `["w", ws, "lock_gate"]` – what concerns many paths at once: globs held, callers that ask or wait for a
 * glob or several paths, agents about to hand over, and two marks for tokens.
 * `["w", ws, "lock_asked", agent, kind, path, other]` – a refused acquire, a day.
 *
 * A path is keyed by itself up to 1 000 bytes, above by its digest behind a NUL. Every grant and every end
 * checks the version of its record and of the gate; the gate is written only for what concerns many paths,
 * so locks on different paths share its check and one commit, and most of them write one key. Trade-offs: a
 * glob's grant reads the records listed under its literal prefix, and the locks of one agent are found by
 * walking all that are listed.
 */
import { defineKey } from "../../kernel/kv/mod.ts";
import type { ReleaseReason } from "./schema.ts";

const options = { slice: "coordination", version: 1 } as const;
export const lockKey = defineKey("lock", { ...options, retention: "keep" });
export const listedLockKey = defineKey("lock_listed", { ...options, retention: "swept" });
export const pastLocksKey = defineKey("lock_past", { ...options, retention: "swept" });
export const lockTicketKey = defineKey("lock_ticket", { ...options, retention: "expires" });
export const lockLineKey = defineKey("lock_line", { ...options, retention: "keep" });
export const lockGateKey = defineKey("lock_gate", { ...options, retention: "keep" });
export const askedLockKey = defineKey("lock_asked", { ...options, retention: "expires" });

export const lockKeys = [
  lockKey,
  listedLockKey,
  pastLocksKey,
  lockTicketKey,
  lockLineKey,
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
  /** Of a path; a held glob is in the gate. */
  readonly held: StoredLock | null;
  /** Until then its pointer is there, however often it is locked. */
  readonly listedUntil: number;
  /** Ended grants, oldest first; the older ones are in groups of four. */
  readonly past: readonly PastLock[];
  readonly groups: number;
}

export interface ListedLock {
  readonly v: 1;
  readonly path: string;
  /** It is not removed before, held or not. */
  readonly until: number;
}

export interface PastLock {
  readonly id: string;
  readonly agentId: string;
  readonly reason?: string;
  readonly at: number;
  readonly token: number;
  readonly endedAt: number;
  readonly why: ReleaseReason;
  readonly by?: string;
}

export interface PastLocks {
  readonly v: 1;
  readonly past: readonly PastLock[];
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

export interface PathTicket extends Ticket {
  readonly v: 1;
  readonly path: string;
}

export interface LockLine {
  readonly v: 1;
  /** No place stored or renewed is good for longer. */
  readonly until: number;
}

/** A caller that asks for a glob or several paths. */
export interface WideTicket extends Ticket {
  /** False: it is only making up its mind, which takes milliseconds. */
  readonly waits: boolean;
  readonly glob?: string;
  readonly paths?: readonly string[];
  /** In place of both: what this agent holds is about to be handed over. In nobody's way. */
  readonly of?: string;
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
