/** A streamed answer as the bytes of an event stream: one write for all that arrived together. */
import type { BatchedChunks } from "../cache/schema.ts";
import type { StreamAnswer } from "./schema.ts";

const encoder = new TextEncoder();

/** Ends with `[DONE]` only after a whole answer. To cancel it stops the provider's answer. */
export function sseBody(answer: StreamAnswer): ReadableStream<Uint8Array<ArrayBuffer>> {
  const next = batches(answer.chunks);
  return new ReadableStream({
    async pull(controller) {
      const batch = await next.read();
      if (batch) return controller.enqueue(encoder.encode(frames(batch)));
      const { ended } = await answer.settled;
      if (ended === "whole") controller.enqueue(encoder.encode("data: [DONE]\n\n"));
      controller.close();
    },
    cancel: () => next.cancel(),
  }, { highWaterMark: 0 });
}

function frames(batch: readonly string[]): string {
  let text = "";
  for (const data of batch) text += `data: ${data}\n\n`;
  return text;
}

interface Batches {
  read(): Promise<readonly string[] | null>;
  cancel(): Promise<void> | void;
}

function batches(chunks: AsyncIterable<string> | BatchedChunks): Batches {
  if ("nextBatch" in chunks) {
    return { read: () => chunks.nextBatch(), cancel: () => chunks.cancel() };
  }
  const iterator = chunks[Symbol.asyncIterator]();
  return {
    async read() {
      const { done, value } = await iterator.next();
      return done ? null : [value];
    },
    async cancel() {
      await iterator.return?.();
    },
  };
}
