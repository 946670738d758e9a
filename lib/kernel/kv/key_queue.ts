/**
 * One FIFO of waiting transactions per contended key. Advisory: the commit's checks stay the truth. A
 * transaction holds at most one place, so there is no deadlock; waits are bounded by a deadline.
 */
import type { Clock } from "../core/clock.ts";

/** What the holder before just wrote, so that the next needs no read. */
export interface Handover {
  readonly bytes: Uint8Array | null;
  readonly versionstamp: string | null;
}

interface Waiter {
  readonly deadline: number;
  readonly resolve: (handover: Handover | null) => void;
  readonly reject: () => void;
}

const EXPIRE_EVERY_MS = 250;

export class KeyQueue {
  readonly #clock: Clock;
  readonly #queues = new Map<string, Waiter[]>();
  #waiting = 0;
  #sweeping = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  isQueued(id: string): boolean {
    return this.#queues.size > 0 && this.#queues.has(id);
  }

  hasWaiters(id: string): boolean {
    return (this.#queues.get(id)?.length ?? 0) > 0;
  }

  /** Resolves when this caller is at the head; rejects at the deadline (monotonic ms). */
  enter(id: string, deadline: number): Promise<Handover | null> {
    const queue = this.#queues.get(id);
    if (!queue) {
      this.#queues.set(id, []);
      return Promise.resolve(null);
    }
    return new Promise((resolve, reject) => {
      queue.push({ deadline, resolve, reject: () => reject(new QueueTimeout()) });
      this.#waiting++;
      this.#sweep();
    });
  }

  leave(id: string, handover: Handover | null): void {
    const next = this.#queues.get(id)?.shift();
    if (!next) {
      this.#queues.delete(id);
      return;
    }
    this.#waiting--;
    next.resolve(handover);
  }

  #sweep(): void {
    if (this.#sweeping) return;
    this.#sweeping = true;
    this.#clock.timer(EXPIRE_EVERY_MS, () => {
      this.#sweeping = false;
      const now = this.#clock.mono();
      for (const [id, queue] of this.#queues) {
        const late = queue.filter((waiter) => waiter.deadline <= now);
        if (late.length === 0) continue;
        this.#queues.set(id, queue.filter((waiter) => waiter.deadline > now));
        this.#waiting -= late.length;
        for (const waiter of late) waiter.reject();
      }
      if (this.#waiting > 0) this.#sweep();
    }, true);
  }
}

export class QueueTimeout extends Error {}
