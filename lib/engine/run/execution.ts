/**
 * One life of a run's steps in memory: from a claim (or the start) to a suspension, an end, or a cut after
 * which they are executed again from the journal. Knows what is active: calls in flight and recorded
 * results still to be given back. Functions that merely wait are not, or nothing would ever suspend.
 */
import { AppError } from "../../kernel/core/errors.ts";
import type { LiveRun } from "./live_run.ts";
import { macrotask, type Turn } from "./macrotask.ts";
import { Parked } from "./parked.ts";
import type { StepRun } from "./step_run.ts";

const SETTLE_MARGIN_MS = 200;
/** An aborted model call answers at once; one that does not is not waited for. */
const ABORTED_CALL_MS = 100;

export class Execution implements Turn {
  readonly run: LiveRun;
  readonly steps: Map<string, StepRun> = new Map();
  readonly parked: Parked;
  /** No further effect happens and nothing is given any more. */
  stopped = false;
  /** Calls had their moment after the stop: what comes now is recorded no more. */
  over = false;
  /** Steps whose function has not ended. */
  liveSteps = 0;
  #active = 0;
  #looking = false;
  #gate: (() => void)[] | null = null;
  #unsettled = new Set<Promise<unknown>>();
  #modelCalls = 0;
  #onQuiet: (() => void) | null = null;

  constructor(run: LiveRun) {
    this.run = run;
    this.parked = new Parked(this);
  }

  /** A call began or a recorded result is to be given back. */
  enter(): void {
    this.#active++;
  }

  /** It ended and its step was told. When nothing is left, look what the steps wait for. */
  leave(): void {
    if (--this.#active > 0 || this.#looking || this.stopped) return;
    this.#looking = true;
    macrotask(this);
  }

  get active(): number {
    return this.#active;
  }

  /** New effects wait from now on; those in flight go on. */
  pause(): void {
    this.#gate ??= [];
    this.enter();
    this.leave();
  }

  unpause(): void {
    const waiting = this.#gate ?? [];
    this.#gate = null;
    for (const go of waiting) go();
  }

  get paused(): boolean {
    return this.#gate !== null;
  }

  /**
   * Before every attempt of an effect: nothing to wait for, unless the run is paused or this process may
   * have lost it (its lease ran out on its own clock: then a commit must prove first that it has not). An
   * effect that waits here is not active.
   */
  passGate(): Promise<void> | undefined {
    if (this.stopped) return new Promise(() => {});
    if (this.#gate) {
      return new Promise<void>((resolve) => this.#gate!.push(resolve)).then(() => this.passGate());
    }
    return this.run.deps.instance.isAlive || this.run.replaying
      ? undefined
      : this.run.commitIntent();
  }

  /** The same before a further attempt of an effect that is active: paused, it is not. */
  async passGateAgain(): Promise<void> {
    const gate = this.passGate();
    if (!gate) return;
    const { paused } = this;
    if (paused) this.leave();
    await gate;
    if (paused) this.enter();
  }

  /** A call whose outcome must be recorded: a stop waits for it, bounded. */
  mustSettle<T>(call: Promise<T>): Promise<T> {
    this.#unsettled.add(call);
    const done = () => void this.#unsettled.delete(call);
    call.then(done, done);
    return call;
  }

  /** A model call is in flight: a stop gives it a moment to say what it cost until then. */
  modelCallBegan(): void {
    this.#modelCalls++;
  }

  modelCallEnded(): void {
    if (--this.#modelCalls === 0) this.#onQuiet?.();
  }

  #modelsQuiet(): Promise<void> {
    if (this.#modelCalls === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const give = this.run.deps.ctx.clock.timer(ABORTED_CALL_MS, resolve);
      this.#onQuiet = () => {
        give();
        // The calls' own continuations stage what they cost first.
        macrotask({ onTurn: resolve });
      };
    });
  }

  /** Ends this life when nothing is under way any more. */
  finish(): boolean {
    if (this.steps.size > 0 || this.#unsettled.size > 0) return false;
    this.stopped = true;
    this.over = true;
    this.parked.clear();
    return true;
  }

  /** Ends this life: calls are aborted; those that change the world get a moment to answer. */
  async stop(reason: AppError): Promise<void> {
    if (this.stopped) return;
    this.stopped = true;
    this.parked.clear();
    for (const step of this.steps.values()) step.abort(reason);
    await this.#modelsQuiet();
    if (this.#unsettled.size > 0) await this.#settled();
    this.over = true;
  }

  async #settled(): Promise<void> {
    const { clock } = this.run.deps.ctx;
    await new Promise<void>((resolve) => {
      // The calls give up by themselves after `settleMs`; this only bounds what comes behind them.
      const give = clock.timer(this.run.deps.limits.settleMs + SETTLE_MARGIN_MS, resolve);
      void Promise.allSettled([...this.#unsettled]).then(() => {
        give();
        // The calls' own continuations stage what came back first.
        macrotask({ onTurn: resolve });
      });
    });
  }

  /** Nothing was active when the turn was asked for. */
  onTurn(): void {
    this.#looking = false;
    if (this.#active > 0 || this.stopped) return;
    for (const step of this.steps.values()) {
      const missing = step.ended ? undefined : step.missingRecord();
      if (missing) return this.fail(step, missing);
    }
    this.run.onIdle(this);
  }

  /** A fault no agent may catch: the run ends with it. */
  fail(step: StepRun, error: AppError): void {
    if (this.stopped) return;
    this.run.failFrom(step, error);
  }
}
