/**
 * The record of calls: what is under way from memory, what is over written in batches off the response path, each
 * batch with the sums that count it and its events in one commit. Nothing is lost at an orderly stop.
 */
import type { ModelInfo } from "../../agents/model_port.ts";
import type { AppContext } from "../../kernel/context.ts";
import type { Key } from "../../kernel/kv/mod.ts";
import type { CallRecord } from "../calls/schema.ts";
import { costMicros } from "../cost.ts";
import { callsKey, liveCallsKey } from "./keys.ts";
import { type Row, Rows } from "./rows.ts";
import type { StoredCall } from "./tally.ts";

export type LedgerContext = Pick<AppContext, "kv" | "clock" | "log">;

export interface LedgerOptions {
  /** The model whose price savings are measured against. */
  readonly flagship: (workspaceId: string) => ModelInfo | undefined;
}

export interface Ledger {
  opened(record: CallRecord): void;
  closed(record: CallRecord): void;
  /** Under way in this process, the oldest first. */
  running(workspaceId: string): CallRecord[];
  flagship(workspaceId: string): ModelInfo | undefined;
  /** Resolves when no call is under way in this process. */
  idle(): Promise<void>;
  /** Writes what is over; then lists and sums hold it. */
  flush(): Promise<void>;
  /** After the last call. */
  close(): Promise<void>;
}

/** As other processes read it. */
export interface LiveCalls {
  readonly v: 1;
  /** Epoch ms; what is older is of a process that is gone. */
  readonly until: number;
  readonly calls: readonly CallRecord[];
}

const STREAM = "gateway";
const WRITE_MS = 50;
/** After a write of many: each commit costs more than the calls in it. */
const BUSY_WRITE_MS = 250;
const BUSY_CALLS = 20;
const FAILED_MS = 1_000;
/** Of one commit: with their events and sums they fit a transaction, and one value. */
const CHUNK = 60;
const CHUNK_CHARS = 40_000;
const ROWS_CHUNK = 100;
/** While the store does not answer, calls beyond these are only counted. */
const PENDING_MAX = 20_000;
const CALLS_KEPT_MS = 30 * 86_400_000;
const SHARE_LIVE_MS = 1_000;
const LIVE_MAX = 40;
/** Its price changes rarely, and whoever finds it looks through a catalogue. */
const FLAGSHIP_MS = 5_000;
/** Of a text in a record: an error's message may quote an answer. */
const TEXT_MAX = 500;

interface Batch {
  readonly workspaceId: string;
  /** Of the value its calls stand in. */
  readonly key: Key | null;
  readonly calls: readonly StoredCall[];
  readonly texts: readonly string[];
  readonly rows: ReadonlySet<Row>;
  /** Its first commit threw: whether its events are there is not known, and they are not sent twice. */
  tried: boolean;
}

const encoder = new TextEncoder();

class BatchedLedger implements Ledger {
  readonly #ctx: LedgerContext;
  readonly #options: LedgerOptions;
  readonly #rows: Rows;
  readonly #idle: (() => void)[] = [];
  readonly #running = new Map<string, CallRecord>();
  readonly #flagships = new Map<string, { model: ModelInfo | undefined; at: number }>();
  #pending: CallRecord[] = [];
  /** Taken out of pending and not known to be written. */
  #batch: Batch | null = null;
  /** Of calls that were only counted. */
  readonly #countedRows = new Map<string, Set<Row>>();
  #dropped = 0;
  #writing: Promise<void> | null = null;
  #timed = false;
  #busy = false;
  #failed = false;
  #batches = 0;
  #closed = false;
  #cancelLive: (() => void) | null = null;

  constructor(ctx: LedgerContext, options: LedgerOptions) {
    this.#ctx = ctx;
    this.#options = options;
    this.#rows = new Rows(ctx.kv.storeId);
  }

  opened(record: CallRecord): void {
    this.#running.set(record.id, record);
    if (!this.#ctx.kv.exclusive) this.#shareLive();
  }

  closed(record: CallRecord): void {
    this.#running.delete(record.id);
    if (this.#idle.length > 0 && this.#running.size === 0) {
      for (const resolve of this.#idle.splice(0)) resolve();
    }
    if (this.#pending.length < PENDING_MAX) this.#pending.push(record);
    else this.#onlyCount(record.workspaceId, this.#stored(record));
    this.#later();
  }

  running(workspaceId: string): CallRecord[] {
    return [...this.#running.values()].filter((call) => call.workspaceId === workspaceId);
  }

  flagship(workspaceId: string): ModelInfo | undefined {
    const now = this.#ctx.clock.mono();
    let known = this.#flagships.get(workspaceId);
    if (!known || now - known.at > FLAGSHIP_MS) {
      known = { model: this.#options.flagship(workspaceId), at: now };
      this.#flagships.set(workspaceId, known);
    }
    return known.model;
  }

  idle(): Promise<void> {
    if (this.#running.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.#idle.push(resolve));
  }

  async flush(): Promise<void> {
    if (this.#pending.length > 0 || this.#batch) this.#write();
    await this.#writing;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#cancelLive?.();
    await this.flush();
    // What failed once is tried once more.
    await this.flush();
    const lost = this.#pending.length + (this.#batch?.calls.length ?? 0);
    if (lost > 0) this.#ctx.log.warn("calls not recorded", { lost });
  }

  #stored({ workspaceId, ...record }: CallRecord): StoredCall {
    const { error } = record;
    const cost = record.costMicros ?? 0;
    const flagship = this.flagship(workspaceId);
    const comparable = flagship && record.usage && record.operation === "chat" &&
      record.tier !== "demo" && record.status !== "failed";
    return {
      v: 1,
      ...record,
      ...(error && { error: { ...error, message: error.message.slice(0, TEXT_MAX) } }),
      flagshipMicros: comparable ? costMicros(flagship, record.usage!) : cost,
    };
  }

  #onlyCount(workspaceId: string, call: StoredCall): void {
    const rows = this.#countedRows.get(workspaceId) ?? new Set<Row>();
    this.#countedRows.set(workspaceId, rows);
    for (const row of this.#rows.add(workspaceId, call)) rows.add(row);
    if (this.#dropped++ % 10_000 === 0) {
      this.#ctx.log.warn("calls are only counted: the store is too slow", {
        so_far: this.#dropped,
      });
    }
  }

  #later(): void {
    if (this.#timed || this.#writing || this.#closed) return;
    this.#timed = true;
    const ms = this.#failed ? FAILED_MS : this.#busy ? BUSY_WRITE_MS : WRITE_MS;
    this.#ctx.clock.timer(ms, () => {
      this.#timed = false;
      this.#write();
    });
  }

  #write(): void {
    this.#writing ??= this.#writeAll().finally(() => {
      this.#writing = null;
      if (this.#pending.length > 0 || this.#batch) this.#later();
    });
  }

  async #writeAll(): Promise<void> {
    this.#busy = this.#pending.length >= BUSY_CALLS;
    try {
      for (;;) {
        const batch = this.#batch ??= this.#next();
        if (!batch) break;
        await this.#commit(batch);
        this.#batch = null;
      }
      this.#failed = false;
    } catch (error) {
      this.#failed = true;
      this.#ctx.log.warn("calls not recorded yet", { error: String(error) });
    }
  }

  /** The next calls of one workspace, counted. */
  #next(): Batch | null {
    for (const [workspaceId, counted] of this.#countedRows) {
      const rows = new Set([...counted].slice(0, ROWS_CHUNK));
      for (const row of rows) counted.delete(row);
      if (counted.size === 0) this.#countedRows.delete(workspaceId);
      return { workspaceId, key: null, calls: [], texts: [], rows, tried: false };
    }
    const workspaceId = this.#pending[0]?.workspaceId;
    if (workspaceId === undefined) return null;
    const rows = new Set<Row>();
    const calls: StoredCall[] = [];
    const texts: string[] = [];
    let chars = 0;
    for (const record of this.#pending) {
      if (record.workspaceId !== workspaceId || calls.length === CHUNK) break;
      const call = this.#stored(record);
      const text = JSON.stringify(call);
      chars += text.length;
      if (chars > CHUNK_CHARS && calls.length > 0) break;
      calls.push(call);
      texts.push(text);
      for (const row of this.#rows.add(workspaceId, call)) rows.add(row);
    }
    this.#pending = this.#pending.slice(calls.length);
    const { kv, clock } = this.#ctx;
    const key = callsKey(workspaceId, clock.now(), kv.storeId, ++this.#batches);
    return { workspaceId, key, calls, texts, rows, tried: false };
  }

  /** Repeating it changes nothing: calls and sums are written whole. */
  async #commit(batch: Batch): Promise<void> {
    const { workspaceId, key, calls, texts, rows, tried } = batch;
    const set = this.#ctx.kv.writeSet("ledger");
    if (key) {
      const bytes = encoder.encode(`[${texts.join(",")}]`);
      set.setBytes(key, bytes, { expireIn: CALLS_KEPT_MS });
    }
    if (!tried) { for (const call of calls) set.emit(workspaceId, STREAM, completed(call)); }
    for (const { key, tally, expireIn } of rows) set.set(key, tally, { expireIn });
    batch.tried = true;
    await this.#ctx.kv.submit(set);
    set.recycle();
  }

  /** Tells other processes what is under way here, while something is. */
  #shareLive(): void {
    if (this.#cancelLive || this.#closed) return;
    const { clock, kv, log } = this.#ctx;
    this.#cancelLive = clock.timer(SHARE_LIVE_MS, () => {
      this.#cancelLive = null;
      const set = kv.writeSet("ledger");
      const workspaces = new Set([...this.#running.values()].map((call) => call.workspaceId));
      const until = clock.now() + 3 * SHARE_LIVE_MS;
      for (const workspaceId of workspaces) {
        const calls = this.running(workspaceId).slice(0, LIVE_MAX).map(short);
        const live: LiveCalls = { v: 1, until, calls };
        const expireIn = 60_000;
        set.set(liveCallsKey(workspaceId, kv.storeId), live, { expireIn });
      }
      if (workspaces.size === 0) return;
      kv.submit(set).catch((error) => log.warn("live calls not shared", { error: String(error) }));
      this.#shareLive();
    });
  }
}

/** Without what makes a list of calls under way long. */
function short(call: CallRecord): CallRecord {
  return { ...call, attempts: [], route: call.route.slice(0, TEXT_MAX) };
}

/** For the list of live calls: whoever wants more reads the call. */
function completed(call: StoredCall) {
  const { id, model, provider, status, cache, usage, latencyMs, firstTokenMs, error } = call;
  const { caller, operation, requested, stream, flagshipMicros } = call;
  const cost = call.costMicros ?? 0;
  return {
    type: "call.completed",
    actor: caller.id,
    call: {
      ...{ id, operation, requested, model, provider, status, cache, stream },
      ...{ usage, latencyMs, firstTokenMs },
      costMicros: cost,
      savedMicros: flagshipMicros - cost,
      ...(caller.agentId !== undefined && { agentId: caller.agentId }),
      ...(error && { error: error.code }),
    },
  };
}

export function createLedger(ctx: LedgerContext, options: LedgerOptions): Ledger {
  return new BatchedLedger(ctx, options);
}
