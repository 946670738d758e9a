/** Gathers streamed text: the first piece goes out in the next turn, what follows in bundles. */
import type { Clock } from "../../kernel/core/clock.ts";
import { macrotask } from "./macrotask.ts";
import type { StepStream } from "./step_stream.ts";

export class DeltaQueue {
  readonly #clock: Clock;
  readonly #bundleMs: number;
  #waiting: StepStream[] = [];
  #sentAt = -Infinity;
  #scheduled = false;
  #cancel: (() => void) | undefined;

  constructor(clock: Clock, bundleMs: number) {
    this.#clock = clock;
    this.#bundleMs = bundleMs;
  }

  get size(): number {
    return this.#waiting.length;
  }

  add(stream: StepStream): void {
    this.#waiting.push(stream);
    if (this.#scheduled) return;
    this.#scheduled = true;
    const wait = this.#sentAt + this.#bundleMs - this.#clock.mono();
    const send = () => {
      this.#scheduled = false;
      this.#cancel = undefined;
      this.flush();
    };
    if (wait > 0) this.#cancel = this.#clock.timer(wait, send);
    else macrotask({ onTurn: send });
  }

  /** Emits all of it now: whatever is emitted next comes after it. */
  flush(): void {
    if (this.#waiting.length === 0) return;
    const streams = this.#waiting;
    this.#waiting = [];
    this.#sentAt = this.#clock.mono();
    for (const stream of streams) stream.flush();
  }

  stop(): void {
    this.#cancel?.();
    this.#waiting = [];
  }
}
