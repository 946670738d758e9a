/**
 * The one writer of a run: everything its owner stages goes through here, one commit in flight, each
 * fenced by the version of the owner record. What gathers while a commit runs goes into the next one,
 * and a commit nobody waits for is held back a few milliseconds, so that short work shares it. Awaited
 * ones wait for a macrotask only: what happens in one turn goes together.
 */
import { AppError } from "../../kernel/core/errors.ts";
import type { Append, Key, Store, WriteSet } from "../../kernel/kv/mod.ts";
import type { RunEvent } from "../events.ts";
import { macrotask, type Turn } from "./macrotask.ts";
import { soon } from "./soon.ts";

/** Events of one transaction stay below the kernel's 40 000 bytes per stream. */
const STREAM_BYTES = 38_000;
const SET_BYTES = 150_000;
const SET_MUTATIONS = 300;
/** Enough to be worth a commit although nobody waits for it. */
const FULL_BYTES = 32_000;
/** Shorter texts are taken to be three bytes a character; longer ones are measured. */
const MEASURED_CHARS = 4_000;
/** Of an event, beside its texts. */
const FRAME_BYTES = 60;
const encoder = new TextEncoder();

export interface Fence {
  readonly key: Key;
  /** Version of the owner record; undefined until the accepting commit wrote it. */
  version: string | undefined;
}

interface Waiter {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

export class RunWriter implements Turn {
  readonly fence: Fence;
  /** The commit that found the run owned by another ended everything. */
  lost = false;
  /** Something was recorded in this life, other than streamed text. */
  progressed = false;
  readonly #store: Store;
  readonly #workspaceId: string;
  readonly #stream: string;
  readonly #onLost: (error: unknown) => void;
  #set: WriteSet | null = null;
  /** The run's stream in the set. */
  #append: Append | null = null;
  #full: WriteSet[] = [];
  #waiters: Waiter[] = [];
  #running = false;
  /** A turn is coming, in a few milliseconds or at once. */
  #scheduled: "soon" | "now" | null = null;

  constructor(
    store: Store,
    workspaceId: string,
    stream: string,
    fence: Fence,
    onLost: (error: unknown) => void,
  ) {
    this.#store = store;
    this.#workspaceId = workspaceId;
    this.#stream = stream;
    this.fence = fence;
    this.#onLost = onLost;
  }

  /** True while something staged is not committed yet. */
  get busy(): boolean {
    return this.#running || this.#set !== null || this.#full.length > 0;
  }

  /** What is staged now goes into the next commit. */
  get staged(): WriteSet {
    if (this.#set) {
      if (this.#set.size > SET_BYTES || this.#set.mutations > SET_MUTATIONS) this.#cut();
    }
    if (!this.#set) {
      this.#set = this.#store.writeSet("run");
      if (!this.#running && !this.#scheduled) {
        this.#scheduled = "soon";
        soon(this.#store.clock, this);
      }
    }
    return this.#set;
  }

  /** Throws `payload_too_large`, with nothing staged, when the event can never be committed. */
  emit(event: RunEvent, hidden?: unknown): void {
    const text = JSON.stringify(event);
    const hiddenText = hidden === undefined ? undefined : JSON.stringify(hidden);
    const size = bytesOf(text, hiddenText);
    if (size > STREAM_BYTES) throw tooLarge(event.type, size);
    if (this.#append && this.#append.bytes + size > STREAM_BYTES) this.#cut();
    const set = this.staged;
    this.#append ??= set.append(this.#workspaceId, this.#stream);
    set.appendText(this.#append, event.type, text, hiddenText);
    if (this.#append.bytes > FULL_BYTES) this.#kick();
  }

  /** Resolves when all that is staged now is committed; rejects when the run was lost. */
  flush(): Promise<void> {
    if (this.lost) return Promise.reject(lostError());
    if (!this.busy) return Promise.resolve();
    this.#kick();
    return new Promise((resolve, reject) => this.#waiters.push({ resolve, reject }));
  }

  #cut(): void {
    if (this.#set) this.#full.push(this.#set);
    this.#set = null;
    this.#append = null;
  }

  #kick(): void {
    if (this.#running || this.#scheduled === "now") return;
    this.#scheduled = "now";
    macrotask(this);
  }

  onTurn(): void {
    this.#scheduled = null;
    if (this.#running || this.lost || !this.busy) return;
    this.#running = true;
    void this.#run();
  }

  async #run(): Promise<void> {
    while (!this.lost && (this.#set || this.#full.length > 0)) {
      let set = this.#full.shift();
      let waiters: Waiter[] = [];
      if (!set) {
        set = this.#set!;
        this.#set = null;
        this.#append = null;
        waiters = this.#waiters;
        this.#waiters = [];
      }
      if (this.fence.version !== undefined) set.assume(this.fence.key, this.fence.version);
      const recorded = this.progressed || recordsEvents(set);
      try {
        const outcome = await this.#store.submit(set);
        set.recycle();
        if (!outcome.ok) throw lostError();
        this.progressed = recorded;
        // The accepting commit wrote the owner record itself.
        this.fence.version ??= outcome.versionstamp;
        for (const waiter of waiters) waiter.resolve();
      } catch (error) {
        for (const waiter of waiters) waiter.reject(error);
        this.#lose(error);
      }
    }
    this.#running = false;
    // Asked for while the last commit ran: there was nothing behind it.
    for (const waiter of this.#waiters.splice(0)) waiter.resolve();
  }

  #lose(error: unknown): void {
    this.lost = true;
    this.#set = null;
    this.#full = [];
    for (const waiter of this.#waiters.splice(0)) waiter.reject(error);
    this.#onLost(error);
  }
}

function recordsEvents(set: WriteSet): boolean {
  for (const append of set.appends.values()) if (!append.quiet) return true;
  return false;
}

/** At least what the texts take as UTF-8. */
function bytesOf(text: string, hidden: string | undefined): number {
  const chars = text.length + (hidden?.length ?? 0);
  if (chars <= MEASURED_CHARS) return chars * 3 + FRAME_BYTES;
  const hiddenBytes = hidden === undefined ? 0 : encoder.encode(hidden).length;
  return encoder.encode(text).length + hiddenBytes + FRAME_BYTES;
}

function tooLarge(type: string, size: number): AppError {
  return new AppError("payload_too_large", {
    detail: `An event "${type}" of ${size} bytes is more than a run records at once, ` +
      `${STREAM_BYTES}: shorten its texts, or pass what is long as a value`,
    data: { type, size, max: STREAM_BYTES },
  });
}

export function lostError(): AppError {
  return new AppError("conflict", { detail: "Another instance owns this run now" });
}
