/**
 * A run's budget as arithmetic. The owner of a run is its only writer, so what is reserved for calls in
 * flight lives in its memory; what was used is in the journal. Amounts are µ$, tokens, ms, spawns.
 */
import { AppError } from "../../kernel/core/errors.ts";
import type { Budget, BudgetUsed, Covenant } from "../../agents/covenant.ts";
import type { ModelInfo } from "../../agents/model_port.ts";

/** The ruling on reservations: what is sent where the caller sets none, and the least worth sending. */
export const DEFAULT_MAX_TOKENS = 4_096;
export const MIN_MAX_TOKENS = 256;
/** Below this an answer is likely to be cut: worth waiting for what calls in flight give back. */
const GOOD_MAX_TOKENS = 1_024;

type Clause = "costMicros" | "tokens" | "spawns" | "timeMs";
type Priced = Pick<
  ModelInfo,
  "id" | "priceInMicrosPerMTok" | "priceOutMicrosPerMTok" | "maxOutputTokens" | "contextTokens"
>;

export interface Reservation {
  readonly costMicros: number;
  readonly tokens: number;
}

export type BudgetDecision =
  | { readonly kind: "allow"; readonly maxTokens: number; readonly reservation: Reservation }
  | {
    readonly kind: "deny";
    readonly clause: Clause;
    readonly limit: number;
    readonly used: number;
    readonly evidence: string;
  };

export const NOTHING_RESERVED: Reservation = { costMicros: 0, tokens: 0 };

/** Money is rounded up: a fraction of a micro-dollar is never free. */
export function costOf(model: Priced, inputTokens: number, outputTokens: number): number {
  return Math.ceil(
    (inputTokens * model.priceInMicrosPerMTok + outputTokens * model.priceOutMicrosPerMTok) /
      1_000_000,
  );
}

export function isMetered(budget: Budget): boolean {
  return budget.costMicros !== undefined || budget.tokens !== undefined;
}

/**
 * What a call may use, the clause that refuses it, or that it has to wait: it would fit beside what is
 * used, and what keeps it out (or keeps its answer short) is only held by calls in flight. `reserved` is
 * what those hold. A wait therefore always has a call to wait for, so that calls cannot block each other.
 */
export function decideReservation(
  terms: { readonly budget: Budget; readonly used: BudgetUsed; readonly reserved: Reservation },
  model: Priced,
  inputTokens: number,
  asked: number | undefined,
): BudgetDecision | { readonly kind: "wait" } {
  const ceiling = Math.max(1, Math.min(asked ?? DEFAULT_MAX_TOKENS, model.maxOutputTokens));
  const least = asked === undefined ? Math.min(MIN_MAX_TOKENS, ceiling) : ceiling;
  const { budget, used, reserved } = terms;
  const alone = outputRoom(budget, used, NOTHING_RESERVED, model, inputTokens);
  if (alone.tokens < least) {
    const { clause } = alone;
    const limit = budget[clause] ?? 0;
    return {
      kind: "deny",
      clause,
      limit,
      used: used[clause],
      evidence:
        `A call of "${model.id}" with ${inputTokens} tokens in and at least ${least} out does not fit: ` +
        `${used[clause]} of ${limit} are used`,
    };
  }
  const fits = outputRoom(budget, used, reserved, model, inputTokens).tokens;
  if (fits < Math.max(least, Math.min(ceiling, alone.tokens, GOOD_MAX_TOKENS))) {
    return { kind: "wait" };
  }
  const maxTokens = Math.floor(Math.min(fits, ceiling));
  return {
    kind: "allow",
    maxTokens,
    reservation: {
      costMicros: costOf(model, inputTokens, maxTokens),
      tokens: inputTokens + maxTokens,
    },
  };
}

/** Output tokens the budget still pays for, and the clause that says so. */
function outputRoom(
  budget: Budget,
  used: BudgetUsed,
  reserved: Reservation,
  model: Priced,
  inputTokens: number,
): { readonly tokens: number; readonly clause: "tokens" | "costMicros" } {
  const byTokens = (budget.tokens ?? Infinity) - used.tokens - reserved.tokens - inputTokens;
  const leftMicros = (budget.costMicros ?? Infinity) - used.costMicros - reserved.costMicros;
  const byCost = affordableTokens(model, leftMicros, inputTokens);
  return byCost < byTokens
    ? { tokens: byCost, clause: "costMicros" }
    : { tokens: byTokens, clause: "tokens" };
}

function affordableTokens(model: Priced, leftMicros: number, inputTokens: number): number {
  const forOutput = leftMicros - inputTokens * model.priceInMicrosPerMTok / 1_000_000;
  if (forOutput < 0) return -1;
  if (model.priceOutMicrosPerMTok === 0 || forOutput === Infinity) return Infinity;
  // The sum is rounded up when it is charged: floor keeps the reservation inside what is left.
  return Math.floor(forOutput * 1_000_000 / model.priceOutMicrosPerMTok);
}

export function decideSpawn(budget: Budget, used: BudgetUsed): BudgetDecision {
  if (budget.spawns === undefined || used.spawns < budget.spawns) {
    return { kind: "allow", maxTokens: 0, reservation: NOTHING_RESERVED };
  }
  return {
    kind: "deny",
    clause: "spawns",
    limit: budget.spawns,
    used: used.spawns,
    evidence: `${used.spawns} of ${budget.spawns} sub-tasks were started`,
  };
}

/** The typed outcome of a denied reservation. */
export function budgetError(denied: Extract<BudgetDecision, { kind: "deny" }>): AppError {
  const { clause, limit, used, evidence } = denied;
  return new AppError(clause === "timeMs" ? "deadline_exceeded" : "budget_exhausted", {
    detail: evidence,
    data: { clause, limit, used, evidence },
  });
}

/** The clause an error broke, when it is a limit's error. */
export function brokenClause(error: AppError): NonNullable<Covenant["broken"]> {
  const data = error.data ?? {};
  return {
    clause: typeof data.clause === "string" ? data.clause : error.code,
    limit: typeof data.limit === "number" ? data.limit : 0,
    used: typeof data.used === "number" ? data.used : 0,
    evidence: typeof data.evidence === "string" ? data.evidence : error.detail,
  };
}
