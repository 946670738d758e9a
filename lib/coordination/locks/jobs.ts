/**
 * The sweep: ends what has expired, for history and the board. Nothing depends on it: whoever reads decides
 * by the stored time. Grants that expire about the same time share one job.
 */
import { z } from "zod";
import type { AppContext } from "../../kernel/context.ts";
import { type AnyJob, defineJob } from "../../kernel/jobs/mod.ts";
import type { Store, Tx } from "../../kernel/kv/mod.ts";
import { sweepLocks } from "./expire.ts";
import type { LockRecord } from "./keys.ts";
import { LISTED_MS } from "./stage.ts";

export const lockSweep = defineJob<Record<string, never>, AppContext>("lock.sweep", {
  schema: z.object({}),
  handler: async (ctx, _, job) => {
    await sweepLocks(ctx, job.workspaceId);
  },
});

export const lockJobs: readonly AnyJob[] = [lockSweep];

/** How exactly the end of a grant is noticed: about a hundredth of its time, at most ten seconds. */
function stepOf(ttlMs: number): number {
  if (ttlMs < 10_000) return 100;
  return ttlMs < 600_000 ? 1_000 : 10_000;
}

/** Jobs this process has stored; each stays until it is due, so it need not be stored again. */
const planned = new WeakMap<Store, Set<string>>();
const PLANNED_MAX = 2_000;
/** Nearer ones are always stored: another instance's clock may be ahead and have run the job. */
const NEAR_MS = 60_000;

/** For the end of the grant, and for the pointer to it. */
export function planSweep(
  ctx: { readonly kv: Store },
  tx: Tx,
  { held, listedUntil }: Pick<LockRecord, "held" | "listedUntil">,
  nowMs: number,
): void {
  if (held) {
    const step = stepOf(held.ttlMs);
    const dueAt = Math.ceil(held.until / step) * step;
    plan(ctx, tx, dueAt, dueAt > nowMs + NEAR_MS);
  }
  // A pointer left behind is only in the way of lists, until another job comes.
  if (listedUntil > nowMs) plan(ctx, tx, Math.ceil(listedUntil / LISTED_MS) * LISTED_MS, true);
}

function plan(
  ctx: { readonly kv: Store },
  tx: Tx,
  dueAt: number,
  mayRemember: boolean,
): void {
  const id = String(dueAt);
  const known = planned.get(ctx.kv) ?? new Set<string>();
  const name = `${tx.workspaceId}/${id}`;
  if (mayRemember && known.has(name)) return;
  tx.enqueue(lockSweep, {}, { id, dueAt });
  tx.afterCommit(() => {
    if (known.size >= PLANNED_MAX) known.clear();
    planned.set(ctx.kv, known.add(name));
  });
}
