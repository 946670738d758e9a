/**
 * What the calls of a metered run hold while they are made. The owner of a run is its only writer, so this
 * lives in its memory; what was used stands in the journal. A call keeps its hold until its settlement is
 * in the run's state: between the two nobody may count on what it gives back.
 */
import { NOTHING_RESERVED, type Reservation } from "./budget.ts";

export class Purse {
  /** Of attempts in flight; most of it comes back. */
  reserved: Reservation = NOTHING_RESERVED;
  /** Of attempts that failed, in calls that are not settled yet; none of it comes back. */
  spent: Reservation = NOTHING_RESERVED;
  #waiting: (() => void)[] = [];

  /** Holds for one call, released when it is settled. */
  open(): Hold {
    return new Hold(this);
  }

  /** Resolves when there may be more room: a hold was released, or the terms changed. */
  changed(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const stop = () => reject(signal.reason);
      if (signal.aborted) return stop();
      signal.addEventListener("abort", stop, { once: true });
      this.#waiting.push(() => {
        signal.removeEventListener("abort", stop);
        resolve();
      });
    });
  }

  /** In the order in which they came, each looks again. */
  wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const look of waiting) look();
  }
}

export class Hold {
  readonly #purse: Purse;
  #reserved = NOTHING_RESERVED;
  #spent = NOTHING_RESERVED;

  constructor(purse: Purse) {
    this.#purse = purse;
  }

  reserve(reservation: Reservation): void {
    this.#purse.reserved = sum(this.#purse.reserved, reservation);
    this.#reserved = reservation;
  }

  /** The attempt failed: what it cost is gone, the rest is free again. */
  failed(spent: Reservation): void {
    this.#purse.spent = sum(this.#purse.spent, spent);
    this.#spent = sum(this.#spent, spent);
    this.#free();
  }

  /** The call stands in the run's state with all it cost. */
  settled(): void {
    this.#purse.spent = sum(this.#purse.spent, negative(this.#spent));
    this.#spent = NOTHING_RESERVED;
    this.#free();
  }

  #free(): void {
    this.#purse.reserved = sum(this.#purse.reserved, negative(this.#reserved));
    this.#reserved = NOTHING_RESERVED;
    this.#purse.wake();
  }
}

function sum(a: Reservation, b: Reservation): Reservation {
  return { costMicros: a.costMicros + b.costMicros, tokens: a.tokens + b.tokens };
}

function negative({ costMicros, tokens }: Reservation): Reservation {
  return { costMicros: -costMicros, tokens: -tokens };
}
