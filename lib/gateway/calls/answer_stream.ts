/**
 * A streamed answer as the caller gets it. A stream that breaks off after something was given on ends with one
 * error chunk, or goes on at another model where the caller asked for that; it never just ends. Whatever
 * happens, what was produced is settled, once.
 */
import type { Usage } from "../../agents/model.ts";
import type { AppError } from "../../kernel/core/errors.ts";
import { toAppError } from "../../kernel/core/errors.ts";
import { continuationBody, seamChunk, usageChunk } from "./continuation.ts";
import { cutChunk } from "./error_chunk.ts";
import {
  brokenReading,
  faultFailure,
  type Opened,
  type OpenedStream,
  usageSoFar,
} from "./exchange.ts";
import type { Failure } from "../upstream/failure.ts";
import type { Flight } from "./flight.ts";
import { countInput, wantsUsage } from "../upstream/outgoing.ts";
import type { Settled } from "./schema.ts";

export interface StreamEnd extends Settled {
  readonly usageBy: "provider" | "counted";
  /** Of the answer; absent unless it is whole. */
  readonly finish?: string | undefined;
  /** Of what ended it early. */
  readonly error?: { readonly code: string; readonly message: string };
}

const GONE = { outcome: "canceled", reason: "the caller was gone", blame: false } as const;

export class AnswerStream implements AsyncIterable<string> {
  readonly #flight: Flight;
  readonly #continues: boolean;
  readonly #onEnd: (end: StreamEnd) => void;
  #opened: OpenedStream;
  #pending: readonly string[] | null;
  /** Text that other models gave before this one took over. */
  #before = "";
  #over = false;
  #reading = false;

  constructor(
    flight: Flight,
    opened: OpenedStream,
    options: { readonly continues: boolean; readonly onEnd: (end: StreamEnd) => void },
  ) {
    this.#flight = flight;
    this.#opened = opened;
    this.#pending = opened.first.length > 0 ? opened.first : null;
    this.#continues = options.continues;
    this.#onEnd = options.onEnd;
    this.#watchOver();
  }

  /** The data of the chunks to be given on next; null at the end. */
  async nextBatch(): Promise<readonly string[] | null> {
    if (this.#pending) {
      const pending = this.#pending;
      this.#pending = null;
      return pending;
    }
    this.#reading = true;
    try {
      while (!this.#over) {
        const batch = await this.#advance();
        if (batch.length > 0) return batch;
      }
      return null;
    } finally {
      this.#reading = false;
    }
  }

  /** The caller is gone, or has enough: the provider's answer is stopped and what it produced settled. */
  cancel(): void {
    if (this.#over) return;
    this.#finish("canceled", { ...GONE, usage: this.#usage() });
  }

  [Symbol.asyncIterator](): AsyncIterator<string> {
    let batch: readonly string[] = [];
    let at = 0;
    return {
      next: async () => {
        while (at === batch.length) {
          const more = await this.nextBatch();
          if (!more) return { done: true, value: undefined };
          batch = more;
          at = 0;
        }
        return { done: false, value: batch[at++]! };
      },
      return: () => {
        this.cancel();
        return Promise.resolve({ done: true, value: undefined });
      },
    };
  }

  async #advance(): Promise<readonly string[]> {
    const { running, source, reading, inputTokens, end } = this.#opened;
    if (end === "done") return this.#whole();
    if (end) return await this.#broken({ ...faultFailure(running, end), usage: this.#usage() });
    let batch: readonly string[] | null;
    try {
      if (running.watch.passed) throw running.watch.signal.reason;
      batch = await source.read();
    } catch (error) {
      if (this.#over) return [];
      return await this.#broken(brokenReading(running, reading, inputTokens, error));
    }
    if (this.#over) return [];
    const taken = batch === null
      ? {
        out: [],
        end: { kind: "cut", reason: "the stream ended before it was complete" } as const,
      }
      : reading.take(batch);
    this.#opened = { ...this.#opened, end: taken.end };
    return taken.out;
  }

  #whole(): readonly string[] {
    const { reading, source } = this.#opened;
    source.finish();
    const continued = this.#before !== "";
    const usageBy = reading.usage ? "provider" : "counted";
    this.#finish("whole", { outcome: "ok", reason: "ok", blame: false, usage: this.#usage(true) }, {
      usageBy,
      finish: reading.finish,
    });
    return continued && wantsUsage(this.#flight.plan.body)
      ? [usageChunk(reading.id, this.#opened.running.target.id, this.#flight.usage)]
      : [];
  }

  async #broken(failure: Failure): Promise<readonly string[]> {
    const { running, reading } = this.#opened;
    if (failure.outcome === "canceled") {
      this.cancel();
      return [];
    }
    const said = this.#before + reading.text;
    const late = running.watch.passed === "deadline";
    // One that had come to its end is not continued: part of it may not have been given on.
    const continuable = !late && !reading.mixed && reading.finish === undefined && said !== "";
    if (this.#continues && continuable && this.#flight.hasMore) {
      this.#flight.ended(running, failure);
      const chunks = await this.#continueElsewhere(said, failure);
      if (chunks) return chunks;
    }
    return this.#cut(failure);
  }

  #cut(failure: Failure): readonly string[] {
    const { running } = this.#opened;
    const deadline = running.watch.passed === "deadline";
    this.#flight.ended(running, failure);
    const code = deadline ? "deadline_exceeded" : failure.error.code;
    const chunk = cutChunk({
      code,
      outcome: failure.outcome,
      reason: failure.reason,
      model: running.target.id,
      provider: running.target.provider,
      usage: this.#flight.usage,
    });
    this.#finish("cut", failure, { error: { code, message: failure.reason } });
    return [chunk];
  }

  /** Null when no other model begins to answer. */
  async #continueElsewhere(said: string, failure: Failure): Promise<readonly string[] | null> {
    const flight = this.#flight;
    const { running, reading } = this.#opened;
    const body = continuationBody(flight.plan.body, said);
    const inputTokens = countInput(body);
    try {
      const opened = await flight.open(body, inputTokens, reading.id ?? "chatcmpl-continued");
      if (opened.kind !== "stream" || this.#over) {
        this.#leave(opened);
        return null;
      }
      this.#before = said;
      this.#opened = opened;
      this.#watchOver();
      const seam = seamChunk({
        id: reading.id,
        from: running.target,
        to: opened.running.target,
        reason: failure.reason,
        offset: said.length,
      });
      return [seam, ...opened.first];
    } catch (error) {
      const told: AppError = toAppError(error);
      if (told.code === "internal") {
        flight.parts.ctx.log.error("A stream was not continued", { error });
      }
      return null;
    }
  }

  /** The caller left while this was being asked. */
  #leave(opened: Opened): void {
    const usage = opened.kind === "stream"
      ? usageSoFar(opened.reading, opened.inputTokens)
      : opened.answer.usage;
    this.#flight.ended(opened.running, { ...GONE, ...(usage && { usage }) });
  }

  /** A caller that neither reads nor leaves: the limits in time and its signal end it all the same. */
  #watchOver(): void {
    const { running } = this.#opened;
    running.watch.onPassed = () => {
      if (this.#reading || this.#over) return;
      if (running.watch.passed === "caller") return this.cancel();
      const last = this.#opened.end === "done" ? this.#whole() : this.#cut(this.#late());
      this.#pending = [...this.#pending ?? [], ...last];
    };
  }

  #late(): Failure {
    const { running, reading, inputTokens } = this.#opened;
    return brokenReading(running, reading, inputTokens, running.watch.signal.reason);
  }

  #usage(whole = false): Usage {
    return usageSoFar(this.#opened.reading, this.#opened.inputTokens, whole);
  }

  #finish(
    ended: Settled["ended"],
    attempt: Parameters<Flight["ended"]>[1],
    more: Partial<StreamEnd> = {},
  ): void {
    if (this.#over) return;
    this.#over = true;
    const flight = this.#flight;
    flight.ended(this.#opened.running, attempt);
    this.#onEnd({
      ended,
      usage: flight.usage,
      costMicros: flight.costMicros,
      usageBy: this.#opened.reading.usage ? "provider" : "counted",
      ...more,
    });
  }
}
