/** Waits of steps in memory: for an answer or signal by name, or for a time. */
import type { Json } from "../../kernel/core/json.ts";
import type { Execution } from "./execution.ts";
import type { RecordedWait } from "../journal/ledger.ts";
import type { StepRun } from "./step_run.ts";

export interface Answer {
  readonly value: Json;
  /** Takes the stored answer away, in the commit that records what it led to. */
  readonly consume: () => void;
}

interface Wait {
  readonly step: StepRun;
  readonly wait: RecordedWait;
  readonly resolve: (answer: Answer) => void;
  cancelTimer: (() => void) | undefined;
  /** A short timer keeps the run in memory. */
  held: boolean;
}

const NOTHING: Answer = { value: null, consume: () => {} };

export class Parked {
  readonly #execution: Execution;
  #waits: Wait[] = [];
  #frozen = false;

  constructor(execution: Execution) {
    this.#execution = execution;
  }

  get size(): number {
    return this.#waits.length;
  }

  /** Resolves with the answer; the execution is active again from then on. */
  park(step: StepRun, wait: RecordedWait): Promise<Answer> {
    return new Promise((resolve) => {
      const entry: Wait = { step, wait, resolve, cancelTimer: undefined, held: false };
      this.#waits.push(entry);
      if (wait.until === undefined) {
        this.#execution.enter();
        this.offer();
        this.#execution.leave();
        return;
      }
      this.#arm(entry, wait.until);
    });
  }

  #arm(entry: Wait, until: number): void {
    const { ctx, limits } = this.#execution.run.deps;
    const left = Math.max(0, until - ctx.clock.now());
    entry.held = left <= limits.holdTimerMs;
    if (entry.held) this.#execution.enter();
    entry.cancelTimer = ctx.clock.timer(left, () => {
      entry.cancelTimer = undefined;
      // Once thawed it is armed again; once suspended a wake-up job stands in for it.
      if (this.#frozen || !this.#remove(entry)) return;
      if (!entry.held) this.#execution.enter();
      entry.resolve(NOTHING);
    });
    if (!entry.held) {
      this.#execution.enter();
      this.#execution.leave();
    }
  }

  /** Hands out what was answered meanwhile, the longest waiting first. */
  offer(): void {
    if (this.#frozen) return;
    const { answers } = this.#execution.run;
    for (const entry of [...this.#waits]) {
      if (entry.wait.until !== undefined) continue;
      const answer = answers.take(entry.wait.on);
      if (!answer || !this.#remove(entry)) continue;
      this.#execution.enter();
      entry.resolve(answer);
    }
  }

  #remove(entry: Wait): boolean {
    const at = this.#waits.indexOf(entry);
    if (at < 0) return false;
    this.#waits.splice(at, 1);
    return true;
  }

  /** The run is being given up: nothing wakes any more, unless that fails. */
  freeze(): void {
    this.#frozen = true;
  }

  thaw(): void {
    this.#frozen = false;
    for (const entry of [...this.#waits]) {
      if (entry.wait.until !== undefined && !entry.cancelTimer) this.#arm(entry, entry.wait.until);
    }
  }

  /** When the earliest timer is due; Infinity without one. */
  nextDue(): number {
    return this.#waits.reduce(
      (least, { wait }) => Math.min(least, wait.until ?? Infinity),
      Infinity,
    );
  }

  *entries(): Iterable<{ readonly step: StepRun; readonly wait: RecordedWait }> {
    yield* this.#waits;
  }

  /** Drops the waits of a step that ended; returns the names of what it asked for. */
  forget(step: StepRun): string[] {
    const names: string[] = [];
    for (const entry of [...this.#waits]) {
      if (entry.step !== step) continue;
      entry.cancelTimer?.();
      this.#remove(entry);
      if (entry.held) this.#execution.leave();
      if (entry.wait.kind === "approval" || entry.wait.kind === "question") {
        names.push(entry.wait.on);
      }
    }
    return names;
  }

  clear(): void {
    for (const { cancelTimer } of this.#waits) cancelTimer?.();
    this.#waits = [];
  }
}
