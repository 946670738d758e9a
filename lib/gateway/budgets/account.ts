/**
 * One window of one budget as this process sees it: a slice that was committed before, from which calls draw in
 * memory, and what they settled, written a little later. Whatever waits for the store shares one transaction, however
 * many calls there are. Calls in flight are charged what they held if the process dies (decide.ts).
 */
import type { AppContext } from "../../kernel/context.ts";
import { delay } from "../../kernel/core/clock.ts";
import { AppError } from "../../kernel/core/errors.ts";
import { hashText, type Key, transact, type Tx } from "../../kernel/kv/mod.ts";
import {
  type AccountRecord,
  LEASE_MS,
  NEW_ACCOUNT,
  type Plan,
  planAccount,
  type Verdict,
} from "./decide.ts";
import { budgetAccountKey, budgetKey } from "./keys.ts";
import type { BudgetPeriod, BudgetScope } from "./schema.ts";
import { keptMs } from "./windows.ts";

export type BudgetsContext = Pick<AppContext, "kv" | "clock" | "log">;

/** As stored by `setBudget`. */
export interface BudgetRule {
  readonly v: 1;
  readonly limitMicros: number;
  /** Counts its changes. */
  readonly version: number;
  readonly updatedAt: number;
  readonly updatedBy: string;
}

export interface AccountPlace {
  readonly workspaceId: string;
  readonly scope: BudgetScope;
  readonly subject: string;
  readonly period: BudgetPeriod;
  readonly window: string;
  /** Epoch ms. */
  readonly endsAt: number;
  /** `subject`, or `*` where the limit is the one of each. */
  readonly ruleSubject: string;
}

/** Why a call was refused. */
export interface Shortage {
  readonly place: AccountPlace;
  readonly limitMicros: number;
  readonly record: AccountRecord;
  readonly neededMicros: number;
}

interface Waiter {
  readonly micros: number;
  /** On this process's clock. */
  readonly since: number;
  readonly resolve: (shortage: Shortage | null) => void;
  readonly reject: (error: unknown) => void;
}

/** Settled calls are written together, this much later. */
const WRITE_MS = 50;
/** An idle process looks this often whether others want what it has at hand, and gives it back after `IDLE_MS`. */
const LOOK_MS = 250;
const IDLE_MS = 2_000;
/** A call that waits for what others give back looks again this often. */
const RECALL_AGAIN_MS = 40;
const FAILED_MS = 1_000;
/** Of a commit at once; then this instance steps aside, so often at most. */
const ATTEMPTS = 2;
const LOST_MAX = 100;
const STEP_ASIDE_MAX_MS = 64;

export const STREAM = "gateway";
let opened = 0;

export class Account {
  readonly place: AccountPlace;
  readonly #ctx: BudgetsContext;
  readonly #holder: string;
  readonly #key: Key;
  readonly #ruleKey: Key;
  /** Committed. */
  #held = 0;
  /** What calls may use now: less than `held` while a commit that gives some back is on its way. */
  #bound = 0;
  /** What was at hand right after the last commit. */
  #headroom = 0;
  #inUse = 0;
  #provisional = 0;
  /** Settled and not committed. */
  #spent = 0;
  /** Reserved since the last commit, and what that says is worth having at hand. */
  #drawn = 0;
  #demand = 0;
  #lastCall = 0;
  #usedAt = 0;
  #waiters: Waiter[] = [];
  #n = 0;
  /** A commit whose result is not known. */
  #unknown: { n: number; spent: number; held: number } | null = null;
  #running: Promise<void> | null = null;
  #again = false;
  #failed = false;
  #cancelTimer: (() => void) | null = null;
  #timerAt = 0;
  #closing = false;

  constructor(ctx: BudgetsContext, place: AccountPlace) {
    this.#ctx = ctx;
    // Its own: where one account is opened twice each has a slice.
    this.#holder = `${ctx.kv.storeId}.${++opened}`;
    this.place = place;
    const { workspaceId, scope, subject, period, window } = place;
    this.#key = budgetAccountKey(workspaceId, scope, subject, period, window);
    this.#ruleKey = budgetKey(workspaceId, scope, place.ruleSubject, period);
  }

  /** Nothing held, nothing to write: it may be forgotten. */
  get isIdle(): boolean {
    return this.#held === 0 && this.#inUse === 0 && this.#spent === 0 &&
      this.#waiters.length === 0 && this.#running === null && this.#unknown === null;
  }

  covers(micros: number): boolean {
    return this.#inUse + this.#spent + micros <= this.#bound;
  }

  /** After `covers`. */
  take(micros: number): void {
    this.#inUse += micros;
    this.#drawn += micros;
    this.#lastCall = micros;
    this.#usedAt = this.#ctx.clock.mono();
    // Before it runs out, so that the next calls find some: the first of them would wait for a commit.
    if ((this.#bound - this.#inUse - this.#spent) * 2 < this.#headroom) this.#later(0);
  }

  /** Resolves with null when it is held, provisionally until `confirm`; else with why not. */
  async acquire(micros: number): Promise<Shortage | null> {
    if (this.covers(micros)) {
      this.take(micros);
      this.#provisional += micros;
      return null;
    }
    const { clock } = this.#ctx;
    return await new Promise<Shortage | null>((resolve, reject) => {
      this.#waiters.push({ micros, since: clock.mono(), resolve, reject });
      this.#run();
    });
  }

  /** The call is made. Who waited for whether it is knows now. */
  confirm(micros: number): void {
    this.#provisional -= micros;
    if (this.#waiters.length > 0) this.#run();
  }

  /** The call is not made: another budget refused it. */
  withdraw(micros: number): void {
    this.#provisional -= micros;
    this.settle(micros, 0);
    if (this.#waiters.length > 0) this.#run();
  }

  settle(heldMicros: number, costMicros: number): void {
    this.#inUse -= heldMicros;
    this.#spent += costMicros;
    this.#later(WRITE_MS);
  }

  /** Writes what was settled; resolves when the record says so. */
  async flush(): Promise<void> {
    if (this.isIdle) return;
    this.#run();
    while (this.#running) await this.#running;
  }

  /** Writes what was settled and gives back what no call holds. */
  async close(): Promise<void> {
    this.#closing = true;
    await this.flush();
    this.#cancelTimer?.();
    this.#cancelTimer = null;
  }

  #run(): void {
    this.#again = true;
    this.#running ??= this.#loop().finally(() => {
      this.#running = null;
      // Somebody came between the end of the loop and here.
      if (this.#again) this.#run();
      else this.#schedule();
    });
  }

  async #loop(): Promise<void> {
    let lost = 0;
    while (this.#again) {
      this.#again = false;
      this.#cancelTimer?.();
      this.#cancelTimer = null;
      try {
        await this.#sync();
        this.#failed = false;
        lost = 0;
      } catch (error) {
        if (isConflict(error) && ++lost < LOST_MAX) {
          await this.#stepAside(lost);
          this.#again = true;
          continue;
        }
        // Without the store nothing new is held; what was settled is written when it answers again.
        this.#failed = true;
        this.#ctx.log.warn("budget not written", { ...this.place, error: String(error) });
        for (const waiter of this.#waiters.splice(0)) waiter.reject(error);
      }
    }
  }

  /** Other instances were faster, again: each waits another while, or the same one would always lose. */
  #stepAside(lost: number): Promise<void> {
    const range = Math.min(2 ** lost, STEP_ASIDE_MAX_MS);
    return delay(
      this.#ctx.clock,
      1 + hashText(`${this.#holder}/${this.#n}`) % range,
      undefined,
      true,
    );
  }

  async #sync(): Promise<void> {
    const { workspaceId } = this.place;
    this.#demand = this.#nextDemand();
    const waiting = this.#waiters.slice();
    let spent = 0;
    let limitMicros = Infinity;
    const attempt = { n: 0, spent: 0, held: 0, submitted: false };
    let plan: Plan;
    try {
      plan = await transact(this.#ctx, workspaceId, async (tx) => {
        const [rule, stored] = await Promise.all([
          tx.get<BudgetRule>(this.#ruleKey),
          tx.get<AccountRecord>(this.#key),
        ]);
        this.#learn(stored);
        limitMicros = rule?.limitMicros ?? Infinity;
        spent = this.#spent;
        const made = this.#plan(stored ?? NEW_ACCOUNT, limitMicros, waiting);
        Object.assign(attempt, { n: this.#n, spent, held: made.heldMicros, submitted: !made.same });
        this.#bound = Math.min(this.#held, made.heldMicros + spent - made.grantedMicros);
        if (!made.same) this.#stage(tx, made, limitMicros);
        return made;
      }, { aggregate: "budget", attempts: ATTEMPTS });
    } catch (error) {
      if (attempt.submitted && !isConflict(error)) this.#unknown = attempt;
      throw error;
    }
    this.#drawn = 0;
    this.#spent -= plan.same ? 0 : spent;
    this.#held = plan.heldMicros;
    this.#bound = plan.heldMicros;
    this.#headroom = plan.heldMicros - this.#inUse - plan.grantedMicros;
    this.#answer(waiting, plan, limitMicros);
  }

  #plan(record: AccountRecord, limitMicros: number, waiting: readonly Waiter[]): Plan {
    const { clock, kv } = this.#ctx;
    const now = clock.mono();
    return planAccount(record, {
      holder: this.#holder,
      limitMicros,
      nowMs: clock.now(),
      n: ++this.#n,
      alone: kv.exclusive ? kv.storeId : null,
      spentMicros: this.#spent,
      inUseMicros: this.#inUse,
      provisionalMicros: this.#provisional,
      needs: waiting.map(({ micros, since }) => ({ micros, waitedMs: now - since })),
      demandMicros: this.#demand,
      callMicros: Math.max(this.#lastCall, ...waiting.map((waiter) => waiter.micros)),
    });
  }

  #stage(tx: Tx, plan: Plan, limitMicros: number): void {
    const { scope, subject, period } = this.place;
    tx.set(this.#key, plan.record, { expireIn: keptMs(scope, period) });
    if (!plan.exhausted) return;
    const { spentMicros } = plan.record;
    const event = { scope, subject, period, limitMicros, spentMicros, window: this.place.window };
    tx.emit(STREAM, { type: "budget.exhausted", actor: "muster", ...event });
  }

  /** Whether the commit that threw took effect after all: its number is in the slice, or the slice is gone with it. */
  #learn(stored: AccountRecord | null): void {
    const unknown = this.#unknown;
    if (!unknown) return;
    const own = stored?.slices[this.#holder];
    const reclaimed = stored?.unsettled[this.#holder] !== undefined;
    this.#unknown = null;
    if (own ? own.n !== unknown.n : reclaimed || unknown.held > 0) return;
    this.#spent -= unknown.spent;
    this.#held = unknown.held;
  }

  #answer(waiting: readonly Waiter[], plan: Plan, limitMicros: number): void {
    const verdicts = new Map<Waiter, Verdict>(waiting.map((one, i) => [one, plan.verdicts[i]!]));
    this.#waiters = this.#waiters.filter((one) => (verdicts.get(one) ?? "wait") === "wait");
    for (const [waiter, verdict] of verdicts) {
      if (verdict === "granted") {
        this.take(waiter.micros);
        this.#provisional += waiter.micros;
        waiter.resolve(null);
      } else if (verdict === "refused") {
        const { place } = this;
        const { record } = plan;
        waiter.resolve({ place, limitMicros, record, neededMicros: waiter.micros });
      }
    }
    if (this.#waiters.some((waiter) => !verdicts.has(waiter))) this.#again = true;
  }

  /** Twice what was drawn since the last commit; halves when less is drawn, and is nothing after a pause. */
  #nextDemand(): number {
    const idle = this.#ctx.clock.mono() - this.#usedAt >= IDLE_MS && this.#waiters.length === 0;
    if (this.#closing || idle) return 0;
    const waiting = this.#waiters.reduce((total, one) => total + one.micros, 0);
    const drawn = 2 * (this.#drawn + waiting);
    return this.#drawn === 0 && waiting === 0 ? this.#demand : Math.max(drawn, this.#demand / 2);
  }

  #schedule(): void {
    if (this.#waiters.length > 0) return this.#later(RECALL_AGAIN_MS);
    if (this.#closing) return;
    if (this.#spent > 0 || this.#unknown) return this.#later(this.#failed ? FAILED_MS : WRITE_MS);
    if (this.#held > this.#inUse) {
      return this.#later(this.#ctx.kv.exclusive ? IDLE_MS : LOOK_MS);
    }
    if (this.#inUse > 0) this.#later(LEASE_MS / 3);
  }

  /** An earlier timer wins. */
  #later(ms: number): void {
    const { clock } = this.#ctx;
    const at = clock.mono() + ms;
    if (this.#running || (this.#cancelTimer && this.#timerAt <= at)) return;
    this.#cancelTimer?.();
    this.#timerAt = at;
    this.#cancelTimer = clock.timer(ms, () => {
      this.#cancelTimer = null;
      this.#run();
    });
  }
}

function isConflict(error: unknown): boolean {
  return error instanceof AppError && error.code === "conflict";
}
