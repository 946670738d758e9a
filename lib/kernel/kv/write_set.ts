/**
 * What one transaction stages: checks, writes, event appends and jobs. Limits are counted here, while
 * staging, so that a transaction that can never fit fails at once and names its aggregate.
 *
 * Mergeable (never conflict with another transaction of the batch): `touch`, `sum`, `emit`, jobs with
 * an id of their own and no due time. Everything else is exclusive to its key.
 */
import { AppError } from "../core/errors.ts";
import { isoTime } from "../core/iso_time.ts";
import type { Clock } from "../core/clock.ts";
import { aggregateOf, type Key, keyId } from "./keyspace.ts";
import { KV_LIMITS, limitError, TX_LIMITS } from "./limits.ts";
import { encodeJson } from "./values.ts";

export interface Check {
  readonly key: Key;
  readonly versionstamp: string | null;
}

export interface Mutation {
  readonly kind: "set" | "delete" | "touch" | "sum";
  readonly key: Key;
  readonly bytes: Uint8Array | null;
  readonly amount: bigint;
  readonly expireIn: number | undefined;
}

/**
 * Events of one stream, each a newline and a line: type, public JSON and, if there is one, the hidden
 * journal part, parted by tabs. One buffer of UTF-8: text kept until the commit would outlive many events
 * and cost more to collect than to make.
 */
export interface Append {
  readonly workspaceId: string;
  readonly stream: string;
  buffer: Uint8Array;
  /** Of the buffer, in use. */
  filled: number;
  /** Text not encoded yet: a few events are encoded by one call. */
  pending: string;
  /** Of all of it as UTF-8, never less; exact once sealed. */
  bytes: number;
  /** Events. */
  count: number;
  /** Holds nothing but deltas, which the workspace feed leaves out. */
  quiet: boolean;
}

/** A job as the queue stores it; `kernel/jobs` makes it. */
export interface StagedJob {
  readonly key: Key;
  /** `["qh", shard]`: tells workers which shard to look at. */
  readonly headKey: Key;
  readonly bytes: Uint8Array;
  readonly dueAt: number;
  /** Same id and due again is the same job. */
  readonly mergeable: boolean;
}

export interface EventInput {
  readonly type: string;
  readonly at?: string;
  readonly [field: string]: unknown;
}

export interface SetOptions {
  /** Garbage collection only: keys stay readable past it, so deadlines live in the value. */
  readonly expireIn?: number | undefined;
}

export interface WriteSetOptions {
  readonly clock: Pick<Clock, "now">;
  /** Named in limit errors; default: the aggregate of the key that went over. */
  readonly aggregate?: string | undefined;
  readonly maxChecks?: number | undefined;
}

/** One transaction saw two versions of a key; `transact` runs it again. */
export class StaleRead extends AppError {
  readonly key: Key;
  constructor(key: Key) {
    super("conflict", { detail: `"${aggregateOf(key)}" changed while it was read` });
    this.key = key;
  }
}

const NO_AMOUNT = 0n;
const STREAM_NAME_MAX = 200;
const encoder = new TextEncoder();
/** Buffers given back by `recycle`, all of one size. */
const spare: Uint8Array[] = [];
const SPARE_BYTES = 32 * 1024;
const MAX_BYTES_PER_UNIT = 3;
const PENDING_CHARS = 2_000;
const SPARE_MAX = 256;

function addText(append: Append, text: string): void {
  append.pending += text;
  append.bytes += text.length * MAX_BYTES_PER_UNIT;
  if (append.pending.length > PENDING_CHARS) seal(append);
}

/** Encodes what is pending; the count of bytes is exact then. */
export function seal(append: Append): void {
  let left = append.pending;
  append.pending = "";
  while (left !== "") {
    // Most text is ASCII: one unit, one byte. What does not fit then is written after growing.
    if (append.buffer.length - append.filled < left.length) grow(append, left.length);
    const { read, written } = encoder.encodeInto(left, append.buffer.subarray(append.filled));
    append.filled += written;
    if (read === left.length) break;
    left = left.slice(read);
    grow(append, left.length * MAX_BYTES_PER_UNIT);
  }
  append.bytes = append.filled;
}

function grow(append: Append, room: number): void {
  const bigger = new Uint8Array(Math.max(append.buffer.length * 2, append.filled + room));
  bigger.set(append.buffer.subarray(0, append.filled));
  keepSpare(append.buffer);
  append.buffer = bigger;
}

function keepSpare(buffer: Uint8Array): void {
  if (buffer.length === SPARE_BYTES && spare.length < SPARE_MAX) spare.push(buffer);
}

export class WriteSet {
  readonly checks: Map<string, Check> = new Map();
  readonly writes: Map<string, Mutation> = new Map();
  readonly appends: Map<string, Append> = new Map();
  jobs: StagedJob[] | null = null;
  /** Do not trust the committer's memory of versions for these checks: they were just read again. */
  bypassRecent = false;
  /** Set by the committer. */
  committed = false;
  readonly #clock: Pick<Clock, "now">;
  readonly #aggregate: string | undefined;
  readonly #maxChecks: number;
  #bytes = 0;
  #keyBytes = 0;

  constructor(options: WriteSetOptions) {
    this.#clock = options.clock;
    this.#aggregate = options.aggregate;
    this.#maxChecks = options.maxChecks ?? TX_LIMITS.checks;
  }

  /** Staged bytes, keys included. */
  get size(): number {
    return this.#bytes + this.#keyBytes;
  }
  get keyBytes(): number {
    return this.#keyBytes;
  }
  get mutations(): number {
    return this.writes.size + this.appends.size;
  }
  get isEmpty(): boolean {
    return this.writes.size === 0 && this.appends.size === 0 && this.checks.size === 0;
  }

  /** Checks at commit that the key still has this version, without reading it. */
  assume(key: Key, versionstamp: string | null): this {
    const id = keyId(key);
    const known = this.checks.get(id);
    if (known) {
      if (known.versionstamp === versionstamp) return this;
      throw new StaleRead(key);
    }
    if (this.checks.size >= this.#maxChecks) {
      this.#refuse(key, `${this.checks.size + 1} checks`, this.#maxChecks, "checks");
    }
    this.checks.set(id, { key, versionstamp });
    return this;
  }

  set(key: Key, value: unknown, options?: SetOptions): this {
    return this.setBytes(key, encodeJson(value), options);
  }

  setBytes(key: Key, bytes: Uint8Array, options?: SetOptions): this {
    return this.#write("set", key, bytes, NO_AMOUNT, options?.expireIn);
  }

  delete(key: Key): this {
    return this.#write("delete", key, null, NO_AMOUNT, undefined);
  }

  /** Blind write, the last one wins; never conflicts inside this process. */
  touch(key: Key, value: unknown = 1): this {
    return this.#write("touch", key, encodeJson(value), NO_AMOUNT, undefined);
  }

  /** Adds to a counter; never conflicts. `amount` is a non-negative integer. */
  sum(key: Key, amount: number | bigint): this {
    const id = keyId(key);
    const before = this.writes.get(id);
    if (before && before.kind !== "sum") this.#mixed(key);
    return this.#write("sum", key, null, BigInt(amount) + (before?.amount ?? NO_AMOUNT), undefined);
  }

  /** Appends an event; `at` is added when absent. `hidden` stays in the journal and is never sent. */
  emit(workspaceId: string, stream: string, event: EventInput, hidden?: unknown): this {
    const json = JSON.stringify(event);
    return this.emitText(
      workspaceId,
      stream,
      event.type,
      event.at === undefined ? `{"at":"${isoTime(this.#clock.now())}",${json.slice(1)}` : json,
      hidden === undefined ? undefined : JSON.stringify(hidden),
    );
  }

  /** The same for JSON that is text already; it holds the type and `at`. */
  emitText(
    workspaceId: string,
    stream: string,
    type: string,
    json: string,
    hidden?: string,
  ): this {
    return this.appendText(this.append(workspaceId, stream), type, json, hidden);
  }

  /** Where events of the stream are staged; for those who stage many of them. */
  append(workspaceId: string, stream: string): Append {
    const id = `${workspaceId}/${stream}`;
    const known = this.appends.get(id);
    if (known) return known;
    if (stream.length > STREAM_NAME_MAX) {
      this.#refuseNamed(
        stream,
        `a stream name of ${stream.length} characters`,
        STREAM_NAME_MAX,
        "characters",
      );
    }
    const buffer = spare.pop() ?? new Uint8Array(SPARE_BYTES);
    const append: Append = {
      workspaceId,
      stream,
      buffer,
      filled: 0,
      pending: "",
      bytes: 0,
      count: 0,
      quiet: true,
    };
    this.appends.set(id, append);
    this.#keyBytes += id.length + 40;
    this.#checkCount(stream);
    return append;
  }

  appendText(append: Append, type: string, json: string, hidden?: string): this {
    const before = append.bytes;
    addText(
      append,
      hidden === undefined ? `\n${type}\t${json}` : `\n${type}\t${json}\t${hidden}`,
    );
    append.count++;
    if (append.bytes > TX_LIMITS.streamBytes) seal(append);
    if (append.bytes > TX_LIMITS.streamBytes) {
      const { stream } = append;
      this.#refuseNamed(stream, `${append.bytes} bytes of events`, TX_LIMITS.streamBytes, "bytes");
    }
    if (append.quiet && !type.endsWith(".delta")) append.quiet = false;
    this.#addBytes(append.bytes - before, append.stream);
    return this;
  }

  /** Encodes what is pending, before the sizes are relied on: the committer calls it. */
  seal(): void {
    for (const append of this.appends.values()) {
      const before = append.bytes;
      if (append.pending !== "") seal(append);
      this.#bytes += append.bytes - before;
    }
  }

  /** Gives the buffers back once the outcome of the commit is known; the set must not be used again. */
  recycle(): void {
    for (const append of this.appends.values()) keepSpare(append.buffer);
    this.appends.clear();
  }

  enqueue(job: StagedJob): this {
    this.#write(job.mergeable ? "touch" : "set", job.key, job.bytes, NO_AMOUNT, undefined);
    (this.jobs ??= []).push(job);
    return this;
  }

  #write(
    kind: Mutation["kind"],
    key: Key,
    bytes: Uint8Array | null,
    amount: bigint,
    expireIn: number | undefined,
  ): this {
    const id = keyId(key);
    const before = this.writes.get(id);
    if (before) {
      if (before.kind === "sum" && kind !== "sum") this.#mixed(key);
      this.#bytes -= before.bytes?.length ?? 8;
      // A blind write over an exclusive one stays exclusive.
      if (kind === "touch" && before.kind !== "touch") kind = "set";
    }
    this.writes.set(id, { kind, key, bytes, amount, expireIn });
    if (!before) {
      this.#keyBytes += id.length;
      this.#checkCount(key);
    }
    const size = bytes?.length ?? 8;
    if (size > KV_LIMITS.valueBytes) {
      this.#refuse(key, `a value of ${size} bytes`, KV_LIMITS.valueBytes, "bytes");
    }
    this.#addBytes(size, key);
    return this;
  }

  #addBytes(bytes: number, at: Key | string): void {
    this.#bytes += bytes;
    // Text that is not encoded yet counts as more than it is.
    if (this.#bytes > TX_LIMITS.bytes) this.seal();
    if (this.#bytes > TX_LIMITS.bytes) {
      this.#refuseNamed(nameOf(at), `${this.#bytes} bytes`, TX_LIMITS.bytes, "bytes");
    }
  }

  #checkCount(at: Key | string): void {
    if (this.mutations > TX_LIMITS.mutations) {
      this.#refuseNamed(
        nameOf(at),
        `${this.mutations} mutations`,
        TX_LIMITS.mutations,
        "mutations",
      );
    }
  }

  #mixed(key: Key): never {
    throw new AppError("internal", {
      detail: `"${aggregateOf(key)}" is both summed and set in one transaction`,
    });
  }

  #refuse(key: Key, what: string, max: number, unit: string): never {
    throw limitError(this.#aggregate ?? aggregateOf(key), what, max, unit);
  }

  #refuseNamed(name: string, what: string, max: number, unit: string): never {
    throw limitError(this.#aggregate ?? name, what, max, unit);
  }
}

const nameOf = (at: Key | string) => typeof at === "string" ? at : aggregateOf(at);
