/** Answers in the store: read, kept within the workspace's bound, swept from the oldest, cleared. */
import type { AppContext } from "../../kernel/context.ts";
import type { Key, WriteSet } from "../../kernel/kv/mod.ts";
import { compress, expand } from "./compress.ts";
import { ageKey, cacheKeys, entryKey, epochKey, nearKey, partKey, tallyKey } from "./keys.ts";
import { KnownHashes } from "./known_hashes.ts";
import type { AnswerFacts, CacheSettings } from "./schema.ts";
import { WriteQueue } from "./write_queue.ts";

/** Of an answer, as it arrived. */
export type Content = { readonly body: string } | { readonly chunks: readonly string[] };

export interface KeptAnswer {
  readonly content: Content;
  readonly facts: AnswerFacts;
  /** Epoch ms. */
  readonly at: number;
}

/** The cache's epoch when a request was looked up; what is kept for it belongs to that epoch. */
export type Epoch = string | null;

/** What a request meant, to be found under `bucket`. */
export interface Near {
  readonly bucket: string;
  readonly record: object;
}

interface StoredEntry {
  readonly v: 1;
  readonly id: string;
  readonly epoch: Epoch;
  readonly at: number;
  readonly expiresAt: number;
  readonly facts: AnswerFacts;
  readonly inline?: Content;
  /** Compressed pieces, when it is not inline. */
  readonly parts?: number;
}

interface AgeRecord {
  readonly v: 1;
  readonly hash: string;
  readonly expiresAt: number;
  readonly bytes: number;
  readonly parts: number;
  readonly bucket?: string;
}

interface Held {
  bytes: number;
  entries: number;
  /** Monotonic ms. */
  countedAt: number;
  sweptAt: number;
}

interface Aged {
  readonly id: string;
  readonly record: AgeRecord;
}

type Context = Pick<AppContext, "kv" | "clock" | "ids">;

const INLINE_BYTES = 40_000;
const PART_BYTES = 60_000;
const PARTS_AT_ONCE = 3;
/** Keys and records of one answer beside its content. */
const OVERHEAD_BYTES = 1_024;
/** Past its time by this much the store may drop it by itself. */
const SLACK_MS = 60_000;
const RECOUNT_MS = 300_000;
const SWEEP_MS = 10_000;
const REMOVED_AT_ONCE = 100;
/** After sweeping, so that not every answer sweeps. */
const FILL = 0.95;

export class AnswerStore {
  readonly #ctx: Context;
  readonly #held = new Map<string, Held>();
  readonly #known: KnownHashes;
  readonly #queue: WriteQueue;

  constructor(ctx: Context) {
    this.#ctx = ctx;
    this.#known = new KnownHashes(ctx.kv);
    this.#queue = new WriteQueue(ctx);
  }

  /** Writes at once what is to be kept, until what is returned is called. */
  hurry(): () => void {
    return this.#queue.hurry();
  }

  /** With the epoch, which also decides whether a new answer may be kept. */
  async read(
    workspaceId: string,
    hash: string,
    ttlMs: number,
  ): Promise<{ kept: KeptAnswer | null; epoch: Epoch }> {
    const loading = this.#known.of(workspaceId);
    const known = loading instanceof Promise ? await loading : loading;
    if (known && !known.hashes.has(hash)) return { kept: null, epoch: known.epoch };
    const [epoch, entry] = await Promise.all([
      this.#ctx.kv.get(epochKey(workspaceId)),
      this.#ctx.kv.get<StoredEntry>(entryKey(workspaceId, hash)),
    ]);
    const found = entry.value;
    const now = this.#ctx.clock.now();
    if (!found || found.epoch !== epoch.versionstamp || !isFresh(found, ttlMs, now)) {
      return { kept: null, epoch: epoch.versionstamp };
    }
    const content = found.inline ?? await this.#readParts(workspaceId, found);
    const kept = content && { content, facts: found.facts, at: found.at };
    return { kept, epoch: epoch.versionstamp };
  }

  /** Records of a bucket, the newest first, as stored. */
  async readNear<T>(workspaceId: string, bucket: string, limit: number): Promise<T[]> {
    const found: T[] = [];
    const range = { prefix: nearKey.prefix(workspaceId, bucket) };
    for await (const { value } of this.#ctx.kv.list<T>(range, { limit, reverse: true })) {
      found.push(value);
    }
    return found;
  }

  /** False when it was not kept: too large, or the cache was cleared since it was looked up. */
  async write(
    workspaceId: string,
    hash: string,
    answer: Omit<KeptAnswer, "at"> & { readonly epoch: Epoch; readonly near: Near | null },
    settings: CacheSettings,
  ): Promise<boolean> {
    const { clock, ids } = this.#ctx;
    const { epoch, near, facts } = answer;
    const text = JSON.stringify(answer.content);
    if (text.length > settings.maxEntryBytes) return false;
    const id = ids.next("call");
    const at = clock.now();
    const packed = text.length > INLINE_BYTES / 3 && byteLength(text) > INLINE_BYTES
      ? await compress(text)
      : null;
    const bytes = (packed?.length ?? byteLength(text)) + OVERHEAD_BYTES;
    if (bytes > settings.maxTotalBytes) return false;
    const parts = packed ? Math.ceil(packed.length / PART_BYTES) : 0;
    const expiresAt = at + settings.ttlMs;
    const kept = { expireIn: settings.ttlMs + SLACK_MS };
    if (packed) await this.#writeParts(workspaceId, id, packed, kept);
    const before = await this.#before(workspaceId, hash);
    const head = { v: 1, id, epoch, at, expiresAt, facts } as const;
    const entry: StoredEntry = packed ? { ...head, parts } : { ...head, inline: answer.content };
    const { bucket } = near ?? {};
    const age: AgeRecord = {
      v: 1,
      hash,
      expiresAt,
      bytes,
      parts,
      ...(bucket !== undefined && { bucket }),
    };
    const stage = (set: WriteSet) => {
      set.set(entryKey(workspaceId, hash), entry, kept).set(ageKey(workspaceId, id), age);
      if (near) set.set(nearKey(workspaceId, near.bucket, id), near.record, kept);
    };
    if (
      !(await this.#queue.add({
        workspaceId,
        epoch,
        bytes: packed ? OVERHEAD_BYTES : bytes,
        stage,
      }))
    ) {
      await this.#deleteParts(workspaceId, id, parts);
      return false;
    }
    (await this.#known.of(workspaceId))?.hashes.add(hash);
    const held = this.#held.get(workspaceId);
    if (held) {
      held.bytes += bytes;
      held.entries++;
    }
    // The one it replaces can no longer be reached.
    if (before) await this.#remove(workspaceId, [before]);
    return true;
  }

  /** The answer that is to be replaced. */
  async #before(workspaceId: string, hash: string): Promise<Aged | null> {
    const known = await this.#known.of(workspaceId);
    if (known && !known.hashes.has(hash)) return null;
    const { kv } = this.#ctx;
    const { value } = await kv.get<StoredEntry>(entryKey(workspaceId, hash));
    if (!value) return null;
    const age = await kv.get<AgeRecord>(ageKey(workspaceId, value.id));
    return age.value && { id: value.id, record: age.value };
  }

  /** Now and then, or when there is too much. */
  needsSweep(workspaceId: string, maxTotalBytes: number): boolean {
    const held = this.#held.get(workspaceId);
    return !held || held.bytes > maxTotalBytes ||
      this.#ctx.clock.mono() - held.sweptAt >= SWEEP_MS;
  }

  /** Removes what expired and, over the bound, the oldest; returns how many. One at a time per workspace. */
  async sweep(
    workspaceId: string,
    maxTotalBytes: number,
    signal: AbortSignal,
  ): Promise<number> {
    const { kv, clock } = this.#ctx;
    const held = await this.size(workspaceId);
    held.sweptAt = clock.mono();
    const room = held.bytes > maxTotalBytes ? held.bytes - maxTotalBytes * FILL : 0;
    let [freed, removed] = [0, 0];
    let page: Aged[] = [];
    const oldest = { prefix: ageKey.prefix(workspaceId) };
    for await (const { key, value } of kv.list<AgeRecord>(oldest, { batchSize: REMOVED_AT_ONCE })) {
      if (signal.aborted || (freed >= room && value.expiresAt > clock.now())) break;
      freed += value.bytes;
      removed++;
      page.push({ id: String(key.at(-1)), record: value });
      if (page.length < REMOVED_AT_ONCE) continue;
      await this.#remove(workspaceId, page);
      page = [];
    }
    await this.#remove(workspaceId, page);
    return removed;
  }

  /** Everything of the workspace; answers looked up before are not kept after. Returns how many there were. */
  async clear(workspaceId: string, actor: string): Promise<number> {
    const { kv, clock } = this.#ctx;
    const epoch = kv.writeSet("cache").touch(epochKey(workspaceId), { v: 1, at: clock.now() });
    await kv.submit(epoch.emit(workspaceId, STREAM, { type: "cache.cleared", actor }));
    this.#known.forget(workspaceId);
    let cleared = 0;
    for (const kind of cacheKeys) {
      if (kind === epochKey || kind === tallyKey) continue;
      let keys: Key[] = [];
      const flush = async () => {
        const set = kv.writeSet("cache");
        for (const key of keys) set.delete(key);
        if (keys.length > 0) await kv.submit(set);
        keys = [];
      };
      for await (const { key } of kv.listBytes({ prefix: kind.prefix(workspaceId) })) {
        if (kind === ageKey) cleared++;
        if (keys.push(key) >= DELETES_AT_ONCE) await flush();
      }
      await flush();
    }
    this.#held.delete(workspaceId);
    return cleared;
  }

  /** Counted now and then; between, what this instance does is added. */
  async size(workspaceId: string): Promise<Held> {
    const { kv, clock } = this.#ctx;
    const known = this.#held.get(workspaceId);
    if (known && clock.mono() - known.countedAt < RECOUNT_MS) return known;
    const sweptAt = known?.sweptAt ?? clock.mono();
    const held: Held = { bytes: 0, entries: 0, countedAt: clock.mono(), sweptAt };
    for await (const { value } of kv.list<AgeRecord>({ prefix: ageKey.prefix(workspaceId) })) {
      held.bytes += value.bytes;
      held.entries++;
    }
    if (this.#held.size >= WORKSPACES_MAX) this.#held.clear();
    this.#held.set(workspaceId, held);
    return held;
  }

  /** Accepted: one that is replaced at this moment may go with the one it replaces. */
  async #remove(workspaceId: string, page: readonly Aged[]): Promise<void> {
    if (page.length === 0) return;
    const { kv } = this.#ctx;
    const entries = await kv.getMany<StoredEntry>(
      page.map(({ record }) => entryKey(workspaceId, record.hash)),
    );
    const gone: string[] = [];
    const set = kv.writeSet("cached answers");
    for (const [i, { id, record }] of page.entries()) {
      set.delete(ageKey(workspaceId, id));
      if (record.bucket !== undefined) set.delete(nearKey(workspaceId, record.bucket, id));
      if (entries[i]!.value?.id === id) {
        set.delete(entryKey(workspaceId, record.hash));
        gone.push(record.hash);
      }
    }
    const known = await this.#known.of(workspaceId);
    for (const hash of gone) known?.hashes.delete(hash);
    await kv.submit(set);
    const held = this.#held.get(workspaceId);
    for (const { id, record } of page) {
      await this.#deleteParts(workspaceId, id, record.parts);
      if (!held) continue;
      held.bytes -= record.bytes;
      held.entries--;
    }
  }

  async #readParts(workspaceId: string, { id, parts = 0 }: StoredEntry): Promise<Content | null> {
    const keys = Array.from({ length: parts }, (_, n) => partKey(workspaceId, id, n));
    const found = await this.#ctx.kv.getManyBytes(keys);
    const bytes = new Uint8Array(found.reduce((sum, part) => sum + (part.value?.length ?? 0), 0));
    let at = 0;
    for (const { value } of found) {
      // Swept while it was read.
      if (!value) return null;
      bytes.set(value, at);
      at += value.length;
    }
    return JSON.parse(await expand(bytes)) as Content;
  }

  async #writeParts(
    workspaceId: string,
    id: string,
    bytes: Uint8Array,
    kept: { readonly expireIn: number },
  ): Promise<void> {
    const { kv } = this.#ctx;
    const count = Math.ceil(bytes.length / PART_BYTES);
    for (let n = 0; n < count; n += PARTS_AT_ONCE) {
      const set = kv.writeSet("cached answer");
      for (let m = n; m < Math.min(count, n + PARTS_AT_ONCE); m++) {
        const part = bytes.subarray(m * PART_BYTES, (m + 1) * PART_BYTES);
        set.setBytes(partKey(workspaceId, id, m), part, kept);
      }
      await kv.submit(set);
    }
  }

  async #deleteParts(workspaceId: string, id: string, parts: number): Promise<void> {
    if (parts === 0) return;
    const set = this.#ctx.kv.writeSet("cached answer");
    for (let n = 0; n < parts; n++) set.delete(partKey(workspaceId, id, n));
    await this.#ctx.kv.submit(set);
  }
}

const STREAM = "gateway";
const DELETES_AT_ONCE = 100;
const WORKSPACES_MAX = 1_000;

/** Also under a time to live that was shortened since. */
function isFresh({ at, expiresAt }: StoredEntry, ttlMs: number, now: number): boolean {
  return now < expiresAt && now < at + ttlMs;
}

function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}
