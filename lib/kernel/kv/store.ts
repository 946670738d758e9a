/**
 * The store. A file has one write and one read handle (a read behind
 * writers on the same handle waits for them) and an OS lock; memory and KV Connect use one handle.
 */
import type { Clock } from "../core/clock.ts";
import { AppError } from "../core/errors.ts";
import { ID_PREFIX } from "../core/ids.ts";
import { monotonicUlid } from "@std/ulid";
import type { CommitInfo } from "./batch_commit.ts";
import { type CommitOutcome, Committer, type CommitterStats } from "./committer.ts";
import type { Faults } from "./faults.ts";
import type { FileLock } from "./file_lock.ts";
import { type Key, storedKey } from "./keyspace.ts";
import { KeyQueue } from "./key_queue.ts";
import { KV_CONNECT_CHECKS, KV_LIMITS, SQLITE_CHECKS } from "./limits.ts";
import { ReadBatcher } from "./read_batcher.ts";
import { ReadCache } from "./read_cache.ts";
import { decodeValue } from "./values.ts";
import { WriteSet } from "./write_set.ts";

export interface StoreTuning {
  /** Distinct checks per commit; default what the contract tests measured for the kind of store. */
  readonly maxChecks?: number;
  /** Key-disjoint commits in flight at once. Default 1 on a file or in memory, 4 over KV Connect. */
  readonly maxInFlight?: number;
  /** How long a locked or unknown commit result is pursued. Default 15 000 ms. */
  readonly patienceMs?: number;
  readonly faults?: Faults | undefined;
}

export interface StoreOptions {
  /** File path, ":memory:", a KV Connect URL, or undefined for the platform's own store. */
  readonly path: string | undefined;
  readonly clock: Clock;
  readonly log: { warn(message: string, fields?: Record<string, unknown>): void };
  readonly tuning?: StoreTuning | undefined;
}

export interface Entry<T> {
  readonly value: T | null;
  readonly versionstamp: string | null;
}

export interface ListEntry<T> {
  readonly key: Key;
  readonly value: T;
  readonly versionstamp: string;
}

export type Selector =
  | { readonly prefix: Key; readonly start?: Key; readonly end?: Key }
  | { readonly start: Key; readonly end: Key };

export interface ListOptions {
  readonly limit?: number | undefined;
  readonly reverse?: boolean | undefined;
  /** Entries read ahead; default 500. */
  readonly batchSize?: number | undefined;
  /** Eventual only for dashboards: nearer and staler on Deploy. */
  readonly consistency?: Deno.KvConsistencyLevel | undefined;
}

export type StoreKind = "memory" | "file" | "shared";
type CommitListener = (info: CommitInfo) => void;

export class Store {
  readonly kind: StoreKind;
  /** No other process writes this store, so in-process bells hear everything. */
  readonly exclusive: boolean;
  /** Names this opening of the store; unlike an instance it has no lease. */
  readonly storeId: string;
  readonly path: string | undefined;
  readonly clock: Clock;
  /** Distinct checks a transaction may hold and still share a batch. */
  readonly maxChecks: number;
  readonly queue: KeyQueue;
  readonly #write: Deno.Kv;
  readonly #read: Deno.Kv;
  readonly #reads: ReadBatcher;
  readonly #lock: FileLock | null;
  readonly #committer: Committer;
  readonly #listeners = new Set<CommitListener>();
  readonly #warn: StoreOptions["log"]["warn"];
  #closed = false;

  constructor(
    kind: StoreKind,
    handles: { write: Deno.Kv; read: Deno.Kv; lock: FileLock | null },
    options: StoreOptions,
  ) {
    const tuning = options.tuning ?? {};
    this.kind = kind;
    this.exclusive = kind !== "shared";
    this.#warn = (message, fields) => options.log.warn(message, fields);
    this.storeId = monotonicUlid(options.clock.now());
    this.path = options.path;
    this.clock = options.clock;
    const storeChecks = tuning.maxChecks ?? (this.exclusive ? SQLITE_CHECKS : KV_CONNECT_CHECKS);
    // On a shared store every commit also checks its marker.
    this.maxChecks = this.exclusive ? storeChecks : Math.max(1, storeChecks - 1);
    this.queue = new KeyQueue(options.clock);
    this.#write = handles.write;
    this.#read = handles.read;
    const cache = this.exclusive ? new ReadCache(options.clock) : null;
    this.#reads = new ReadBatcher(handles.read, cache);
    this.#lock = handles.lock;
    this.#committer = new Committer({
      write: handles.write,
      read: handles.read,
      clock: options.clock,
      exclusive: this.exclusive,
      markerId: this.exclusive ? "local" : this.storeId,
      storeId: this.storeId,
      maxChecks: this.maxChecks,
      storeChecks,
      maxInFlight: tuning.maxInFlight ?? (this.exclusive ? 1 : 4),
      patienceMs: tuning.patienceMs ?? 15_000,
      faults: tuning.faults,
      cache,
      onCommit: (info) => {
        for (const listener of this.#listeners) this.shield(() => listener(info));
      },
      warn: this.#warn,
    });
  }

  get stats(): Readonly<CommitterStats> {
    return this.#committer.stats;
  }

  /** Runs what hangs on a commit that has happened: its failure must not look like the commit's. */
  shield(fn: () => void): void {
    try {
      fn();
    } catch (error) {
      this.#warn("failed after a commit", { error: String(error) });
    }
  }

  /** An empty set of staged writes; `aggregate` is named in limit errors. */
  writeSet(aggregate?: string, maxChecks?: number): WriteSet {
    return new WriteSet({ clock: this.clock, aggregate, maxChecks });
  }

  newId(kind: "job" | "instance"): string {
    return `${ID_PREFIX[kind]}_${monotonicUlid(this.clock.now())}`;
  }

  /** Commits with whatever else is waiting. `priority` is for instance heartbeats. */
  submit(set: WriteSet, options?: { readonly priority?: boolean }): Promise<CommitOutcome> {
    if (this.#closed) {
      return Promise.reject(new AppError("unavailable", { detail: "The store is closed" }));
    }
    return this.#committer.submit(set, options?.priority);
  }

  /** Heard once per commit that appended events or enqueued jobs, right after it. */
  onCommit(listener: CommitListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async get<T>(key: Key): Promise<Entry<T>> {
    const entry = await this.#reads.get(key);
    return entry.versionstamp === null
      ? ABSENT as Entry<T>
      : { value: decodeValue(entry.value) as T, versionstamp: entry.versionstamp };
  }

  async getBytes(key: Key): Promise<Entry<Uint8Array>> {
    const entry = await this.#read.get<Uint8Array>(key);
    return { value: entry.value, versionstamp: entry.versionstamp };
  }

  /** Any number of keys, in order. */
  async getMany<T>(keys: readonly Key[]): Promise<Entry<T>[]> {
    return (await this.#getRaw(keys)).map((entry) =>
      entry.versionstamp === null
        ? ABSENT as Entry<T>
        : { value: decodeValue(entry.value) as T, versionstamp: entry.versionstamp }
    );
  }

  async getManyBytes(keys: readonly Key[]): Promise<Entry<Uint8Array>[]> {
    return await this.#getRaw(keys) as Entry<Uint8Array>[];
  }

  async *list<T>(selector: Selector, options: ListOptions = {}): AsyncGenerator<ListEntry<T>> {
    for await (const entry of this.#list(selector, options)) {
      yield {
        key: storedKey(entry.key),
        value: decodeValue(entry.value) as T,
        versionstamp: entry.versionstamp,
      };
    }
  }

  /** As stored; for event entries and chunks. */
  async *listBytes(
    selector: Selector,
    options: ListOptions = {},
  ): AsyncGenerator<ListEntry<Uint8Array>> {
    for await (const entry of this.#list(selector, options)) {
      yield {
        key: storedKey(entry.key),
        value: entry.value as Uint8Array,
        versionstamp: entry.versionstamp,
      };
    }
  }

  /**
   * Calls back with the positions of the keys (at most ten) that changed, first with all that exist; ends
   * with the signal. A watch sees other instances of a shared store, not another process on a file.
   */
  async watch(
    keys: readonly Key[],
    signal: AbortSignal,
    changed: (positions: number[]) => void,
  ): Promise<void> {
    if (keys.length === 0 || signal.aborted) return;
    const reader = this.#read.watch(keys as unknown as Deno.KvKey[]).getReader();
    const stop = () => void reader.cancel().catch(() => {});
    signal.addEventListener("abort", stop, { once: true });
    const versions: (string | null)[] = keys.map(() => null);
    try {
      while (!signal.aborted) {
        const { done, value } = await reader.read();
        if (done) return;
        const positions: number[] = [];
        value.forEach((entry, i) => {
          if (entry.versionstamp === versions[i]) return;
          versions[i] = entry.versionstamp;
          positions.push(i);
        });
        if (positions.length > 0) changed(positions);
      }
    } finally {
      signal.removeEventListener("abort", stop);
      reader.releaseLock();
    }
  }

  /** Waits for what was submitted, then closes the handles and frees the file. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#committer.idle();
    this.#listeners.clear();
    this.#write.close();
    if (this.#read !== this.#write) this.#read.close();
    this.#lock?.release();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #getRaw(keys: readonly Key[]): Promise<Deno.KvEntryMaybe<unknown>[]> {
    if (keys.length === 0) return [];
    if (keys.length <= KV_LIMITS.getMany) {
      return await this.#read.getMany(keys as unknown as Deno.KvKey[]);
    }
    const pages: Promise<Deno.KvEntryMaybe<unknown>[]>[] = [];
    for (let i = 0; i < keys.length; i += KV_LIMITS.getMany) {
      pages.push(
        this.#read.getMany(keys.slice(i, i + KV_LIMITS.getMany) as unknown as Deno.KvKey[]),
      );
    }
    return (await Promise.all(pages)).flat();
  }

  #list(selector: Selector, options: ListOptions): Deno.KvListIterator<unknown> {
    const { limit, reverse, consistency } = options;
    return this.#read.list(selector as Deno.KvListSelector, {
      ...(limit === undefined ? {} : { limit }),
      ...(reverse === undefined ? {} : { reverse }),
      ...(consistency === undefined ? {} : { consistency }),
      batchSize: Math.min(limit ?? BATCH, options.batchSize ?? BATCH),
    });
  }
}

const BATCH = 500;
const ABSENT: Entry<unknown> = Object.freeze({ value: null, versionstamp: null });
