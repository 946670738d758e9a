/**
 * One answer on its way for several callers. The chunks are read from the provider as fast as the fastest of them
 * reads and kept until the end, within a bound; whoever leaves, the others go on, and only when nobody is left is
 * the provider's answer stopped. Past the bound nobody new can join, nothing is cached, and what all have read is
 * dropped.
 */
import { AppError } from "../../kernel/core/errors.ts";
import type { AnswerFacts, FreshAnswer } from "./schema.ts";
import type { Content } from "./store.ts";

/** Characters all answers on their way may hold together, beside what is being written. */
export interface Room {
  left: number;
}

export interface Part<Extra> {
  readonly fresh: FreshAnswer<Extra>;
  readonly body?: string | undefined;
  readonly chunks?: AsyncIterable<string> | undefined;
}

/** Past the bound, how far one reader may be behind another. */
const LAG_MAX = 1_048_576;

export class SharedAnswer<Extra> {
  /** Settled when nothing more will come: what may be kept, or null. */
  readonly whole: Promise<Content | null>;
  readonly #stop = new AbortController();
  readonly #fresh: Promise<FreshAnswer<Extra>>;
  readonly #room: Room;
  readonly #max: number;
  readonly #readers = new Set<Reader>();
  #begun: FreshAnswer<Extra> | null = null;
  #callers = 0;
  #source: AsyncIterator<string> | null = null;
  #pull: Promise<void> | null = null;
  #tape: string[] = [];
  /** Position of the tape's first chunk. */
  #base = 0;
  #length = 0;
  #overflowed = false;
  #ended = false;
  #failure: unknown;
  #settle!: (content: Content | null) => void;

  constructor(
    ask: (signal: AbortSignal) => Promise<FreshAnswer<Extra>>,
    max: number,
    room: Room,
  ) {
    this.#max = max;
    this.#room = room;
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
        this.#source = fresh.chunks[Symbol.asyncIterator]();
        // Everybody left while it was asked for.
        if (this.#stop.signal.aborted) void this.#source.return?.()?.catch(() => {});
      } else this.#end(fresh.body === undefined ? null : { body: fresh.body });
      return fresh;
    } catch (error) {
      this.#settle(null);
      throw error;
    }
  }

  /** One caller's own iteration; to end it early is to leave. */
  #read(signal: AbortSignal): AsyncIterable<string> {
    const reader: Reader = { at: 0, done: false };
    this.#readers.add(reader);
    const over = (): IteratorResult<string> => {
      if (!reader.done) {
        reader.done = true;
        signal.removeEventListener("abort", onAbort);
        this.#readers.delete(reader);
        this.#leave();
      }
      return { done: true, value: undefined };
    };
    const onAbort = () => void over();
    signal.addEventListener("abort", onAbort, { once: true });
    const next = async (): Promise<IteratorResult<string>> => {
      try {
        for (;;) {
          if (reader.done) {
            signal.throwIfAborted();
            return over();
          }
          if (reader.at < this.#base) throw tooSlow();
          const chunk = this.#tape[reader.at - this.#base];
          if (chunk !== undefined) {
            reader.at++;
            if (this.#overflowed) this.#trim();
            return { done: false, value: chunk };
          }
          if (this.#failure !== undefined) throw this.#failure;
          if (this.#ended) return over();
          await (this.#pull ??= this.#take());
        }
      } catch (error) {
        over();
        throw error;
      }
    };
    return { [Symbol.asyncIterator]: () => ({ next, return: () => Promise.resolve(over()) }) };
  }

  /** The next chunk, for everybody. */
  async #take(): Promise<void> {
    try {
      const { done, value } = await this.#source!.next();
      if (done) this.#end({ chunks: this.#tape });
      else this.#append(value);
    } catch (error) {
      this.#failure = error ?? new AppError("upstream_failed");
      this.#end(null);
    } finally {
      this.#pull = null;
    }
  }

  #append(chunk: string): void {
    this.#tape.push(chunk);
    this.#length += chunk.length;
    this.#room.left -= chunk.length;
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
    while (kept > LAG_MAX && drop < this.#tape.length - 1) kept -= this.#tape[drop++]!.length;
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
      void this.#source?.return?.()?.catch(() => {});
      this.#ended = true;
      this.#settle(null);
    }
    this.#room.left += this.#length;
    this.#length = 0;
  }
}

interface Reader {
  at: number;
  done: boolean;
}

function tooSlow(): AppError {
  return new AppError("unavailable", {
    detail:
      "This answer was shared with a caller that read faster, and too much of it waited; ask again",
  });
}
