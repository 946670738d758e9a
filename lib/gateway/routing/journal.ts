/** Decisions and pins, gathered and written together off the response path; decisions read back by their call's id. */
import type { AppContext } from "../../kernel/context.ts";
import { idTime } from "../../kernel/core/ids.ts";
import { transact } from "../../kernel/kv/mod.ts";
import { decisionKey, pinKey } from "./keys.ts";
import type { Pin } from "./pins.ts";
import type { StoredDecision } from "./schema.ts";

interface Batch {
  readonly v: 1;
  readonly decisions: readonly StoredDecision[];
}

interface Kept {
  readonly decision: StoredDecision;
  readonly ttlMs: number;
  readonly bytes: number;
}

interface Waiting {
  readonly decisions: Kept[];
  readonly pins: Map<string, { readonly pin: Pin; readonly ttlMs: number }>;
  bytes: number;
}

type Context = Pick<AppContext, "kv" | "clock" | "log">;

const WRITE_MS = 100;
/** The next message of a conversation may come to another instance at once. */
const PIN_WRITE_MS = 5;
/** A value of the store holds 64 KiB. */
const BATCH_BYTES = 40_000;
const PINS_AT_ONCE = 100;
/** Past it memory wins over completeness: the store does not keep up. */
const WAITING_MAX = 20_000;
/** A decision written so long after its call began lies under its own id. */
const LATE_MS = 3_000;
/** Above every id that may share a batch with this one. */
const REACH_MS = 2 * LATE_MS;

export class Journal {
  readonly #ctx: Context;
  readonly #waiting = new Map<string, Waiting>();
  #timer: (() => void) | undefined;
  #due = 0;
  #writing: Promise<void> = Promise.resolve();

  constructor(ctx: Context) {
    this.#ctx = ctx;
  }

  decision(workspaceId: string, decision: StoredDecision, ttlMs: number): void {
    const waiting = this.#of(workspaceId);
    if (waiting.decisions.length >= WAITING_MAX) return;
    const bytes = sizeOf(decision);
    waiting.decisions.push({ decision, ttlMs, bytes });
    waiting.bytes += bytes;
    if (waiting.bytes > BATCH_BYTES) this.#start();
    else this.#soon(WRITE_MS);
  }

  pin(workspaceId: string, conversation: string, pin: Pin, ttlMs: number): void {
    const { pins } = this.#of(workspaceId);
    if (pins.size < WAITING_MAX) pins.set(conversation, { pin, ttlMs });
    this.#soon(PIN_WRITE_MS);
  }

  async get(workspaceId: string, id: string): Promise<StoredDecision | null> {
    const waits = this.#waiting.get(workspaceId)?.decisions.find((one) => one.decision.id === id);
    if (waits) return waits.decision;
    await this.#writing;
    const batches = this.#ctx.kv.list<Batch>({
      start: decisionKey(workspaceId, id),
      end: decisionKey(workspaceId, idAfter(id)),
    });
    for await (const { value } of batches) {
      const found = value.decisions.find((decision) => decision.id === id);
      if (found) return found;
    }
    return null;
  }

  /** Newest first, as many as asked for; `before` is the last one's id of the page before. */
  async list(workspaceId: string, limit: number, before?: string): Promise<StoredDecision[]> {
    await this.flush();
    const end = before === undefined ? {} : { end: decisionKey(workspaceId, idAfter(before)) };
    const selector = { prefix: decisionKey.prefix(workspaceId), ...end };
    const found: StoredDecision[] = [];
    let enough: string | undefined;
    for await (const { key, value } of this.#ctx.kv.list<Batch>(selector, { reverse: true })) {
      // Batches overlap by as much as a call may be written late.
      if (enough !== undefined && idAfter(String(key.at(-1))) < enough) break;
      for (const decision of value.decisions) {
        if (before === undefined || decision.id < before) found.push(decision);
      }
      if (found.length >= limit) enough ??= String(key.at(-1));
    }
    return found.sort((a, b) => a.id < b.id ? 1 : -1).slice(0, limit);
  }

  /** Resolves when everything of before is written. */
  flush(): Promise<void> {
    this.#start();
    return this.#writing;
  }

  #soon(ms: number): void {
    const at = this.#ctx.clock.mono() + ms;
    if (this.#timer && this.#due <= at) return;
    this.#timer?.();
    this.#due = at;
    this.#timer = this.#ctx.clock.timer(ms, () => this.#start());
  }

  #of(workspaceId: string): Waiting {
    let waiting = this.#waiting.get(workspaceId);
    if (!waiting) {
      this.#waiting.set(workspaceId, waiting = { decisions: [], pins: new Map(), bytes: 0 });
    }
    return waiting;
  }

  #start(): void {
    this.#timer?.();
    this.#timer = undefined;
    const taken = [...this.#waiting];
    this.#waiting.clear();
    if (taken.length === 0) return;
    this.#writing = this.#writing.then(async () => {
      for (const [workspaceId, waiting] of taken) await this.#write(workspaceId, waiting);
    });
  }

  /** What cannot be written is lost and said so: no call waits for it. */
  async #write(workspaceId: string, { decisions, pins }: Waiting): Promise<void> {
    try {
      const entries = [...pins];
      for (let from = 0; from < entries.length; from += PINS_AT_ONCE) {
        await transact(this.#ctx, workspaceId, (tx) => {
          for (const [conversation, { pin, ttlMs }] of entries.slice(from, from + PINS_AT_ONCE)) {
            tx.set(pinKey(workspaceId, conversation), pin, { expireIn: ttlMs });
          }
        });
      }
      for (const batch of batchesOf(decisions, this.#ctx.clock.now())) {
        const last = batch.reduce(
          (most, { decision }) => decision.id > most ? decision.id : most,
          "",
        );
        await transact(this.#ctx, workspaceId, (tx) => {
          const value: Batch = { v: 1, decisions: batch.map(({ decision }) => decision) };
          tx.set(decisionKey(workspaceId, last), value, { expireIn: batch[0]!.ttlMs });
        });
      }
    } catch (error) {
      this.#ctx.log.warn("Decisions could not be kept", { count: decisions.length, error });
    }
  }
}

/** About its bytes as JSON; to write it twice would cost more than it tells. */
function sizeOf({ reason, rejected, fallbacks, complexity }: StoredDecision): number {
  let bytes = 400 + reason.length + 40 * fallbacks.length +
    30 * (complexity?.features.length ?? 0);
  for (const one of rejected) bytes += 60 + one.model.length + one.reason.length;
  return bytes;
}

/** Small enough for one value each; those of calls that took long apart, under their own ids. */
function* batchesOf(kept: readonly Kept[], now: number): Generator<readonly Kept[]> {
  let batch: Kept[] = [];
  let bytes = 0;
  for (const one of kept) {
    if (now - idTime(one.decision.id) > LATE_MS) {
      yield [one];
      continue;
    }
    if (bytes + one.bytes > BATCH_BYTES && batch.length > 0) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(one);
    bytes += one.bytes;
  }
  if (batch.length > 0) yield batch;
}

/** An id later by more than a batch spans. */
function idAfter(id: string): string {
  return `${id.slice(0, id.indexOf("_") + 1)}${ulidTime(idTime(id) + REACH_MS)}`;
}

const DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** The ten characters a ULID of that time begins with. */
function ulidTime(ms: number): string {
  let text = "";
  for (let left = ms, i = 0; i < 10; i++, left = Math.floor(left / 32)) {
    text = DIGITS[left % 32] + text;
  }
  return text;
}
