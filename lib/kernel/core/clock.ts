/** Time enters the program here; tests put a hand-driven clock in its place. */
export interface Clock {
  /** Epoch ms. */
  now(): number;
  /** Monotonic ms, for durations and own-clock lease checks. */
  mono(): number;
  /**
   * Calls `fn` once after `ms`; returns what takes it back. Keeps the process alive only when asked to:
   * for waits somebody's work depends on.
   */
  timer(ms: number, fn: () => void, keepAlive?: boolean): () => void;
}

/** The longest wait one native timer holds; longer ones are chained. */
const MAX_TIMER_MS = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  mono: () => performance.now(),
  timer(ms, fn, keepAlive = false) {
    const until = performance.now() + ms;
    let handle: ReturnType<typeof setTimeout>;
    const arm = () => {
      const left = Math.max(0, until - performance.now());
      handle = setTimeout(left > MAX_TIMER_MS ? arm : fn, Math.min(left, MAX_TIMER_MS));
      if (!keepAlive) Deno.unrefTimer(handle as unknown as number);
    };
    arm();
    return () => clearTimeout(handle);
  },
};

/** Resolves after `ms` on this clock; rejects with the signal's reason when it aborts. */
export function delay(
  clock: Clock,
  ms: number,
  signal?: AbortSignal,
  keepAlive = false,
): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const onAbort = () => {
      cancel();
      reject(signal!.reason);
    };
    const cancel = clock.timer(ms, () => {
      signal?.removeEventListener("abort", onAbort);
      resolve();
    }, keepAlive);
    signal?.addEventListener("abort", onAbort, { once: true });
  });
}

/** A clock that moves only when told to. */
export class ManualClock implements Clock {
  #now: number;
  #timers = new Set<{ at: number; fn: () => void }>();

  constructor(startMs = 1_760_000_000_000) {
    this.#now = startMs;
  }
  now(): number {
    return this.#now;
  }
  mono(): number {
    return this.#now;
  }
  timer(ms: number, fn: () => void): () => void {
    const entry = { at: this.#now + ms, fn };
    this.#timers.add(entry);
    return () => this.#timers.delete(entry);
  }
  advance(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const due = [...this.#timers].filter((t) => t.at <= end).sort((a, b) => a.at - b.at)[0];
      if (!due) break;
      this.#timers.delete(due);
      this.#now = Math.max(this.#now, due.at);
      due.fn();
    }
    this.#now = end;
  }
}
