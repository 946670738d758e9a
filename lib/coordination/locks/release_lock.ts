/**
 * Release: by its owner, or by force. The first caller in line is given the lock in the same commit when it
 * waits on this instance; one that waits elsewhere hears the event and takes it.
 */
import { AppError } from "../../kernel/core/errors.ts";
import { transact, type Tx } from "../../kernel/kv/mod.ts";
import type { Call } from "../call.ts";
import type { LockHost } from "./acquire_lock.ts";
import { decidePath, isLive, nextPathToken } from "./decide.ts";
import { matchesGlob, normalizeGlob } from "./globs.ts";
import { planSweep } from "./jobs.ts";
import type { LockQueue, LockRecord, StoredLock } from "./keys.ts";
import { normalizePath } from "./paths.ts";
import { headOf, liveTickets, queueKey, stageQueue } from "./queue.ts";
import type { Released, ReleaseInput } from "./schema.ts";
import {
  closeGate,
  type Ending,
  newRecord,
  openGate,
  overtake,
  raiseHigh,
  recordKey,
  stageEnd,
  stageGrant,
} from "./stage.ts";
import type { LockWaiters } from "./waiters.ts";

/**
 * What nobody holds is released already. Throws `forbidden` when another holds it and `force` is not set
 * (the caller has checked the right to), `conflict` when `token` is not the grant's.
 */
export async function releaseLock(
  { ctx, coordination: { waiters } }: LockHost,
  call: Call,
  input: ReleaseInput,
): Promise<Released> {
  if (input.glob !== undefined) {
    return await releaseGlob(ctx, call, input, normalizeGlob(input.glob));
  }
  const path = normalizePath(input.path ?? "");
  return await transact(ctx, call.workspaceId, async (tx) => {
    const nowMs = ctx.clock.now();
    const key = recordKey(call.workspaceId, "path", path);
    const record = await tx.get<LockRecord>(key);
    if (!record || !isLive(record.held, nowMs)) {
      await refuseCovered(tx, path, input, nowMs);
      return { resourcePath: path, released: false };
    }
    const lock = record.held;
    const ending = endingOf(call, input, lock);
    let next = stageEnd(ctx, tx, record, lock, ending, nowMs);
    next = await stageHandover(ctx, tx, next, waiters, nowMs);
    tx.set(key, next);
    return releasedOf(lock, ending);
  }, { aggregate: "lock" });
}

async function releaseGlob(
  ctx: LockHost["ctx"],
  call: Call,
  input: ReleaseInput,
  glob: string,
): Promise<Released> {
  return await transact(ctx, call.workspaceId, async (tx) => {
    const nowMs = ctx.clock.now();
    const draft = await openGate(tx, nowMs);
    const same = draft.value.globs.filter((lock) => lock.path === glob && isLive(lock, nowMs));
    const lock = same.find(({ agentId }) => agentId === input.agentId) ?? same[0];
    if (!lock) return { resourcePath: glob, released: false };
    const ending = endingOf(call, input, lock);
    const key = recordKey(call.workspaceId, "glob", glob);
    const record = await tx.get<LockRecord>(key) ?? newRecord(glob);
    tx.set(key, stageEnd(ctx, tx, record, lock, ending, nowMs));
    draft.value = {
      ...draft.value,
      globs: draft.value.globs.filter(({ id }) => id !== lock.id),
    };
    closeGate(tx, draft);
    return releasedOf(lock, ending);
  }, { aggregate: "lock" });
}

/** To the first in line, if it waits here and nothing else is in its way. */
async function stageHandover(
  ctx: LockHost["ctx"],
  tx: Tx,
  record: LockRecord,
  waiters: LockWaiters,
  nowMs: number,
): Promise<LockRecord> {
  const { path } = record;
  const waiter = waiters.first(tx.workspaceId, path);
  if (!waiter?.place) return record;
  const [queue, draft] = await Promise.all([
    tx.get<LockQueue>(queueKey(tx.workspaceId, path)),
    openGate(tx, nowMs),
  ]);
  const tickets = liveTickets(queue, nowMs);
  const { place, terms } = waiter;
  if (headOf(tickets)?.id !== place.id) return record;
  const state = { path, record, queue };
  const asker = { agentId: terms.agentId, ticket: place };
  if (decidePath(state, draft.value, asker, nowMs).kind !== "grant") return record;
  const left = tickets.filter(({ id }) => id !== place.id);
  const { token, high } = nextPathToken(record.last, draft.value);
  raiseHigh(draft, high);
  overtake(draft, path, place.id);
  const lock = stageGrant(
    tx,
    { id: place.id, kind: "path", path, token, waiting: left.length },
    terms,
    nowMs,
  );
  planSweep(ctx, tx, lock, nowMs);
  stageQueue(tx, path, left);
  closeGate(tx, draft);
  tx.afterCommit(() => waiter.hand(lock));
  return { ...record, last: token, held: lock };
}

function endingOf(call: Call, { agentId, force, token }: ReleaseInput, lock: StoredLock): Ending {
  const own = lock.agentId === agentId;
  if (!own && !force) throw notOwner(lock);
  if (token !== undefined && token !== lock.token) {
    throw new AppError("conflict", {
      detail:
        `Token ${token} of "${lock.path}" is stale: it is held under another one; leave it to its holder`,
      extension: { resourcePath: lock.path, lockedBy: lock.agentId },
    });
  }
  return own
    ? { why: "manual", actor: call.actor }
    : { why: "stolen", actor: call.actor, by: agentId };
}

function releasedOf(lock: StoredLock, { why }: Ending): Released {
  return {
    resourcePath: lock.path,
    released: true,
    releaseReason: why,
    previousOwner: lock.agentId,
  };
}

/** A path that is locked through a glob alone is not released by itself. */
async function refuseCovered(
  tx: Tx,
  path: string,
  { agentId }: ReleaseInput,
  nowMs: number,
): Promise<void> {
  const { value: { globs } } = await openGate(tx, nowMs);
  const lock = globs.find((one) => isLive(one, nowMs) && matchesGlob(one.path, path));
  if (!lock) return;
  if (lock.agentId !== agentId) throw notOwner(lock);
  throw new AppError("conflict", {
    detail: `"${path}" is locked through your glob "${lock.path}"; release that`,
    extension: { resourcePath: path, lockedBy: agentId, glob: lock.path },
  });
}

function notOwner(lock: StoredLock): AppError {
  const { agentId, path, until } = lock;
  return new AppError("forbidden", {
    detail: `"${path}" is locked by "${agentId}" until ${
      new Date(until).toISOString()
    }; only it may unlock it, or an operator by force`,
    extension: { resourcePath: path, lockedBy: agentId, expiresAt: new Date(until).toISOString() },
  });
}
