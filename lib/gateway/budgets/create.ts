/**
 * Budgets of a workspace, its keys, agents and sessions: the worst case of a call is held in every one that applies
 * before the call is made, and settled after. From memory while the slices at hand cover it; the store is asked only
 * for more. Nothing is refused while money remains, be it at hand on another instance.
 */
import { AppError } from "../../kernel/core/errors.ts";
import { Account, type BudgetsContext, type Shortage } from "./account.ts";
import { remainingOf, sumsOf } from "./decide.ts";
import { RuleBook, type Subjects } from "./rules.ts";
import { windowOf } from "./windows.ts";

/** Money held for one attempt. The first of the two counts, once. */
export interface HeldMoney {
  /** It cost this much; more than was held is charged too. */
  settle(costMicros: number): void;
  /** Nothing was spent. */
  release(): void;
}

/** The part of a call that budgets look at. */
export interface BudgetCall {
  readonly workspaceId: string;
  readonly caller: {
    readonly keyId?: string;
    readonly agentId?: string;
    readonly sessionId?: string;
  };
  readonly signal: AbortSignal;
}

export interface Budgets {
  /**
   * Throws `budget_exhausted` where it does not fit; what costs nothing always fits. Await it to its end, also when
   * the call is given up: it then holds nothing.
   */
  reserve(
    call: BudgetCall,
    target: unknown,
    worstCaseMicros: number,
    callId?: string,
  ): HeldMoney | Promise<HeldMoney>;
  /** Budgets of this workspace were changed here. */
  changed(workspaceId: string): Promise<void>;
  /** Writes what was settled; then the records say all. */
  flush(workspaceId: string): Promise<void>;
  /** After the last call: writes what was settled and gives back what no call holds. */
  close(): Promise<void>;
}

const NOTHING: HeldMoney = { settle() {}, release() {} };
/** Beyond these what is idle is forgotten. */
const ACCOUNTS_MAX = 5_000;
const CALLERS_MAX = 20_000;

interface CallerAccounts {
  readonly accounts: readonly Account[];
  /** Epoch ms: the first of their windows ends. */
  readonly until: number;
}

class SlicedBudgets implements Budgets {
  readonly #ctx: BudgetsContext;
  readonly #rules: RuleBook;
  readonly #accounts = new Map<string, Account>();
  /** By workspace, then by caller: what applies to whom, found once. */
  readonly #callers = new Map<string, Map<string, CallerAccounts>>();
  #closed = false;

  constructor(ctx: BudgetsContext) {
    this.#ctx = ctx;
    this.#rules = new RuleBook(ctx, (workspaceId) => this.#callers.delete(workspaceId));
  }

  reserve(call: BudgetCall, _target: unknown, micros: number): HeldMoney | Promise<HeldMoney> {
    if (micros <= 0) return NOTHING;
    if (this.#closed) throw new AppError("unavailable", { detail: "The server is stopping" });
    if (!this.#rules.isReady(call.workspaceId)) return this.#afterLoad(call, micros);
    return this.#reserve(call, micros);
  }

  async changed(workspaceId: string): Promise<void> {
    await this.#rules.reload(workspaceId);
    await this.flush(workspaceId);
  }

  async flush(workspaceId: string): Promise<void> {
    const own = [...this.#accounts.values()].filter((a) => a.place.workspaceId === workspaceId);
    await Promise.all(own.map((account) => account.flush()));
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#accounts.values()].map((account) => account.close()));
  }

  async #afterLoad(call: BudgetCall, micros: number): Promise<HeldMoney> {
    await this.#rules.load(call.workspaceId);
    return await this.#reserve(call, micros);
  }

  #reserve(call: BudgetCall, micros: number): HeldMoney | Promise<HeldMoney> {
    const accounts = this.#accountsOf(call);
    if (accounts.length === 0) return NOTHING;
    for (const account of accounts) {
      if (!account.covers(micros)) return this.#acquire(accounts, call, micros);
    }
    for (const account of accounts) account.take(micros);
    return new Hold(accounts, micros);
  }

  /** One after the other, always in the same order, so that two calls never wait for each other. */
  async #acquire(
    accounts: readonly Account[],
    call: BudgetCall,
    micros: number,
  ): Promise<HeldMoney> {
    const held: Account[] = [];
    try {
      for (const account of accounts) {
        const shortage = await account.acquire(micros);
        if (shortage) throw exhausted(shortage);
        held.push(account);
      }
      call.signal.throwIfAborted();
    } catch (error) {
      for (const account of held) account.withdraw(micros);
      throw error;
    }
    for (const account of held) account.confirm(micros);
    return new Hold(accounts, micros);
  }

  #accountsOf({ workspaceId, caller }: BudgetCall): readonly Account[] {
    let callers = this.#callers.get(workspaceId);
    if (!callers) this.#callers.set(workspaceId, callers = new Map());
    const { keyId = "", agentId = "", sessionId = "" } = caller;
    const id = `${keyId} ${agentId} ${sessionId}`;
    const known = callers.get(id);
    if (known && known.until > this.#ctx.clock.now()) return known.accounts;
    const found = this.#find(workspaceId, {
      workspace: workspaceId,
      key: caller.keyId,
      agent: caller.agentId,
      session: caller.sessionId,
    });
    if (callers.size >= CALLERS_MAX) callers.clear();
    callers.set(id, found);
    return found.accounts;
  }

  #find(workspaceId: string, subjects: Subjects): CallerAccounts {
    const now = this.#ctx.clock.now();
    let until = Infinity;
    this.#forgetIdle();
    const accounts = this.#rules.applying(workspaceId, subjects).map((applied) => {
      const window = windowOf(applied.period, now);
      until = Math.min(until, window.endsAt);
      const { scope, subject, period, ruleSubject } = applied;
      const id = JSON.stringify([workspaceId, scope, subject, period, window.name, ruleSubject]);
      const known = this.#accounts.get(id);
      if (known) return known;
      const place = { ...applied, workspaceId, window: window.name, endsAt: window.endsAt };
      const account = new Account(this.#ctx, place);
      this.#accounts.set(id, account);
      return account;
    });
    return { accounts, until };
  }

  #forgetIdle(): void {
    if (this.#accounts.size < ACCOUNTS_MAX) return;
    this.#callers.clear();
    for (const [id, account] of this.#accounts) if (account.isIdle) this.#accounts.delete(id);
  }
}

class Hold implements HeldMoney {
  #accounts: readonly Account[] | null;
  readonly #micros: number;

  constructor(accounts: readonly Account[], micros: number) {
    this.#accounts = accounts;
    this.#micros = micros;
  }

  settle(costMicros: number): void {
    const accounts = this.#accounts;
    if (!accounts) return;
    this.#accounts = null;
    // A cost that is none must not spoil the sums for good: then what was held is gone.
    const isCost = Number.isSafeInteger(costMicros) && costMicros >= 0;
    const charged = isCost ? costMicros : this.#micros;
    for (const account of accounts) account.settle(this.#micros, charged);
  }

  release(): void {
    this.settle(0);
  }
}

function exhausted({ place, limitMicros, record, neededMicros }: Shortage): AppError {
  const { scope, subject, period, endsAt } = place;
  const { spentMicros, heldMicros, unsettledMicros } = sumsOf(record);
  const span = period === "total" ? "" : ` of this ${period}`;
  const detail =
    `The budget${span} for ${scope} "${subject}" does not cover the call: it may cost ${neededMicros} micro-dollars, ` +
    `${remainingOf(record, limitMicros)} of ${limitMicros} are left`;
  return new AppError("budget_exhausted", {
    detail,
    data: {
      ...{ scope, subject, period, limitMicros, neededMicros },
      ...{ spentMicros, heldMicros, unsettledMicros },
      ...(endsAt < Infinity && { resetsAt: new Date(endsAt).toISOString() }),
      // As a run's own budget says it: it ends there as a clause that was broken.
      ...{ clause: `${scope}.costMicros`, limit: limitMicros, used: spentMicros, evidence: detail },
    },
  });
}

export function createBudgets(ctx: BudgetsContext): Budgets {
  return new SlicedBudgets(ctx);
}
