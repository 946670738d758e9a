/** One call's limits in time – in all, until headers, between chunks – as one abort signal that says which passed. */
import type { Clock } from "../kernel/core/clock.ts";

export interface CallLimits {
  readonly totalMs: number;
  readonly headersMs: number;
  readonly chunkMs: number;
}

export type Passed = "total" | "headers" | "chunk" | "caller";

export class CallTimer {
  readonly #clock: Clock;
  readonly #limits: CallLimits;
  readonly #stop = new AbortController();
  readonly #caller: AbortSignal;
  readonly #onCaller = () => this.#end("caller");
  #cancelTotal: () => void;
  #cancelStage: () => void;
  passed: Passed | undefined;

  constructor(clock: Clock, limits: CallLimits, caller: AbortSignal) {
    this.#clock = clock;
    this.#limits = limits;
    this.#caller = caller;
    this.#cancelTotal = clock.timer(limits.totalMs, () => this.#end("total"));
    this.#cancelStage = clock.timer(limits.headersMs, () => this.#end("headers"));
    if (caller.aborted) this.#end("caller");
    else caller.addEventListener("abort", this.#onCaller, { once: true });
  }

  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  /** Headers or a chunk arrived: the next has `chunkMs`. */
  progress(): void {
    this.#cancelStage();
    if (!this.passed) {
      this.#cancelStage = this.#clock.timer(this.#limits.chunkMs, () => this.#end("chunk"));
    }
  }

  /** Which limit passed, in words. */
  describe(): string {
    const { totalMs, headersMs, chunkMs } = this.#limits;
    switch (this.passed) {
      case "headers":
        return `no answer within ${headersMs} ms`;
      case "chunk":
        return `nothing more arrived within ${chunkMs} ms`;
      default:
        return `not finished within ${totalMs} ms`;
    }
  }

  close(): void {
    this.#cancelTotal();
    this.#cancelStage();
    this.#caller.removeEventListener("abort", this.#onCaller);
  }

  #end(why: Passed): void {
    if (this.passed) return;
    this.passed = why;
    this.close();
    this.#stop.abort(
      why === "caller" ? this.#caller.reason : new DOMException(this.describe(), "TimeoutError"),
    );
  }
}
