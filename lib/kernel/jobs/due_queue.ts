/**
 * The due index as one worker sees it: what is known to be due, which shards may hold more, and when the
 * next job falls due. Commits of this process hand due jobs over without a read.
 */
import { hashText, type Key, keyAfter, keyId } from "../kv/keyspace.ts";
import type { Store } from "../kv/store.ts";
import { decodeValue } from "../kv/values.ts";
import type { StagedJob } from "../kv/write_set.ts";
import type { JobRecord } from "./define_job.ts";
import { type Candidate, DueBuffer } from "./due_buffer.ts";
import { dueKey, SHARDS } from "./keys.ts";

interface Shard {
  /** The store may hold due jobs the buffer does not. */
  dirty: boolean;
  /** A read that filled its window goes on behind this key; null: from the start. */
  after: Key | null;
  /** Earliest due time seen that is still ahead. */
  nextDue: number;
}

/** Due jobs read from a shard at once. */
const WINDOW = 512;
const SPREAD = 64;

export class DueQueue {
  readonly #kv: Store;
  readonly #buffer: DueBuffer;
  readonly #shards: Shard[] = Array.from(
    { length: SHARDS },
    () => ({ dirty: true, after: null, nextDue: Infinity }),
  );

  constructor(kv: Store) {
    this.#kv = kv;
    this.#buffer = new DueBuffer(SHARDS, kv.exclusive ? 1 : SPREAD, hashText(kv.storeId));
  }

  get buffered(): number {
    return this.#buffer.size;
  }

  get mayHoldMore(): boolean {
    return this.#buffer.size > 0 || this.#shards.some((shard) => shard.dirty);
  }

  /** Earliest due time ahead that is known, epoch ms. */
  get nextDue(): number {
    return this.#shards.reduce((next, shard) => Math.min(next, shard.nextDue), Infinity);
  }

  markDirty(index: number): void {
    const shard = this.#shards[index]!;
    shard.dirty = true;
    shard.after = null;
  }

  markAllDirty(): void {
    for (let index = 0; index < SHARDS; index++) this.markDirty(index);
  }

  /** A job this process has just committed. */
  offer(staged: StagedJob, versionstamp: string, now: number): void {
    const index = staged.key[1] as number;
    const shard = this.#shards[index]!;
    if (staged.dueAt > now) {
      shard.nextDue = Math.min(shard.nextDue, staged.dueAt);
      return;
    }
    // A read that is under way in several windows will still come to it.
    const isAhead = shard.dirty && (!shard.after || staged.dueAt > (shard.after[2] as number));
    if (isAhead) return;
    if (this.#buffer.inShard(index) >= WINDOW) this.markDirty(index);
    else this.#buffer.add(toCandidate(keyId(staged.key), staged.key, staged.bytes, versionstamp));
  }

  putBack(candidate: Candidate): void {
    this.#buffer.putBack(candidate);
  }

  /** Jobs whose due time has come since it was noted are looked for at the next refill. */
  ripen(now: number): void {
    for (const shard of this.#shards) {
      if (shard.nextDue > now) continue;
      shard.dirty = true;
      shard.after = null;
      shard.nextDue = Infinity;
    }
  }

  /** Reads the shards that may hold more than is buffered. */
  async refill(free: number, now: number): Promise<void> {
    const reads: Promise<void>[] = [];
    for (let shard = 0; shard < SHARDS; shard++) {
      if (this.#shards[shard]!.dirty && this.#buffer.inShard(shard) < free) {
        reads.push(this.#read(shard, now));
      }
    }
    if (reads.length > 0) await Promise.all(reads);
  }

  take(free: number, running: ReadonlyMap<string, number>): Candidate[] {
    return this.#buffer.take(free, running);
  }

  settle(candidates: readonly Candidate[]): void {
    this.#buffer.settle(candidates);
  }

  async #read(index: number, now: number): Promise<void> {
    const shard = this.#shards[index]!;
    const { after } = shard;
    shard.dirty = false;
    shard.after = null;
    this.#buffer.beginRead();
    try {
      let due = 0;
      const prefix = dueKey.prefix(index);
      const selector = after ? { prefix, start: keyAfter(after) } : { prefix };
      for await (const entry of this.#kv.listBytes(selector, { limit: WINDOW })) {
        const dueAt = entry.key[2] as number;
        if (dueAt > now) {
          shard.nextDue = Math.min(shard.nextDue, dueAt);
          return;
        }
        due++;
        const id = keyId(entry.key);
        if (!this.#buffer.knows(id, entry.versionstamp)) {
          this.#buffer.add(toCandidate(id, entry.key, entry.value, entry.versionstamp));
        }
        // Asked to look again from the start while it read.
        if (due === WINDOW && !shard.dirty) {
          shard.dirty = true;
          shard.after = entry.key;
        }
      }
    } catch (error) {
      this.markDirty(index);
      throw error;
    } finally {
      this.#buffer.endRead();
    }
  }
}

function toCandidate(id: string, key: Key, bytes: Uint8Array, versionstamp: string): Candidate {
  const job = decodeValue(bytes) as JobRecord;
  return { id, key, versionstamp, bytes, job, shard: key[1] as number };
}

/** Jobs of one kind, workspace and id never run at the same time in one process. */
export function runKeyOf(job: JobRecord): string {
  return `${job.ws}/${job.name}/${job.id}`;
}

/** Jitter that can be repeated: another share for every job and attempt. In [0, 1). */
export function spreadOf(job: JobRecord): number {
  return hashText(`${job.id}:${job.attempt}`) / 2 ** 32;
}
