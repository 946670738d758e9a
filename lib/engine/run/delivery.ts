/**
 * Completions reach a step one per macrotask: the recorded ones first, in the order in which they were
 * recorded, then those of this life. Between two of them every microtask runs, live and on replay alike,
 * so an agent that races its effects asks for the same ones in the same order each time.
 */
import { macrotask, type Turn } from "./macrotask.ts";

interface Recorded {
  readonly n: number;
  readonly s: number;
}

interface Live {
  readonly s: number;
  readonly give: () => void;
}

/** Asked for again, its value not read yet: its turn waits for it. */
const UNREAD = () => {};

export class Deliveries implements Turn {
  /** Place of the last completion given; what the step asks for now may depend on it. */
  given = 0;
  #last = 0;
  readonly #recorded: readonly Recorded[];
  #at = 0;
  #asked: Map<number, () => void> | null = null;
  readonly #live: Live[] = [];
  #busy = false;

  readonly #onMissing: ((n: number) => void) | undefined;

  /** `onMissing` hears of a recorded effect that holds up later completions because nobody asked for it. */
  constructor(recorded: Recorded[], onMissing?: (n: number) => void) {
    this.#onMissing = onMissing;
    this.#recorded = recorded.length > 1 ? recorded.sort((x, y) => x.s - y.s) : recorded;
    for (const { s } of recorded) if (s > this.#last) this.#last = s;
  }

  /** The next place among the step's completions. */
  allot(): number {
    return ++this.#last;
  }

  /** Gives a completion of this life: now, or when its turn comes. */
  complete(s: number, give: () => void): void {
    if (this.#busy || this.#at < this.#recorded.length) {
      this.#live.push({ s, give });
      if (!this.#busy) macrotask({ onTurn: () => macrotask({ onTurn: () => this.#look() }) });
      return;
    }
    this.#busy = true;
    this.#give(s, give);
  }

  /** Recorded effect `n` has been asked for again; `replay` follows when its value is read. */
  expect(n: number): void {
    (this.#asked ??= new Map()).set(n, UNREAD);
  }

  /** Recorded effect `n` has been asked for again; `give` is called when its turn comes. */
  replay(n: number, give: () => void): void {
    (this.#asked ??= new Map()).set(n, give);
    if (this.#busy) return;
    this.#busy = true;
    macrotask(this);
  }

  /** The recorded completion that is due but was not asked for, if one is. */
  missing(): number | undefined {
    const due = this.#recorded[this.#at];
    return due && !this.#asked?.has(due.n) ? due.n : undefined;
  }

  #give(s: number, give: () => void): void {
    this.given = s;
    give();
    macrotask(this);
  }

  /** A turn later the agent has asked for all it asks for with what it was given. */
  #look(): void {
    const missing = this.#busy ? undefined : this.missing();
    if (missing !== undefined) this.#onMissing?.(missing);
  }

  onTurn(): void {
    const due = this.#recorded[this.#at];
    if (due) {
      const give = this.#asked?.get(due.n);
      if (!give || give === UNREAD) {
        this.#busy = false;
        return;
      }
      this.#at++;
      this.#asked!.delete(due.n);
      return this.#give(due.s, give);
    }
    const next = this.#live.shift();
    if (next) return this.#give(next.s, next.give);
    this.#busy = false;
  }
}
