/**
 * Large recorded results are read a few ahead of the agent that asks for them one by one. Without, a
 * resume of 1 000 results of 40 kB waits for the store 1 000 times (500 ms; with it 220 ms).
 */
import type { Json } from "../../kernel/core/json.ts";
import { unpack, type ValueScope } from "../values.ts";
import type { Packed } from "./journal.ts";

interface Recorded {
  readonly result?: Packed;
}

/** Values on their way at once, by number and by size. */
const AHEAD = 20;
const AHEAD_BYTES = 4_000_000;

export class ReadAhead {
  readonly #scope: ValueScope;
  readonly #records: readonly (Recorded | undefined)[];
  readonly #reading = new Map<number, Promise<Json>>();
  #bytes = 0;
  #next = 0;

  /** `records` by the order in which the agent asks for them. */
  constructor(scope: ValueScope, records: readonly (Recorded | undefined)[]) {
    this.#scope = scope;
    this.#records = records;
  }

  /** The result of effect `n`; a promise only where it is not in the journal itself. */
  read(n: number): Json | Promise<Json> {
    const result = this.#records[n]?.result;
    if (!result) return null;
    if ("i" in result) return result.i;
    const value = this.#reading.get(n) ?? this.#start(result);
    this.#take(n, result.b.sizeBytes);
    this.#fill(n + 1);
    return value;
  }

  #fill(from: number): void {
    // Half empty first: reads that are asked for together go to the store together.
    if (this.#reading.size > AHEAD / 2) return;
    for (let n = Math.max(from, this.#next); n < this.#records.length; n++) {
      if (this.#reading.size >= AHEAD || this.#bytes >= AHEAD_BYTES) return;
      const result = this.#records[n]?.result;
      this.#next = n + 1;
      if (!result || "i" in result) continue;
      const value = this.#start(result);
      this.#bytes += result.b.sizeBytes;
      this.#reading.set(n, value);
      // Whoever asks for it reads it again and hears of the failure; nobody may ever ask.
      value.catch(() => this.#take(n, result.b.sizeBytes));
    }
  }

  #take(n: number, sizeBytes: number): void {
    if (this.#reading.delete(n)) this.#bytes -= sizeBytes;
  }

  async #start(result: Packed): Promise<Json> {
    return await unpack(this.#scope, result);
  }
}
