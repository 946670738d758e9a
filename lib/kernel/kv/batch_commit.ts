/**
 * One atomic operation for a batch of transactions: checks sent once, touches and sums merged, appends to
 * one stream concatenated into one entry, one feed entry and one head per workspace.
 *
 * Storage: `["w", ws, "ev", stream, stamp]` first index, then one line per event (type, public JSON, hidden
 * JSON; parted by tabs) · `["w", ws, "feed", stamp]` `[loud streams, quiet streams]` of the commit · `["w", ws, "head"]`
 * changes with every append · `["qh", shard]` changes with every job enqueued.
 * Entries are never changed. The index counts over all events of the commit, so `<stamp>.<index>` is
 * unique in the store.
 */
import { defineKey, type Key, keyId } from "./keyspace.ts";
import { decodeText, encodeJson, encodeText } from "./values.ts";
import type { Append, Check, Mutation, StagedJob, WriteSet } from "./write_set.ts";

const options = { slice: "kernel", version: 1 } as const;
export const eventKey = defineKey("ev", { ...options, retention: "swept", encoding: "log" });
export const feedKey = defineKey("feed", { ...options, retention: "swept" });
export const headKey = defineKey("head", { ...options, retention: "keep" });

/** What listeners of the store learn of a commit. */
export interface CommitInfo {
  readonly versionstamp: string;
  readonly appends: readonly { workspaceId: string; stream: string; quiet: boolean }[];
  readonly jobs: readonly StagedJob[];
}

export class Committed {
  readonly ok = true;
  readonly versionstamp: string;
  readonly #indexes: ReadonlyMap<string, number> | null;

  constructor(versionstamp: string, indexes: ReadonlyMap<string, number> | null) {
    this.versionstamp = versionstamp;
    this.#indexes = indexes;
  }

  /** Index of the first event this transaction appended to the stream, or -1. */
  firstIndex(workspaceId: string, stream: string): number {
    return this.#indexes?.get(`${workspaceId}/${stream}`) ?? -1;
  }
}

interface Entry {
  readonly append: Append;
  parts: Append[];
  count: number;
  quiet: boolean;
  first: number;
}

const ONE = encodeText("1");

export class BatchCommit {
  readonly atomic: Deno.AtomicOperation;
  /** Distinct checks it holds. */
  readonly checks: number;
  readonly #batch: readonly { readonly set: WriteSet }[];
  readonly #entries = new Map<string, Entry>();
  /** Per transaction: how many lines its streams held before its own. */
  readonly #offsets: (Map<string, number> | null)[] = [];
  readonly #jobs: StagedJob[] = [];

  constructor(kv: Deno.Kv, batch: readonly { readonly set: WriteSet }[]) {
    this.atomic = kv.atomic();
    this.#batch = batch;
    const checks = new Map<string, Check>();
    const merged = new Map<string, Mutation>();
    for (const { set } of batch) {
      for (const [id, check] of set.checks) checks.set(id, check);
      for (const [id, write] of set.writes) this.#write(id, write, merged);
      this.#offsets.push(set.appends.size > 0 ? this.#append(set) : null);
      if (set.jobs) { for (const job of set.jobs) this.#jobs.push(job); }
    }
    this.checks = checks.size;
    if (checks.size > 0) this.atomic.check(...checks.values());
    for (const write of merged.values()) {
      if (write.kind === "sum") this.atomic.sum(write.key, write.amount);
      else this.atomic.set(write.key, write.bytes);
    }
    if (this.#entries.size > 0) this.#writeEntries(kv.commitVersionstamp());
    if (this.#jobs.length > 0) this.#writeJobHeads();
  }

  get hasNews(): boolean {
    return this.#entries.size > 0 || this.#jobs.length > 0;
  }

  results(versionstamp: string): Committed[] {
    return this.#offsets.map((offsets) => {
      if (!offsets) return new Committed(versionstamp, null);
      for (const [id, offset] of offsets) offsets.set(id, this.#entries.get(id)!.first + offset);
      return new Committed(versionstamp, offsets);
    });
  }

  info(versionstamp: string): CommitInfo {
    const appends = [];
    for (const { append, quiet } of this.#entries.values()) {
      appends.push({ workspaceId: append.workspaceId, stream: append.stream, quiet });
    }
    return { versionstamp, appends, jobs: this.#jobs };
  }

  /** For fault tests: the prefixes it writes and the event types it appends. */
  describe(): string {
    const parts = new Set<string>();
    for (const { set } of this.#batch) {
      for (const { kind, key } of set.writes.values()) {
        parts.add(`${kind} ${String(key[0] === "w" ? key[2] : key[0])}`);
      }
      for (const append of set.appends.values()) {
        const lines = decodeText(append.buffer.subarray(0, append.filled)).split("\n");
        for (const line of lines.slice(1)) parts.add(line.slice(0, line.indexOf("\t")));
      }
    }
    return [...parts].join(", ");
  }

  #write(id: string, write: Mutation, merged: Map<string, Mutation>): void {
    switch (write.kind) {
      case "set":
        if (write.expireIn === undefined) this.atomic.set(write.key, write.bytes);
        else this.atomic.set(write.key, write.bytes, { expireIn: write.expireIn });
        break;
      case "delete":
        this.atomic.delete(write.key);
        break;
      case "touch":
        merged.set(id, write);
        break;
      case "sum": {
        const before = merged.get(id);
        merged.set(id, before ? { ...write, amount: write.amount + before.amount } : write);
      }
    }
  }

  #append(set: WriteSet): Map<string, number> {
    const offsets = new Map<string, number>();
    for (const [id, append] of set.appends) {
      const entry = this.#entries.get(id);
      if (!entry) {
        const { quiet, count } = append;
        this.#entries.set(id, { append, parts: [append], count, quiet, first: 0 });
        offsets.set(id, 0);
        continue;
      }
      offsets.set(id, entry.count);
      entry.parts.push(append);
      entry.count += append.count;
      entry.quiet &&= append.quiet;
    }
    return offsets;
  }

  #writeEntries(stamp: symbol): void {
    const feeds = new Map<string, [string[], string[]]>();
    let index = 0;
    for (const entry of this.#entries.values()) {
      const { workspaceId, stream } = entry.append;
      entry.first = index;
      index += entry.count;
      this.atomic.set(
        eventKey(workspaceId, stream, stamp as unknown as string),
        joinParts(entry.first, entry.parts),
      );
      let feed = feeds.get(workspaceId);
      if (!feed) feeds.set(workspaceId, feed = [[], []]);
      feed[entry.quiet ? 1 : 0].push(stream);
    }
    for (const [workspaceId, feed] of feeds) {
      this.atomic.set(feedKey(workspaceId, stamp as unknown as string), encodeJson(feed));
      this.atomic.set(headKey(workspaceId), ONE);
    }
  }

  #writeJobHeads(): void {
    const heads = new Map<string, Key>();
    for (const job of this.#jobs) heads.set(keyId(job.headKey), job.headKey);
    for (const key of heads.values()) this.atomic.set(key, ONE);
  }
}

function joinParts(first: number, parts: readonly Append[]): Uint8Array {
  const head = encodeText(String(first));
  let size = head.length;
  for (const part of parts) size += part.filled;
  const bytes = new Uint8Array(size);
  bytes.set(head);
  let at = head.length;
  for (const part of parts) {
    bytes.set(part.buffer.subarray(0, part.filled), at);
    at += part.filled;
  }
  return bytes;
}
