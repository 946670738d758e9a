/**
 * Which budgets apply to a caller, from memory. A change made here holds at once; one made on another instance within
 * two seconds. A limit itself is read again with every slice, so a changed limit is never overdrawn by more than the
 * slices held.
 */
import type { BudgetRule, BudgetsContext } from "./account.ts";
import { budgetKey, budgetRulesKey } from "./keys.ts";
import type { BudgetPeriod, BudgetScope } from "./schema.ts";

/** Narrow scopes first: what refuses most is asked first, and every call asks in the same order. */
const SCOPES: readonly BudgetScope[] = ["session", "agent", "key", "workspace"];
const PERIODS: readonly BudgetPeriod[] = ["total", "day", "month"];
export const EACH = "*";

/** The ids under which a caller has budgets. */
export type Subjects = Readonly<Partial<Record<BudgetScope, string>>>;

export interface Applied {
  readonly scope: BudgetScope;
  readonly subject: string;
  readonly period: BudgetPeriod;
  readonly ruleSubject: string;
}

interface Loaded {
  readonly version: string | null;
  /** `scope/subject/period`. */
  readonly rules: ReadonlySet<string>;
  /** On this process's clock. */
  checkedAt: number;
}

const FRESH_MS = 1_000;
const USABLE_MS = 2_000;

export class RuleBook {
  readonly #ctx: BudgetsContext;
  readonly #onChange: (workspaceId: string) => void;
  readonly #loaded = new Map<string, Loaded>();
  readonly #loading = new Map<string, Promise<void>>();

  constructor(ctx: BudgetsContext, onChange: (workspaceId: string) => void) {
    this.#ctx = ctx;
    this.#onChange = onChange;
  }

  /** False: `load` has to be awaited first. */
  isReady(workspaceId: string): boolean {
    const loaded = this.#loaded.get(workspaceId);
    if (!loaded) return false;
    // Nobody else writes an exclusive store, and what is written here is loaded again.
    if (this.#ctx.kv.exclusive) return true;
    const age = this.#ctx.clock.mono() - loaded.checkedAt;
    if (age > USABLE_MS) return false;
    if (age > FRESH_MS) {
      this.load(workspaceId).catch((error) =>
        this.#ctx.log.warn("budgets not read", { workspaceId, error: String(error) })
      );
    }
    return true;
  }

  load(workspaceId: string): Promise<void> {
    let loading = this.#loading.get(workspaceId);
    if (!loading) {
      loading = this.#load(workspaceId).finally(() => this.#loading.delete(workspaceId));
      this.#loading.set(workspaceId, loading);
    }
    return loading;
  }

  /** After a change: a load under way may have read what was before. */
  async reload(workspaceId: string): Promise<void> {
    await this.#loading.get(workspaceId)?.catch(() => {});
    await this.load(workspaceId);
  }

  applying(workspaceId: string, subjects: Subjects): Applied[] {
    const rules = this.#loaded.get(workspaceId)?.rules;
    if (!rules || rules.size === 0) return [];
    const applied: Applied[] = [];
    for (const scope of SCOPES) {
      const subject = subjects[scope];
      if (subject === undefined) continue;
      for (const period of PERIODS) {
        const ruleSubject = [subject, EACH].find((one) => rules.has(`${scope}/${one}/${period}`));
        if (ruleSubject !== undefined) applied.push({ scope, subject, period, ruleSubject });
      }
    }
    return applied;
  }

  async #load(workspaceId: string): Promise<void> {
    const { kv, clock } = this.#ctx;
    const checkedAt = clock.mono();
    // First the version, then the rules: a change between the two is found at the next look.
    const { versionstamp } = await kv.get(budgetRulesKey(workspaceId));
    const known = this.#loaded.get(workspaceId);
    if (known && known.version === versionstamp) {
      known.checkedAt = checkedAt;
      return;
    }
    const rules = new Set<string>();
    for await (const { key } of kv.list<BudgetRule>({ prefix: budgetKey.prefix(workspaceId) })) {
      rules.add(key.slice(3).join("/"));
    }
    this.#loaded.set(workspaceId, { version: versionstamp, rules, checkedAt });
    this.#onChange(workspaceId);
  }
}
