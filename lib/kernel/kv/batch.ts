/**
 * Which waiting transactions go into the next commit together. Pure.
 *
 * Two may check the same version of a key neither of them writes; a read and a write, or two writes, of
 * one key stay apart; what is put off blocks later users of its keys, so the order per key stays.
 * Touches, sums and appends merge.
 */
import type { Key } from "./keyspace.ts";
import { BATCH_LIMITS } from "./limits.ts";
import type { WriteSet } from "./write_set.ts";

const READ = 1;
const WRITE = 2;
const MERGE = 4;
const HELD_READ = 8;
const HELD_WRITE = 16;

/** Keys of a batch: flags by key id, streams under "s/". */
export type BatchClaims = ReadonlyMap<string, number>;

export interface Waiting {
  readonly set: WriteSet;
}

export interface PickOptions {
  /** Distinct checks a batch may hold. */
  readonly maxChecks: number;
  /** Claims of the batches still in flight; empty on a store that commits one at a time. */
  readonly inFlight: readonly BatchClaims[];
  /** The first check this process knows to be out of date, or null. */
  readonly staleCheck: (set: WriteSet) => Key | null;
}

export interface Picked<T> {
  readonly batch: T[];
  readonly rest: T[];
  readonly stale: { readonly item: T; readonly key: Key }[];
  readonly claims: BatchClaims;
}

/** Conflicting transactions looked at past the first before the scan stops. */
const MAX_HELD = 500;

class Picker {
  readonly claims = new Map<string, number>();
  readonly #versions = new Map<string, string | null>();
  readonly #entries = new Map<string, number>();
  readonly #feeds = new Map<string, number>();
  #bytes = 0;
  #keyBytes = 0;
  #mutations = 1; // the marker
  #count = 0;
  readonly #options: PickOptions;

  constructor(options: PickOptions) {
    this.#options = options;
  }

  isFull(set: WriteSet): boolean {
    return this.#count >= BATCH_LIMITS.transactions ||
      (this.#count > 0 && (this.#bytes + set.size > BATCH_LIMITS.bytes ||
        this.#keyBytes + set.keyBytes > BATCH_LIMITS.keyBytes ||
        this.#mutations + weight(set) > BATCH_LIMITS.mutations));
  }

  fits(set: WriteSet): boolean {
    let extra = 0;
    for (const [id, check] of set.checks) {
      const flags = this.claims.get(id) ?? 0;
      if (flags & (WRITE | HELD_WRITE)) return false;
      const version = this.#versions.get(id);
      if (version === undefined) extra++;
      else if (version !== check.versionstamp) return false;
      for (const other of this.#options.inFlight) {
        if ((other.get(id) ?? 0) & (WRITE | MERGE)) return false;
      }
    }
    if (extra > 0 && this.#count > 0 && this.#versions.size + extra > this.#options.maxChecks) {
      return false;
    }
    for (const [id, write] of set.writes) {
      const exclusive = write.kind === "set" || write.kind === "delete";
      const flags = this.claims.get(id) ?? 0;
      if (exclusive ? flags !== 0 : flags & (WRITE | HELD_WRITE | HELD_READ)) return false;
      for (const other of this.#options.inFlight) if (other.has(id)) return false;
    }
    for (const [id, append] of set.appends) {
      if ((this.#entries.get(id) ?? 0) + append.bytes > BATCH_LIMITS.entryBytes) return false;
      const feed = this.#feeds.get(append.workspaceId) ?? 0;
      if (feed + append.stream.length + 3 > BATCH_LIMITS.entryBytes) return false;
      for (const other of this.#options.inFlight) if (other.has("s/" + id)) return false;
    }
    return true;
  }

  add(set: WriteSet): void {
    this.#count++;
    this.#bytes += set.size;
    this.#keyBytes += set.keyBytes;
    this.#mutations += weight(set);
    for (const [id, check] of set.checks) {
      this.#claim(id, READ);
      this.#versions.set(id, check.versionstamp);
    }
    for (const [id, write] of set.writes) {
      this.#claim(id, write.kind === "set" || write.kind === "delete" ? WRITE : MERGE);
    }
    for (const [id, append] of set.appends) {
      const before = this.#entries.get(id);
      this.#entries.set(id, (before ?? 0) + append.bytes);
      this.claims.set("s/" + id, MERGE);
      if (before === undefined) {
        const feed = this.#feeds.get(append.workspaceId) ?? 0;
        this.#feeds.set(append.workspaceId, feed + append.stream.length + 3);
      }
    }
  }

  hold(set: WriteSet): void {
    for (const id of set.checks.keys()) this.#claim(id, HELD_READ);
    for (const id of set.writes.keys()) this.#claim(id, HELD_WRITE);
  }

  #claim(id: string, flag: number): void {
    this.claims.set(id, (this.claims.get(id) ?? 0) | flag);
  }
}

/** Mutations a set adds at most: its own, and feed entry and head per stream's workspace, head per job shard. */
function weight(set: WriteSet): number {
  return set.mutations + (set.appends.size > 0 ? 2 : 0) + (set.jobs === null ? 0 : 2);
}

export function pickBatch<T extends Waiting>(queue: readonly T[], options: PickOptions): Picked<T> {
  const picker = new Picker(options);
  const batch: T[] = [];
  const rest: T[] = [];
  const stale: { item: T; key: Key }[] = [];
  let i = 0;
  for (; i < queue.length; i++) {
    const item = queue[i]!;
    const key = item.set.checks.size > 0 ? options.staleCheck(item.set) : null;
    if (key) {
      stale.push({ item, key });
      continue;
    }
    if (picker.isFull(item.set) || rest.length >= MAX_HELD) break;
    if (picker.fits(item.set)) {
      picker.add(item.set);
      batch.push(item);
    } else {
      picker.hold(item.set);
      rest.push(item);
    }
  }
  for (; i < queue.length; i++) rest.push(queue[i]!);
  return { batch, rest, stale, claims: picker.claims };
}
