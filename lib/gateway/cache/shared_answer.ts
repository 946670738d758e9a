/**
 * One answer on its way for several callers. The chunks are read from the provider as fast as the fastest of them
 * reads and kept until the end, within a bound; whoever leaves, the others go on, and only when nobody is left is
 * the provider's answer stopped. Past the bound nobody new can join, nothing is cached, and what all have read is
 * dropped.
 */
import { AppError } from "../../kernel/core/errors.ts";
import { batched, singly } from "./batched.ts";
import type { AnswerFacts, BatchedChunks, FreshAnswer } from "./schema.ts";
import type { Content } from "./store.ts";

/** Characters all answers on their way may hold together, beside what is being written. */
export interface Room {
  left: number;
}

export interface Part<Extra> {
  readonly fresh: FreshAnswer<Extra>;
  readonly body?: string | undefined;
  readonly chunks?: BatchedChunks | undefined;
}

export interface SharedLimits {
  /** Characters that are kept for joining and caching. */
  readonly max: number;
  readonly room: Room;
  /** Of who asks; monotonic ms. */
  readonly deadlineAt: number;
}

/** Past the bound, how far one reader may be behind another. */
const LAG_MAX = 1_048_576;

export class SharedAnswer<Extra> {
  /** Settled when nothing more will come: what may be kept, or null. */
  readonly whole: Promise<Content | null>;
  readonly deadlineAt: number;
  readonly #stop = new AbortController();
  readonly #fresh: Promise<FreshAnswer<Extra>>;
  readonly #room: Room;
  readonly #max: number;
  readonly #readers = new Set<Reader>();
  #begun: FreshAnswer<Extra> | null = null;
  #callers = 0;
  #source: BatchedChunks | null = null;
  #taking = false;
  #tape: string[] = [];
  /** Position of the tape's first chunk. */
  #base = 0;
  #length = 0;
  #overflowed = false;
  #ended = false;
  #failure: { readonly error: unknown } | null = null;
  #settle!: (content: Content | null) => void;

  constructor(
    ask: (signal: AbortSignal) => Promise<FreshAnswer<Extra>>,
    { max, room, deadlineAt }: SharedLimits,
  ) {
    this.#max = max;
    this.#room = room;
    this.deadlineAt = deadlineAt;
    this.whole = new Promise((resolve) => this.#settle = resolve);
    this.#fresh = this.#begin(ask);
    this.#fresh.catch(() => {});
  }

  /** Whether somebody new would get all of it. */
  get open(): boolean {
    return !this.#overflowed && !this.#stop.signal.aborted;
  }

  /** Of a whole answer, once `whole` is settled. */
  facts(): AnswerFacts | null {
    return this.#begun?.facts() ?? null;
  }

  /** Rejects with what the asking failed with, or with the signal's reason. */
  async join(signal: AbortSignal): Promise<Part<Extra>> {
    signal.throwIfAborted();
    this.#callers++;
    const gone = Promise.withResolvers<never>();
    const onAbort = () => gone.reject(signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
    try {
      const fresh = this.#begun ?? await Promise.race([this.#fresh, gone.promise]);
      if (fresh.body !== undefined) {
        this.#leave();
        return { fresh, body: fresh.body };
      }
      return { fresh, chunks: this.#read(signal) };
    } catch (error) {
      this.#leave();
      throw error;
    } finally {
      signal.removeEventListener("abort", onAbort);
    }
  }

  async #begin(ask: (signal: AbortSignal) => Promise<FreshAnswer<Extra>>) {
    try {
      const fresh = await ask(this.#stop.signal);
      this.#begun = fresh;
      if (fresh.chunks) {
        this.#source = batched(fresh.chunks);
        // Everybody left while it was asked for.
        if (this.#stop.signal.aborted) this.#source.cancel();
      } else this.#end(fresh.body === undefined ? null : { body: fresh.body });
      return fresh;
    } catch (error) {
      this.#settle(null);
      throw error;
    }
  }

  /** One caller's own reading; to end it early is to leave. */
  #read(signal: AbortSignal): BatchedChunks {
    const reader: Reader = { at: 0, wake: null };
    this.#readers.add(reader);
    const over = () => {
      if (!this.#readers.delete(reader)) return;
      signal.removeEventListener("abort", over);
      reader.wake?.();
      this.#leave();
    };
    signal.addEventListener("abort", over, { once: true });
    const nextBatch = async (): Promise<readonly string[] | null> => {
      try {
        while (this.#readers.has(reader)) {
          const batch = this.#batchFor(reader);
          if (batch) return batch;
          if (this.#failure) throw this.#failure.error;
          if (this.#ended) {
            over();
            return null;
          }
          // Alone, to leave is to end the source, which ends this wait too.
          if (!this.#taking && this.#readers.size === 1) {
            await this.#take();
            continue;
          }
          if (!this.#taking) void this.#take();
          await new Promise<void>((resolve) => reader.wake = resolve);
        }
        signal.throwIfAborted();
        return null;
      } catch (error) {
        over();
        throw error;
      }
    };
    return singly(nextBatch, over);
  }

  /** What this reader has not had; null when it has to wait. */
  #batchFor(reader: Reader): readonly string[] | null {
    if (reader.at < this.#base) throw tooSlow();
    const from = reader.at - this.#base;
    if (from === this.#tape.length) return null;
    const batch = this.#tape.slice(from);
    reader.at += batch.length;
    if (this.#overflowed) this.#trim();
    return batch;
  }

  /** The next chunks, for everybody. */
  async #take(): Promise<void> {
    this.#taking = true;
    try {
      const batch = await this.#source!.nextBatch();
      if (batch) this.#append(batch);
      else this.#end({ chunks: this.#tape });
    } catch (error) {
      this.#failure = { error };
      this.#end(null);
    } finally {
      this.#taking = false;
      for (const { wake } of this.#readers) wake?.();
    }
  }

  #append(batch: readonly string[]): void {
    let length = 0;
    for (const chunk of batch) {
      this.#tape.push(chunk);
      length += chunk.length;
    }
    this.#length += length;
    this.#room.left -= length;
    if (!this.#overflowed && (this.#length > this.#max || this.#room.left < 0)) {
      this.#overflowed = true;
      this.#settle(null);
    }
    if (this.#overflowed) this.#trim();
  }

  /** Drops what all have read; who is too far behind will be told. */
  #trim(): void {
    let slowest = this.#base + this.#tape.length;
    for (const { at } of this.#readers) slowest = Math.min(slowest, at);
    let drop = Math.max(0, slowest - this.#base);
    let kept = this.#length;
    for (let i = 0; i < drop; i++) kept -= this.#tape[i]!.length;
    while (this.#readers.size > 1 && kept > LAG_MAX && drop < this.#tape.length - 1) {
      kept -= this.#tape[drop++]!.length;
    }
    if (drop === 0) return;
    this.#room.left += this.#length - kept;
    this.#length = kept;
    this.#tape.splice(0, drop);
    this.#base += drop;
  }

  #end(content: Content | null): void {
    this.#ended = true;
    this.#settle(this.#overflowed ? null : content);
  }

  #leave(): void {
    if (--this.#callers > 0) return;
    if (!this.#ended) {
      this.#stop.abort(new DOMException("Nobody waits for this answer", "AbortError"));
      this.#source?.cancel();
      this.#ended = true;
      this.#settle(null);
    }
    this.#room.left += this.#length;
    this.#length = 0;
  }
}

interface Reader {
  at: number;
  wake: (() => void) | null;
}

function tooSlow(): AppError {
  return new AppError("unavailable", {
    detail:
      "This answer was shared with a caller that read faster, and too much of it waited; ask again",
  });
}
