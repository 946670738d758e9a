/**
 * One attempt's limits in time as one abort signal that says which of them passed: the call's deadline, the
 * attempt's slice of it, and silence. One timer serves all, and looks again when it rings: a chunk costs an
 * assignment.
 */
import type { Clock } from "../../kernel/core/clock.ts";

/** `stop`: no limit of its own, the server ends. */
export type Passed = "deadline" | "slice" | "silence" | "caller" | "stop";

export interface Limits {
  /** Monotonic ms. */
  readonly deadlineAt: number;
  /** Until the answer is whole or its first chunk is there. */
  readonly sliceAt: number;
}

export class Watch {
  readonly #clock: Clock;
  readonly #stop = new AbortController();
  readonly #caller: AbortSignal;
  readonly #onCaller = () => this.#end("caller");
  readonly #startedAt: number;
  readonly #deadlineAt: number;
  #sliceAt: number;
  #silentAt = Infinity;
  #silenceMs = 0;
  #armedAt = Infinity;
  #head = false;
  #cancel: () => void = () => {};
  passed: Passed | undefined;
  /** Called once, when a limit passes. */
  onPassed: (() => void) | undefined;

  constructor(clock: Clock, limits: Limits, caller: AbortSignal) {
    this.#clock = clock;
    this.#caller = caller;
    this.#startedAt = clock.mono();
    this.#deadlineAt = limits.deadlineAt;
    this.#sliceAt = Math.min(limits.sliceAt, limits.deadlineAt);
    if (caller.aborted) this.#end("caller");
    else caller.addEventListener("abort", this.#onCaller);
    this.#arm();
  }

  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  /** Something must arrive within `ms`, beginning now. */
  expect(ms: number): void {
    this.#silenceMs = ms;
    this.#silentAt = this.#clock.mono() + ms;
    if (this.#silentAt < this.#armedAt) this.#arm();
  }

  /** Nothing is waited for: the next move is the reader's. */
  rest(): void {
    this.#silentAt = Infinity;
  }

  /** The head of the answer is there. */
  answered(): void {
    this.#head = true;
  }

  /** The answer has begun: only the deadline and silence end it now. */
  begun(): void {
    this.#sliceAt = this.#deadlineAt;
  }

  /** Which limit passed, in words. */
  describe(): string {
    switch (this.passed) {
      case "silence":
        return this.#head
          ? `nothing more arrived within ${this.#silenceMs} ms`
          : `no answer within ${this.#silenceMs} ms`;
      default:
        return `not finished within ${Math.round(this.#limit() - this.#startedAt)} ms`;
    }
  }

  close(): void {
    this.#cancel();
    this.#armedAt = -Infinity;
    this.#caller.removeEventListener("abort", this.#onCaller);
  }

  /** The server is stopping. */
  stop(): void {
    this.#end("stop");
  }

  /** Ends the exchange with the provider. */
  abort(): void {
    this.close();
    if (!this.#stop.signal.aborted) this.#stop.abort();
  }

  #limit(): number {
    return Math.min(this.#deadlineAt, this.#sliceAt);
  }

  #arm(): void {
    if (this.passed) return;
    this.#cancel();
    this.#armedAt = Math.min(this.#limit(), this.#silentAt);
    const ms = Math.max(0, Math.ceil(this.#armedAt - this.#clock.mono()));
    this.#cancel = this.#clock.timer(ms, () => this.#look());
  }

  #look(): void {
    const now = this.#clock.mono();
    if (now >= this.#deadlineAt) this.#end("deadline");
    else if (now >= this.#sliceAt) this.#end("slice");
    else if (now >= this.#silentAt) this.#end("silence");
    else this.#arm();
  }

  #end(why: Passed): void {
    if (this.passed) return;
    this.passed = why;
    this.close();
    this.#stop.abort(
      why === "caller" ? this.#caller.reason : new DOMException(this.describe(), "TimeoutError"),
    );
    this.onPassed?.();
  }
}
