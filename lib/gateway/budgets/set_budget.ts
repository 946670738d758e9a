/** Sets, removes and resets budgets. Each in one commit with its event; other instances follow within two seconds. */
import { AppError } from "../../kernel/core/errors.ts";
import { transact, type Tx } from "../../kernel/kv/mod.ts";
import { type BudgetRule, type BudgetsContext, STREAM } from "./account.ts";
import type { AccountRecord } from "./decide.ts";
import { budgetKey, budgetRulesKey } from "./keys.ts";
import { EACH } from "./rules.ts";
import type { BudgetInput } from "./schema.ts";
import { accountKey, type BudgetName } from "./store.ts";
import { keptMs } from "./windows.ts";

export interface BudgetAdmin {
  readonly workspaceId: string;
  readonly actor: string;
}

/** A limit to set. `check` is called with the version there is, 0 for none, and may throw `precondition_failed`. */
export interface SetBudget extends BudgetInput {
  readonly check?: (version: number) => void;
}

/** A budget set anew counts from now; a changed limit keeps what was spent. Throws `invalid_input`. */
export async function setBudget(
  ctx: BudgetsContext,
  { workspaceId, actor }: BudgetAdmin,
  name: BudgetName,
  { limitMicros, check }: SetBudget,
): Promise<void> {
  const { scope, subject, period } = name;
  if (scope === "workspace" && subject !== workspaceId) {
    throw new AppError("invalid_input", {
      detail: `The budget of this workspace is set for "${workspaceId}"`,
      fields: [{ path: "subject", message: `this workspace's id, "${workspaceId}"` }],
    });
  }
  await transact(ctx, workspaceId, async (tx) => {
    const key = budgetKey(workspaceId, scope, subject, period);
    const before = await tx.get<BudgetRule>(key);
    check?.(before?.version ?? 0);
    const now = ctx.clock.now();
    const version = (before?.version ?? 0) + 1;
    const rule: BudgetRule = { v: 1, limitMicros, version, updatedAt: now, updatedBy: actor };
    tx.set(key, rule);
    tx.touch(budgetRulesKey(workspaceId), now);
    const account = await tx.get<AccountRecord>(accountKey(ctx, workspaceId, name));
    if (account && before === null && subject !== EACH) {
      stageReset(ctx, tx, name, account, "all");
    } else if (account && before !== null && limitMicros > before.limitMicros) {
      const { exhaustedAt: _, ...rest } = account;
      stageAccount(ctx, tx, name, rest);
    }
    tx.emit(STREAM, { type: "budget.updated", actor, scope, subject, period, limitMicros });
  });
}

/** False: there was none. */
export async function removeBudget(
  ctx: BudgetsContext,
  { workspaceId, actor }: BudgetAdmin,
  { scope, subject, period }: BudgetName,
): Promise<boolean> {
  return await transact(ctx, workspaceId, async (tx) => {
    const key = budgetKey(workspaceId, scope, subject, period);
    if (await tx.get<BudgetRule>(key) === null) return false;
    tx.delete(key);
    tx.touch(budgetRulesKey(workspaceId), ctx.clock.now());
    tx.emit(STREAM, { type: "budget.removed", actor, scope, subject, period });
    return true;
  });
}

/**
 * `all`: as if nothing had been spent in this window. `unsettled`: only what processes that died held, when the
 * provider's bill says that their calls were not made. What calls in flight hold stays held.
 */
export async function resetBudget(
  ctx: BudgetsContext,
  { workspaceId, actor }: BudgetAdmin,
  name: BudgetName,
  what: "all" | "unsettled",
): Promise<void> {
  const { scope, subject, period } = name;
  await transact(ctx, workspaceId, async (tx) => {
    const account = await tx.get<AccountRecord>(accountKey(ctx, workspaceId, name));
    if (!account) return;
    stageReset(ctx, tx, name, account, what);
    tx.emit(STREAM, { type: "budget.reset", actor, scope, subject, period, what });
  });
}

function stageReset(
  ctx: BudgetsContext,
  tx: Tx,
  name: BudgetName,
  account: AccountRecord,
  what: "all" | "unsettled",
): void {
  const { exhaustedAt: _, ...rest } = account;
  const spentMicros = what === "all" ? 0 : account.spentMicros;
  stageAccount(ctx, tx, name, { ...rest, spentMicros, unsettled: {} });
}

function stageAccount(
  ctx: BudgetsContext,
  tx: Tx,
  name: BudgetName,
  account: AccountRecord,
): void {
  const expireIn = keptMs(name.scope, name.period);
  tx.set(accountKey(ctx, tx.workspaceId, name), account, { expireIn });
}
