/**
 * Release: by its owner, or by force. The first caller in line is given the lock in the same commit when it
 * waits on this instance; one that waits elsewhere hears the event and takes it.
 */
import { AppError } from "../../kernel/core/errors.ts";
import { transact, type Tx } from "../../kernel/kv/mod.ts";
import type { Call } from "../call.ts";
import type { LockHost } from "./acquire_lock.ts";
import { countAlive, headOf, isLive } from "./alive.ts";
import { closeGate, type GateDraft, nextPathToken, openGate, overtake, raiseHigh } from "./gate.ts";
import { decidePath } from "./decide.ts";
import { matchesGlob, normalizeGlob, normalizePath } from "./paths.ts";
import { planSweep } from "./jobs.ts";
import type { LockLine, LockRecord, PathTicket, StoredLock } from "./keys.ts";
import { lineKey, readLine, stageTicketGone, ticketKey } from "./queue.ts";
import type { Released, ReleaseInput } from "./schema.ts";
import { type Ending, newRecord, recordKey, stageEnd, stageGrant } from "./stage.ts";
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
  let tries = 0;
  return await transact(ctx, call.workspaceId, async (tx) => {
    const isFirstTry = tries++ === 0;
    const nowMs = ctx.clock.now();
    const key = recordKey(call.workspaceId, "path", path);
    const [record, draft, line] = await Promise.all([
      tx.get<LockRecord>(key),
      openGate(tx, nowMs),
      // Unchecked: who comes into the line later looks for itself.
      tx.peek<LockLine>(lineKey(call.workspaceId, path)),
    ]);
    if (!record || !isLive(record.held, nowMs)) {
      refuseCovered(draft, path, input, nowMs);
      return { resourcePath: path, released: false };
    }
    const lock = record.held;
    const ending = endingOf(call, input, lock);
    const free = stageEnd(ctx, tx, record, lock, ending, draft, nowMs);
    overtake(draft, path);
    const freeing = { ctx, tx, draft, line, nowMs, isFirstTry };
    tx.set(key, await stageHandover(freeing, waiters, free));
    closeGate(tx, draft);
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
    tx.set(key, stageEnd(ctx, tx, record, lock, ending, draft, nowMs));
    draft.value = {
      ...draft.value,
      globs: draft.value.globs.filter(({ id }) => id !== lock.id),
    };
    closeGate(tx, draft);
    return releasedOf(lock, ending);
  }, { aggregate: "lock" });
}

interface Freeing {
  readonly ctx: LockHost["ctx"];
  readonly tx: Tx;
  readonly draft: GateDraft;
  readonly line: LockLine | null;
  readonly nowMs: number;
  /** What is known of the first in line is good enough; the commit checks it. */
  readonly isFirstTry: boolean;
}

/** To the first in line, if it waits here and nothing else is in its way. */
async function stageHandover(
  { ctx, tx, draft, line, nowMs, isFirstTry }: Freeing,
  waiters: LockWaiters,
  record: LockRecord,
): Promise<LockRecord> {
  const { path } = record;
  const { workspaceId } = tx;
  const waiter = waiters.first(workspaceId, path);
  if (!waiter?.place || !("path" in waiter.place)) return record;
  const { place, terms } = waiter;
  const places = await readLine(ctx.kv, workspaceId, path, line, nowMs);
  const tickets = places.map(({ ticket }) => ticket);
  if (headOf(tickets, nowMs)?.id !== place.id) return record;
  const asker = { agentId: terms.agentId, ticket: place };
  const decision = decidePath({ path, record, tickets }, draft.value, asker, nowMs);
  if (decision.kind !== "grant") return record;
  // Checked: it may be leaving just now.
  const key = ticketKey(workspaceId, place);
  const known = places.find(({ ticket }) => ticket.id === place.id);
  if (isFirstTry && known) tx.assume(key, known.versionstamp);
  else if (!await tx.get<PathTicket>(key)) return record;
  stageTicketGone(ctx, tx, place);
  const { token, high } = nextPathToken(record.last, draft.value);
  raiseHigh(draft, high);
  const waiting = countAlive(tickets, nowMs) - 1;
  const grant = { id: place.id, kind: "path", token, waiting } as const;
  const granted = stageGrant(tx, record, grant, terms, draft, nowMs);
  planSweep(ctx, tx, granted, nowMs);
  tx.afterCommit(() => waiter.hand(granted.held));
  return granted;
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
function refuseCovered(
  { value: { globs } }: GateDraft,
  path: string,
  { agentId }: ReleaseInput,
  nowMs: number,
): void {
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
