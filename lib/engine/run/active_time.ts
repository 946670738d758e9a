/** Time a run was at work: not while it waited for people, timers or a pause. */
import type { Clock } from "../../kernel/core/clock.ts";
import type { RunEvent } from "../events.ts";

export class ActiveTime {
  #since: number | null = null;
  #spentMs = 0;

  /** As the log tells it. */
  apply(event: RunEvent): void {
    switch (event.type) {
      case "run.started":
      case "run.resumed":
        this.start(Date.parse(event.at));
        return;
      case "run.waiting":
      case "run.paused":
      case "run.completed":
      case "run.failed":
      case "run.canceled":
        this.#since = null;
        this.#spentMs = event.timeMs ?? this.#spentMs;
    }
  }

  start(nowMs: number): void {
    this.#since ??= nowMs;
  }

  totalMs(clock: Pick<Clock, "now">): number {
    return this.#spentMs + (this.#since === null ? 0 : Math.max(0, clock.now() - this.#since));
  }

  /** The part of it after `startMs`, within the present stretch. */
  sinceMs(clock: Pick<Clock, "now">, startMs: number): number {
    if (this.#since === null) return 0;
    return Math.max(0, clock.now() - Math.max(startMs, this.#since));
  }
}
