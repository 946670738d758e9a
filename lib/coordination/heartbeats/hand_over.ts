/**
 * Moving what one agent holds to another, as much as one commit takes. All of it is read without checks
 * behind the holdings fence, whose version is the one check: whatever the agent takes or gives meanwhile
 * changes the fence, and the commit is made again.
 */
import type { AppContext } from "../../kernel/context.ts";
import { type Tx, TX_LIMITS } from "../../kernel/kv/mod.ts";
import { listClaimsOf, stageClaimTransfer } from "../claims/mod.ts";
import { holdingsKey, stageHoldingsChanged } from "../keys.ts";
import { listLocksOf, stageLockTransfer } from "../locks/mod.ts";
import { BOARD_STREAM } from "../streams.ts";
import { listTasksOf, stageTaskTransfer } from "../tasks/mod.ts";
import type { Takeover } from "./schema.ts";

export interface HandOver {
  readonly fromAgent: string;
  readonly toAgent: string;
  /** Only what it held by then: what it took after the takeover is its own. */
  readonly heldByMs: number;
  readonly nowMs: number;
  readonly actor: string;
  readonly claimStaleAfterMs: number;
}

export type HandedOver = Pick<Takeover, "locks" | "claims" | "tasks" | "complete">;

/** Room left for what a transfer writes beside its event: records, pointers, history, a job. */
const MUTATIONS_EACH = 20;
const BYTES_EACH = 4_000;
const EVENT_BYTES_EACH = 600;

/** Stages transfers until the commit is full; `complete` when nothing is left. */
export async function stageHandOver(
  ctx: AppContext,
  tx: Tx,
  plan: HandOver,
): Promise<HandedOver> {
  const { workspaceId } = tx;
  const { fromAgent, toAgent, nowMs, actor } = plan;
  const fence = holdingsKey(workspaceId, fromAgent);
  tx.assume(fence, (await tx.peekEntry(fence)).versionstamp);
  const [locks, claims, tasks] = await Promise.all([
    listLocksOf(ctx, workspaceId, fromAgent),
    listClaimsOf(ctx, workspaceId, fromAgent),
    listTasksOf(ctx, workspaceId, fromAgent),
  ]);
  const isOld = (time: string) => Date.parse(time) <= plan.heldByMs;
  const moved: HandedOver = { locks: [], claims: [], tasks: [], complete: true };
  for (const task of tasks.filter(({ updatedAt }) => isOld(updatedAt))) {
    if (!hasRoom(tx, task)) return stagePart(tx, plan, moved);
    moved.tasks.push(stageTaskTransfer(tx, task, toAgent, { nowMs, actor }).id);
  }
  for (const lock of locks.filter(({ lockedAt }) => isOld(lockedAt))) {
    if (!hasRoom(tx, lock)) return stagePart(tx, plan, moved);
    const taken = await stageLockTransfer(ctx, tx, lock, toAgent, nowMs);
    // Gone since it was listed: the fence will not hold either.
    if (taken) moved.locks.push({ resourcePath: taken.resourcePath, token: taken.token });
  }
  const staleAfterMs = plan.claimStaleAfterMs;
  for (const claim of claims.filter(({ claimedAt }) => isOld(claimedAt))) {
    if (!hasRoom(tx, claim)) return stagePart(tx, plan, moved);
    moved.claims.push(stageClaimTransfer(tx, claim, toAgent, { nowMs, actor, staleAfterMs }).what);
  }
  stageChanged(tx, plan, moved);
  return moved;
}

function stagePart(tx: Tx, plan: HandOver, moved: HandedOver): HandedOver {
  stageChanged(tx, plan, moved);
  return { ...moved, complete: false };
}

function stageChanged(tx: Tx, { fromAgent, toAgent }: HandOver, moved: HandedOver): void {
  if (moved.locks.length + moved.claims.length + moved.tasks.length === 0) return;
  stageHoldingsChanged(tx, fromAgent);
  stageHoldingsChanged(tx, toAgent);
}

/** Judged before staging: a transaction that goes over its limits fails whole. */
function hasRoom(tx: Tx, item: unknown): boolean {
  const { mutations, size, appends } = tx.staged;
  const itemBytes = new TextEncoder().encode(JSON.stringify(item)).length;
  const eventBytes = appends.get(`${tx.workspaceId}/${BOARD_STREAM}`)?.bytes ?? 0;
  return mutations + MUTATIONS_EACH <= TX_LIMITS.mutations &&
    size + 3 * itemBytes + BYTES_EACH <= TX_LIMITS.bytes &&
    eventBytes + itemBytes + EVENT_BYTES_EACH <= TX_LIMITS.streamBytes;
}
