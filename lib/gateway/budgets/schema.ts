/**
 * Budgets of a workspace, its keys, agents and sessions. A call must fit all that apply to it, and beside them the
 * budget of its run and covenant, which the engine keeps (`lib/engine/effects/purse.ts`). Browser-safe.
 */
import { z } from "zod";

/** Beyond this sums of micro-dollars are no longer exact: nine billion dollars. */
const MICROS_MAX = 9_000_000_000_000_000;

export const budgetScope = z.enum(["workspace", "key", "agent", "session"]);
export type BudgetScope = z.infer<typeof budgetScope>;

/** Days and months in UTC. */
export const budgetPeriod = z.enum(["total", "day", "month"]);
export type BudgetPeriod = z.infer<typeof budgetPeriod>;

/** An id of the scope's kind (`key_…`, an agent's id, `ses_…`, the workspace's own), or `*`: each that has none of its own. */
export const budgetSubject = z.string().regex(/^(?:\*|[A-Za-z0-9._:@-]{1,128})$/, {
  message: 'an id, or "*" for each that has no budget of its own',
});

export const budgetInput = z.strictObject({
  /** In each period; 0: nothing that costs. */
  limitMicros: z.int().min(0).max(MICROS_MAX),
}).meta({ id: "BudgetInput" });
export type BudgetInput = z.infer<typeof budgetInput>;

/** A budget with what happened to it in its present period. */
export const budgetView = z.object({
  scope: budgetScope,
  subject: z.string(),
  period: budgetPeriod,
  /** It has none of its own: the limit is the one of `*`. */
  inherited: z.boolean(),
  limitMicros: z.int(),
  /** Settled, since the period began, the budget was set anew or reset; of `*` itself always 0. */
  spentMicros: z.int(),
  /** Held for calls that are not over, and at hand for the next ones; most of it comes back. */
  heldMicros: z.int(),
  /** Of processes that died: their calls may have been made, so it counts as spent. */
  unsettledMicros: z.int(),
  /** What a call may still use. */
  remainingMicros: z.int(),
  /** The window that counts now: `total`, `2026-11-21`, `2026-11`. */
  window: z.string(),
  /** When the window ends. */
  resetsAt: z.iso.datetime().optional(),
  /** Since when a call was refused. */
  exhaustedAt: z.iso.datetime().optional(),
  updatedAt: z.iso.datetime(),
  updatedBy: z.string(),
  /** Counts its changes; 0 of an inherited one. */
  version: z.int(),
}).meta({ id: "Budget" });
export type BudgetView = z.infer<typeof budgetView>;
