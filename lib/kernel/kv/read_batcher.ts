/**
 * Single reads asked for in the same turn of the event loop go to the store together, equal keys once.
 * Every read still begins after it was asked for, so it sees all commits that ended before.
 */
import { type Key, keyId } from "./keyspace.ts";
import { KV_LIMITS } from "./limits.ts";
import type { Kept, ReadCache } from "./read_cache.ts";

type RawEntry = Deno.KvEntryMaybe<unknown>;

interface Wanted {
  readonly id: string;
  readonly key: Key;
  readonly resolve: ((entry: RawEntry | Kept) => void)[];
  readonly reject: ((error: unknown) => void)[];
}

/** Turns of the microtask queue to wait for more: callers answered together ask together. */
const GATHER_TICKS = 3;

export class ReadBatcher {
  readonly #kv: Deno.Kv;
  readonly #cache: ReadCache | null;
  #wanted: Map<string, Wanted> | null = null;

  constructor(kv: Deno.Kv, cache: ReadCache | null = null) {
    this.#kv = kv;
    this.#cache = cache;
  }

  get(key: Key): Promise<RawEntry | Kept> {
    const id = keyId(key);
    const kept = this.#cache?.get(id);
    if (kept) return Promise.resolve(kept);
    return new Promise((resolve, reject) => {
      if (!this.#wanted) {
        this.#wanted = new Map();
        this.#flush();
      }
      const known = this.#wanted.get(id);
      if (known) {
        known.resolve.push(resolve);
        known.reject.push(reject);
      } else this.#wanted.set(id, { id, key, resolve: [resolve], reject: [reject] });
    });
  }

  async #flush(): Promise<void> {
    for (let i = 0; i < GATHER_TICKS; i++) await null;
    const wanted = [...this.#wanted!.values()];
    this.#wanted = null;
    for (let i = 0; i < wanted.length; i += KV_LIMITS.getMany) {
      this.#read(wanted.slice(i, i + KV_LIMITS.getMany));
    }
  }

  async #read(page: readonly Wanted[]): Promise<void> {
    const readings = page.map(({ id }) => this.#cache?.begin(id));
    let entries: RawEntry[] = [];
    try {
      const keys = page.map(({ key }) => key as unknown as Deno.KvKey);
      entries = await this.#kv.getMany(keys) as RawEntry[];
      for (let i = 0; i < page.length; i++) {
        for (const resolve of page[i]!.resolve) resolve(entries[i]!);
      }
    } catch (error) {
      // One key the store refuses must not fail the others.
      if (page.length > 1) { for (const wanted of page) this.#read([wanted]); }
      else for (const reject of page[0]!.reject) reject(error);
    } finally {
      readings.forEach((reading, i) => reading && this.#cache!.end(reading, entries[i]));
    }
  }
}
