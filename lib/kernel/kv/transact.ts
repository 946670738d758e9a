/**
 * One transaction: reads are checked, writes staged, all committed together with whatever else waits.
 * On a conflict it queues on the one stale key and runs again, bounded in attempts and time.
 */
import { AppError } from "../core/errors.ts";
import type { Committed } from "./batch_commit.ts";
import { type Key, keyId } from "./keyspace.ts";
import { type Handover, QueueTimeout } from "./key_queue.ts";
import type { Entry, ListEntry, ListOptions, Selector, Store } from "./store.ts";
import { decodeValue } from "./values.ts";
import {
  type EventInput,
  type SetOptions,
  type StagedJob,
  StaleRead,
  type WriteSet,
} from "./write_set.ts";

/** What `tx.enqueue` needs of a job definition; `defineJob` makes one. */
export interface JobKind<D> {
  stage(
    ctx: { readonly kv: Store },
    workspaceId: string,
    data: D,
    options?: EnqueueOptions,
  ): StagedJob;
}

export interface EnqueueOptions {
  /** The same id (and due time) again, while it waits, is the same job. */
  readonly id?: string | undefined;
  /** Epoch ms; default now. */
  readonly dueAt?: number | undefined;
}

export interface TransactOptions {
  /** Default 12. */
  readonly attempts?: number;
  /** Default 10 000. */
  readonly deadlineMs?: number;
  /** Named in limit errors. */
  readonly aggregate?: string;
}

const ATTEMPTS = 12;
const DEADLINE_MS = 10_000;

export class Tx {
  readonly workspaceId: string;
  /** For functions that stage on a set, such as a job's `complete`. */
  readonly staged: WriteSet;
  readonly #store: Store;
  readonly #deadline: number;
  #held: string | null;
  #handover: Handover | null;
  /** Waits in a queue already: a second read of the same turn must not enter another one. */
  #entering = false;
  #over = false;
  #after: (() => void)[] | null = null;
  #committed: ((committed: Committed) => void)[] | null = null;

  constructor(
    store: Store,
    workspaceId: string,
    place: {
      readonly held: string | null;
      readonly handover: Handover | null;
      readonly deadline: number;
    },
    aggregate: string | undefined,
  ) {
    this.#store = store;
    this.workspaceId = workspaceId;
    this.#held = place.held;
    this.#handover = place.handover;
    this.#deadline = place.deadline;
    this.staged = store.writeSet(aggregate);
  }

  /** Reads, and checks at commit that it is still so. What this transaction staged itself is seen. */
  async get<T>(key: Key): Promise<T | null> {
    const id = keyId(key);
    const own = this.staged.writes.get(id);
    if (own && own.kind !== "sum") return own.bytes === null ? null : decodeValue(own.bytes) as T;
    if (this.#held === null && !this.#entering && this.#store.queue.isQueued(id)) {
      await this.#enter(id);
    }
    if (this.#held === id && this.#handover) {
      const { bytes, versionstamp } = this.#handover;
      this.staged.assume(key, versionstamp);
      return bytes === null ? null : decodeValue(bytes) as T;
    }
    const entry = await this.#store.get<T>(key);
    this.staged.assume(key, entry.versionstamp);
    return entry.value;
  }

  async #enter(id: string): Promise<void> {
    this.#entering = true;
    try {
      const handover = await this.#store.queue.enter(id, this.#deadline);
      // Another read of the callback failed meanwhile: nobody else gives this place up.
      if (this.#over) return this.#store.queue.leave(id, null);
      this.#handover = handover;
      this.#held = id;
    } finally {
      this.#entering = false;
    }
  }

  /** Reads without a check: say at the call why that is enough. */
  async peek<T>(key: Key): Promise<T | null> {
    return (await this.#store.get<T>(key)).value;
  }

  /** As `peek`, with the version, for `assume`. */
  peekEntry<T>(key: Key): Promise<Entry<T>> {
    return this.#store.get<T>(key);
  }

  /** Not checked. */
  list<T>(selector: Selector, options?: ListOptions): AsyncGenerator<ListEntry<T>> {
    return this.#store.list<T>(selector, options);
  }

  assume(key: Key, versionstamp: string | null): void {
    this.staged.assume(key, versionstamp);
  }
  set(key: Key, value: unknown, options?: SetOptions): void {
    this.staged.set(key, value, options);
  }
  delete(key: Key): void {
    this.staged.delete(key);
  }
  /** Blind, last wins, never conflicts. */
  touch(key: Key, value?: unknown): void {
    this.staged.touch(key, value);
  }
  sum(key: Key, amount: number | bigint): void {
    this.staged.sum(key, amount);
  }
  /** Appends to a stream of this workspace. The event's id is not known before the commit. */
  emit(stream: string, event: EventInput, hidden?: unknown): void {
    this.staged.emit(this.workspaceId, stream, event, hidden);
  }
  enqueue<D>(job: JobKind<D>, data: D, options?: EnqueueOptions): void {
    this.staged.enqueue(job.stage({ kv: this.#store }, this.workspaceId, data, options));
  }
  /** Runs once, after the commit, in order. */
  afterCommit(fn: () => void): void {
    (this.#after ??= []).push(fn);
  }
  /** As `afterCommit`, with what the commit was. */
  onCommit(fn: (committed: Committed) => void): void {
    (this.#committed ??= []).push(fn);
  }

  /** Gives up the place in a key's queue, handing on what this transaction wrote there. */
  leave(committed: Committed | null): void {
    this.#over = true;
    if (this.#held === null) return;
    let handover: Handover | null = null;
    if (committed && this.#store.queue.hasWaiters(this.#held)) {
      const write = this.staged.writes.get(this.#held);
      if (
        write && write.expireIn === undefined && (write.kind === "set" || write.kind === "delete")
      ) {
        handover = write.kind === "set"
          ? { bytes: write.bytes, versionstamp: committed.versionstamp }
          : { bytes: null, versionstamp: null };
      }
    }
    this.#store.queue.leave(this.#held, handover);
    this.#held = null;
  }

  ended(committed: Committed): void {
    if (this.#committed) { for (const fn of this.#committed) fn(committed); }
    if (this.#after) { for (const fn of this.#after) fn(); }
  }
}

/**
 * Runs `fn` and commits what it staged; when it staged nothing, nothing is committed or checked. It may run again, so it has no effects outside the transaction.
 * Throws `conflict` when attempts or time are used up.
 */
export async function transact<T>(
  ctx: { readonly kv: Store },
  workspaceId: string,
  fn: (tx: Tx) => Promise<T> | T,
  options: TransactOptions = {},
): Promise<T> {
  const store = ctx.kv;
  const attempts = options.attempts ?? ATTEMPTS;
  const deadline = store.clock.mono() + (options.deadlineMs ?? DEADLINE_MS);
  let stale: { id: string; versionstamp: string | null } | null = null;
  for (let attempt = 1;; attempt++) {
    let handover: Handover | null = null;
    if (stale) handover = await enter(store, stale.id, deadline);
    const tx: Tx = new Tx(
      store,
      workspaceId,
      { held: stale?.id ?? null, handover, deadline },
      options.aggregate,
    );
    let committed: Committed | null = null;
    try {
      const result = await fn(tx);
      if (tx.staged.mutations === 0) return result;
      const check: { versionstamp: string | null } | undefined = stale
        ? tx.staged.checks.get(stale.id)
        : undefined;
      // Read again and still the version that was refused: the committer's memory must not refuse it twice.
      if (stale && check && check.versionstamp === stale.versionstamp) {
        tx.staged.bypassRecent = true;
      }
      const outcome = await store.submit(tx.staged);
      tx.staged.recycle();
      if (outcome.ok) {
        committed = outcome;
        tx.ended(committed);
        return result;
      }
      const key: Key | undefined = outcome.stale[0];
      if (attempt >= attempts || store.clock.mono() >= deadline || !key) {
        throw exhausted(workspaceId, outcome.stale, attempt);
      }
      const id = keyId(key);
      stale = { id, versionstamp: tx.staged.checks.get(id)?.versionstamp ?? null };
    } catch (error) {
      if (error instanceof StaleRead && attempt < attempts) {
        stale = null;
        continue;
      }
      if (error instanceof QueueTimeout) throw exhausted(workspaceId, [], attempt);
      throw error;
    } finally {
      tx.leave(committed);
    }
  }
}

async function enter(store: Store, id: string, deadline: number): Promise<Handover | null> {
  try {
    return await store.queue.enter(id, deadline);
  } catch {
    throw exhausted(id, [], 0);
  }
}

function exhausted(workspaceId: string, stale: readonly Key[], attempts: number): AppError {
  const names = stale.map((key) => String(key[0] === "w" ? key[2] : key[0])).join(", ");
  return new AppError("conflict", {
    detail: `Others kept changing ${
      names ? `"${names}"` : "the same record"
    } in "${workspaceId}"; try again`,
    data: { attempts },
    retryAfterMs: 100,
  });
}
