/**
 * What single keys hold, for a store no other process writes: a read of what was read or written a moment ago
 * does not ask the store again. (Measured: reads were a third of what locking a path cost.)
 *
 * Never older than a commit that was answered. What a commit writes is dropped before it is sent, and reads of
 * it go to the store until its result is known; a read that began before such a commit does not fill. What is
 * written to expire is not kept, and a value that was read serves a second: the store may remove it by itself.
 */
import type { Clock } from "../core/clock.ts";
import { headKey } from "./batch_commit.ts";
import { keyId } from "./keyspace.ts";
import type { WriteSet } from "./write_set.ts";

type RawEntry = Deno.KvEntryMaybe<unknown>;

export interface Kept {
  readonly value: Uint8Array | null;
  readonly versionstamp: string | null;
  /** Monotonic ms; what was written serves until it is written again. */
  readonly until: number;
}

/** A read under way. */
export interface Reading {
  readonly id: string;
  /** A commit that writes the key began meanwhile. */
  late: boolean;
}

/** A transaction of a commit. */
interface Written {
  readonly set: WriteSet;
}

const READ_MS = 1_000;
/** Every so many reads the store is asked all the same: who reads in a loop must let others run. */
const ASK_EVERY = 64;
const VALUE_BYTES = 16 * 1024;
/** Of a generation; there are two. */
const GENERATION_BYTES = 4 << 20;
const GENERATION_KEYS = 10_000;
const OVERHEAD_BYTES = 200;

export class ReadCache {
  readonly #clock: Pick<Clock, "mono">;
  readonly #reading = new Map<string, Reading>();
  readonly #writing = new Set<string>();
  readonly #heads = new Map<string, string>();
  #young = new Map<string, Kept>();
  #old = new Map<string, Kept>();
  #youngBytes = 0;
  #served = 0;

  constructor(clock: Pick<Clock, "mono">) {
    this.#clock = clock;
  }

  get(id: string): Kept | undefined {
    let kept = this.#young.get(id);
    if (!kept) {
      kept = this.#old.get(id);
      if (!kept) return undefined;
      this.#keep(id, kept);
    }
    if (kept.until < Infinity && kept.until <= this.#clock.mono()) {
      this.drop(id);
      return undefined;
    }
    if (++this.#served < ASK_EVERY) return kept;
    this.#served = 0;
    return undefined;
  }

  /** Before the store is asked; null: what it says is not to be kept. */
  begin(id: string): Reading | null {
    if (this.#writing.has(id) || this.#reading.has(id)) return null;
    const reading = { id, late: false };
    this.#reading.set(id, reading);
    return reading;
  }

  /** The store has answered; without an entry it has failed. */
  end(reading: Reading, entry?: RawEntry): void {
    this.#reading.delete(reading.id);
    if (reading.late || !entry) return;
    const { value, versionstamp } = entry;
    if (value !== null && !(value instanceof Uint8Array)) return;
    // What is absent cannot expire, and only a commit of ours makes it present.
    const until = versionstamp === null ? Infinity : this.#clock.mono() + READ_MS;
    this.#keep(reading.id, { value, versionstamp, until });
  }

  /** Before a commit is sent. */
  writing(batch: readonly Written[]): void {
    for (const { set } of batch) {
      for (const id of set.writes.keys()) this.#begin(id);
      for (const id of this.#headsOf(set)) this.#begin(id);
    }
  }

  /** The commit's result is known; null: nothing of it was written, or nobody can tell. */
  written(batch: readonly Written[], versionstamp: string | null): void {
    for (const { set } of batch) {
      for (const id of this.#headsOf(set)) this.#writing.delete(id);
      for (const [id, write] of set.writes) {
        this.#writing.delete(id);
        if (versionstamp === null || write.kind === "sum" || write.expireIn !== undefined) continue;
        this.#keep(
          id,
          write.bytes === null
            ? { value: null, versionstamp: null, until: Infinity }
            : { value: write.bytes, versionstamp, until: Infinity },
        );
      }
    }
  }

  /** Nothing is known of it any more. */
  drop(id: string): void {
    this.#young.delete(id);
    this.#old.delete(id);
  }

  #begin(id: string): void {
    this.#writing.add(id);
    this.drop(id);
    const reading = this.#reading.get(id);
    if (reading) reading.late = true;
  }

  /** What the committer itself writes beside the set: the heads of workspaces and of job shards. */
  *#headsOf({ appends, jobs }: WriteSet): Generator<string> {
    for (const { workspaceId } of appends.values()) {
      let id = this.#heads.get(workspaceId);
      if (id === undefined) this.#heads.set(workspaceId, id = keyId(headKey(workspaceId)));
      yield id;
    }
    for (const job of jobs ?? []) yield keyId(job.headKey);
  }

  #keep(id: string, kept: Kept): void {
    const size = kept.value?.length ?? 0;
    if (size > VALUE_BYTES) return;
    this.#young.set(id, kept);
    this.#youngBytes += size + OVERHEAD_BYTES;
    if (this.#youngBytes < GENERATION_BYTES && this.#young.size < GENERATION_KEYS) return;
    this.#old = this.#young;
    this.#young = new Map();
    this.#youngBytes = 0;
  }
}
