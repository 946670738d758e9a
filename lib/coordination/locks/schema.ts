/** Locks as every surface asks for and shows them. Browser-safe. */
import { z } from "zod";
import { agentId, time, wholeText } from "../schema.ts";
import { ability } from "../souls/schema.ts";

/** As it is sent; `normalizePath` says what it means and what is refused. */
const text = z.string().min(1).max(8_000);
const reason = wholeText.trim().max(500);
const resourceType = wholeText.trim().min(1).max(64);
export const TTL_MAX_MS = 86_400_000;
const ttlMs = z.int().min(1).max(TTL_MAX_MS);
export const token = z.int().min(1);

export const PATHS_MAX = 32;

/** One path, several or a glob (`*`, `?`, `**`): exactly one of the three. */
export const lockTarget = z.strictObject({
  path: text.optional(),
  paths: z.array(text).min(1).max(PATHS_MAX).optional(),
  glob: text.optional(),
});

export const acquireInput = lockTarget.extend({
  agentId: agentId.optional(),
  reason: reason.optional(),
  /** Default `file-lock`. */
  resourceType: resourceType.optional(),
  /** Default 2 hours, at most 24. */
  ttlMs: ttlMs.optional(),
});

export const checkInput = lockTarget.extend({ agentId: agentId.optional() });

export const guardInput = z.strictObject({ token });

/** The compatibility surface's body of a lock call; the path is in the address. */
export const lockBody = acquireInput.omit({ path: true, paths: true, glob: true });
export const unlockBody = z.strictObject({
  agentId: agentId.optional(),
  force: z.boolean().optional(),
  token: token.optional(),
});

export const lock = z.object({
  resourcePath: z.string(),
  resourceType: z.string(),
  lockedBy: z.string(),
  reason: z.string().optional(),
  lockedAt: time,
  expiresAt: time,
  remainingMs: z.int(),
  /** Higher than every token granted before on anything that overlaps. */
  token: z.int(),
  /** `resourcePath` is a pattern. */
  glob: z.literal(true).optional(),
  /** Callers in the queue; absent when there are none. */
  waiting: z.int().optional(),
}).meta({ id: "Lock" });

export const releaseReason = z.enum(["manual", "expired", "stolen", "takeover"]);

export const lockHistoryEntry = z.object({
  id: z.string(),
  lockedBy: z.string(),
  reason: z.string().optional(),
  lockedAt: time,
  releasedAt: time,
  releaseReason,
  token: z.int(),
  /** Who took it by force or took it over. */
  by: z.string().optional(),
}).meta({ id: "LockHistoryEntry" });

export const lockHistory = z.object({
  resourcePath: z.string(),
  currentLock: lock.nullable(),
  /** Newest first, at most 50. */
  history: z.array(lockHistoryEntry),
});

export const lockState = z.object({
  locked: z.boolean(),
  resourcePath: z.string(),
  lock: lock.optional(),
}).meta({ id: "LockState" });

export const acquired = z.object({
  /** The one asked for by `path` or `glob`. */
  lock: lock.optional(),
  /** All that were asked for, in that order. */
  locks: z.array(lock),
  /** Every one was held by this agent already: same token, new time. */
  renewed: z.boolean(),
});

export const released = z.object({
  resourcePath: z.string(),
  /** False: nobody held it. */
  released: z.boolean(),
  releaseReason: releaseReason.optional(),
  previousOwner: z.string().optional(),
});

export const guardAnswer = z.object({ valid: z.literal(true), lock });

export const lockCheck = z.object({
  free: z.boolean(),
  /** Held by others. */
  conflicts: z.array(lock),
  /** Callers that wait for something that overlaps. */
  waiting: z.int(),
});

const policyGlob = text.refine(
  (glob) =>
    glob.isWellFormed() && !glob.includes("\0") && !glob.split(/[\\/]/).includes("..") &&
    /[^\\/.]/.test(glob),
  { message: 'a pattern without ".." and NUL' },
);
export const lockPolicy = z.strictObject({ glob: policyGlob, ability });

export const locksSettings = z.strictObject({
  /** Of a lock that does not say. */
  ttlMs: ttlMs.default(7_200_000),
  maxTtlMs: ttlMs.default(TTL_MAX_MS),
  /** The longest a caller may wait in the queue. */
  maxWaitMs: z.int().min(0).max(3_600_000).default(300_000),
  /** A waiting caller whose server says nothing for this long loses its place. */
  ticketAliveMs: z.int().min(500).max(60_000).default(5_000),
  /** Callers in one queue. */
  maxWaiting: z.int().min(1).max(200).default(200),
  /** Ended grants shown of a path. */
  historyKept: z.int().min(1).max(50).default(50),
  /** Whoever locks what a glob covers needs the ability. */
  policies: z.array(lockPolicy).max(50).default([]),
});

export type LockTarget = z.infer<typeof lockTarget>;
export type Lock = z.infer<typeof lock>;
export type LockState = z.infer<typeof lockState>;
export type LockHistory = z.infer<typeof lockHistory>;
export type LockHistoryEntry = z.infer<typeof lockHistoryEntry>;
export type ReleaseReason = z.infer<typeof releaseReason>;
export type Acquired = z.infer<typeof acquired>;
export type Released = z.infer<typeof released>;
export type LockCheck = z.infer<typeof lockCheck>;
export type LocksSettings = z.infer<typeof locksSettings>;

/** An acquire whose agent the edge has resolved. */
export interface AcquireInput extends LockTarget {
  readonly agentId: string;
  readonly reason?: string | undefined;
  readonly resourceType?: string | undefined;
  readonly ttlMs?: number | undefined;
}

export interface ReleaseInput {
  readonly path?: string | undefined;
  readonly glob?: string | undefined;
  readonly agentId: string;
  /** The edge has checked the role. */
  readonly force?: boolean | undefined;
  /** Only if this is still the grant. */
  readonly token?: number | undefined;
}

/** A refused acquire, as kept for the digest for a day. */
export interface LockConflict {
  readonly resourcePath: string;
  /** `asked`: this agent was refused; `held`: it held what `other` asked for. */
  readonly role: "asked" | "held";
  readonly other: string;
  readonly at: string;
  readonly count: number;
}
