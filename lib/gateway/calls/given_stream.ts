/**
 * Streams that pass through a caller's hands: plain iterators, because leaving a generator before its first
 * step runs none of it.
 */
import { toAppError } from "../../kernel/core/errors.ts";
import { openAiError } from "../wire/error_body.ts";
import type { Protection } from "../redaction/schema.ts";
import { isError } from "./error_chunk.ts";
import type { Settled } from "./schema.ts";

/**
 * A stream that somebody else pays for; `onEnd` hears once how it ended for this caller, `alone` when it goes on
 * for others.
 */
export function followedStream(
  source: AsyncIterable<string>,
  signal: AbortSignal,
  onEnd: (ended: Settled["ended"], alone: boolean) => void,
): AsyncIterable<string> {
  const iterator = source[Symbol.asyncIterator]();
  let cut = false;
  let over = false;
  const end = (ended: Settled["ended"], alone = false) => {
    if (over) return;
    over = true;
    signal.removeEventListener("abort", leave);
    onEnd(ended, alone);
  };
  const leave = () => {
    end("canceled", true);
    iterator.return?.().catch(() => {});
  };
  signal.addEventListener("abort", leave, { once: true });
  return iterable({
    async next() {
      if (over) return { done: true, value: undefined };
      try {
        const step = await iterator.next();
        if (step.done) end(cut ? "cut" : "whole");
        else cut = isError(step.value);
        return step;
      } catch (error) {
        end(signal.aborted ? "canceled" : "cut", true);
        if (signal.aborted) throw error;
        // Too late for this caller, or too slow; the next step finds the stream over.
        return { done: false, value: JSON.stringify({ error: openAiError(toAppError(error)) }) };
      }
    },
    return() {
      leave();
      return Promise.resolve({ done: true, value: undefined });
    },
  });
}

/** With the caller's own values put back. */
export function restoredStream(
  source: AsyncIterable<string>,
  protection: Protection,
): AsyncIterable<string> {
  const iterator = source[Symbol.asyncIterator]();
  const restorer = protection.restorer();
  const ready: string[] = [];
  let over = false;
  const take = (data: string | null) => {
    if (data !== null) ready.push(data);
  };
  return iterable({
    async next() {
      while (ready.length === 0 && !over) {
        const step = await iterator.next();
        if (step.done || isError(step.value)) {
          over = true;
          take(restorer.end());
        }
        if (!step.done) take(isError(step.value) ? step.value : restorer.take(step.value));
      }
      const value = ready.shift();
      if (value !== undefined) return { done: false, value };
      // What follows an error chunk is only the end: it is what settles the call.
      await iterator.next();
      return { done: true, value: undefined };
    },
    async return() {
      await iterator.return?.();
      return { done: true, value: undefined };
    },
  });
}

function iterable(iterator: AsyncIterator<string>): AsyncIterable<string> {
  return { [Symbol.asyncIterator]: () => iterator };
}
