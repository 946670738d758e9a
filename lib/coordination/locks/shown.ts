/** Locks as they are shown, and refusals an agent can act on. Pure. */
import { AppError } from "../../kernel/core/errors.ts";
import { isoTime } from "../../kernel/core/iso_time.ts";
import type { Obstacles } from "./decide.ts";
import type { PastLock, StoredLock } from "./keys.ts";
import type { Lock, LockHistoryEntry } from "./schema.ts";

export function shownLock(lock: StoredLock, nowMs: number, waiting = 0): Lock {
  return {
    resourcePath: lock.path,
    resourceType: lock.type,
    lockedBy: lock.agentId,
    ...(lock.reason !== undefined && { reason: lock.reason }),
    lockedAt: isoTime(lock.at),
    expiresAt: isoTime(lock.until),
    remainingMs: Math.max(0, lock.until - nowMs),
    token: lock.token,
    ...(lock.kind === "glob" && { glob: true as const }),
    ...(waiting > 0 && { waiting }),
  };
}

export function shownPast(past: PastLock): LockHistoryEntry {
  const { id, agentId, reason, at, endedAt, why, token, by } = past;
  return {
    id,
    lockedBy: agentId,
    ...(reason !== undefined && { reason }),
    lockedAt: isoTime(at),
    releasedAt: isoTime(endedAt),
    releaseReason: why,
    token,
    ...(by !== undefined && { by }),
  };
}

/** As the sweep will put it into history. */
export function endedByTime({ id, agentId, reason, at, until, token }: StoredLock): PastLock {
  return {
    id,
    agentId,
    ...(reason !== undefined && { reason }),
    at,
    token,
    endedAt: until,
    why: "expired",
  };
}

/** The refusal of an acquire: who has it, until when, what to do. */
export function lockRefused(
  asked: string,
  { held, ahead }: Obstacles,
  nowMs: number,
  waitedMs = 0,
): AppError {
  const waited = waitedMs > 0 ? ` after waiting ${Math.round(waitedMs)} ms` : "";
  const [first] = held;
  if (!first) {
    const next = ahead[0]!;
    return new AppError("conflict", {
      detail:
        `"${asked}" goes to "${next.agentId}" next, who came first${waited}; stand in line with waitMs, or ask: message ${next.agentId}`,
      extension: {
        resourcePath: asked,
        lockedBy: next.agentId,
        expiresAt: isoTime(next.aliveUntil),
        remainingMs: Math.max(0, next.aliveUntil - nowMs),
        conflicts: [],
        waiting: ahead.length,
      },
    });
  }
  const { agentId, path, reason, until } = first;
  const through = path === asked ? "" : ` through "${path}"`;
  const more = held.length > 1 ? ` and ${held.length - 1} more` : "";
  const why = reason ? ` (${reason})` : "";
  return new AppError("conflict", {
    detail: `"${asked}" is locked by "${agentId}"${through} until ${
      isoTime(until)
    }${why}${more}${waited}; retry with waitMs to stand in line, or ask: message ${agentId}`,
    extension: {
      resourcePath: asked,
      lockedBy: agentId,
      expiresAt: isoTime(until),
      remainingMs: Math.max(0, until - nowMs),
      ...(reason !== undefined && { reason }),
      conflicts: held.map((lock) => shownLock(lock, nowMs)),
      ...(ahead.length > 0 && { waiting: ahead.length }),
    },
  });
}
