/** Reading budgets: the limit somebody set beside what its account says. */
import { AppError } from "../../kernel/core/errors.ts";
import type { Page, PageQuery } from "../../kernel/core/page.ts";
import { listEntryPage } from "../../kernel/kv/mod.ts";
import type { BudgetRule, BudgetsContext } from "./account.ts";
import {
  type AccountRecord,
  NEW_ACCOUNT,
  remainingOf,
  sumsOf,
  withDeadUnsettled,
} from "./decide.ts";
import { budgetAccountKey, budgetKey } from "./keys.ts";
import { EACH } from "./rules.ts";
import type { BudgetPeriod, BudgetScope, BudgetView } from "./schema.ts";
import { windowOf } from "./windows.ts";

export interface BudgetName {
  readonly scope: BudgetScope;
  readonly subject: string;
  readonly period: BudgetPeriod;
}

/** Of a subject without a budget of its own, the one of each. Null: there is none. */
export async function getBudget(
  ctx: BudgetsContext,
  workspaceId: string,
  name: BudgetName,
): Promise<BudgetView | null> {
  const { scope, subject, period } = name;
  const [own, each] = await ctx.kv.getMany<BudgetRule>([
    budgetKey(workspaceId, scope, subject, period),
    budgetKey(workspaceId, scope, EACH, period),
  ]);
  const rule = own!.value ?? each!.value;
  if (!rule) return null;
  const { value } = await ctx.kv.get<AccountRecord>(accountKey(ctx, workspaceId, name));
  return viewOf(ctx, name, rule, own!.value === null, value);
}

export async function requireBudget(
  ctx: BudgetsContext,
  workspaceId: string,
  name: BudgetName,
): Promise<BudgetView> {
  const found = await getBudget(ctx, workspaceId, name);
  if (found) return found;
  const { scope, subject, period } = name;
  throw new AppError("not_found", {
    detail: `${scope} "${subject}" has no budget for ${period}; set one with PUT`,
  });
}

/** By scope, subject and period. */
export async function listBudgets(
  ctx: BudgetsContext,
  workspaceId: string,
  query: PageQuery & { readonly scope?: BudgetScope | undefined },
): Promise<Page<BudgetView>> {
  const { scope, ...page } = query;
  const found = await listEntryPage<BudgetRule>(ctx, {
    ...page,
    prefix: budgetKey.prefix(workspaceId, ...(scope ? [scope] : [])),
    reverse: false,
  });
  const names = found.items.map(({ key }) => nameOf(key));
  const accounts = await ctx.kv.getMany<AccountRecord>(
    names.map((name) => accountKey(ctx, workspaceId, name)),
  );
  return {
    items: found.items.map(({ value }, i) =>
      viewOf(ctx, names[i]!, value, false, accounts[i]!.value)
    ),
    nextCursor: found.nextCursor,
  };
}

export function accountKey(ctx: BudgetsContext, workspaceId: string, name: BudgetName) {
  const { scope, subject, period } = name;
  const window = windowOf(period, ctx.clock.now()).name;
  return budgetAccountKey(workspaceId, scope, subject, period, window);
}

function nameOf(key: readonly Deno.KvKeyPart[]): BudgetName {
  const [scope, subject, period] = key.slice(3);
  return {
    scope: scope as BudgetScope,
    subject: String(subject),
    period: period as BudgetPeriod,
  };
}

function viewOf(
  { clock, kv }: BudgetsContext,
  { scope, subject, period }: BudgetName,
  rule: BudgetRule,
  inherited: boolean,
  account: AccountRecord | null,
): BudgetView {
  const record = withDeadUnsettled(account ?? NEW_ACCOUNT, {
    alone: kv.exclusive ? kv.storeId : null,
    nowMs: clock.now(),
  });
  const { name, endsAt } = windowOf(period, clock.now());
  const { exhaustedAt } = record;
  return {
    scope,
    subject,
    period,
    inherited,
    limitMicros: rule.limitMicros,
    ...sumsOf(record),
    remainingMicros: remainingOf(record, rule.limitMicros),
    window: name,
    ...(endsAt < Infinity && { resetsAt: new Date(endsAt).toISOString() }),
    ...(exhaustedAt !== undefined && { exhaustedAt: new Date(exhaustedAt).toISOString() }),
    updatedAt: new Date(rule.updatedAt).toISOString(),
    updatedBy: rule.updatedBy,
    version: inherited ? 0 : rule.version,
  };
}
