/** Chunks one by one and as many at a time as there are, each made of the other. */
import type { BatchedChunks } from "./schema.ts";

export function batched(chunks: AsyncIterable<string> | BatchedChunks): BatchedChunks {
  if ("nextBatch" in chunks) return chunks;
  const iterator = chunks[Symbol.asyncIterator]();
  return {
    [Symbol.asyncIterator]: () => iterator,
    async nextBatch() {
      const { done, value } = await iterator.next();
      return done ? null : [value];
    },
    cancel: () => void iterator.return?.()?.catch(() => {}),
  };
}

export function singly(
  nextBatch: BatchedChunks["nextBatch"],
  cancel: BatchedChunks["cancel"],
): BatchedChunks {
  let batch: readonly string[] = [];
  let at = 0;
  const iterator: AsyncIterator<string> = {
    async next() {
      while (at === batch.length) {
        const more = await nextBatch();
        if (!more) return { done: true, value: undefined };
        [batch, at] = [more, 0];
      }
      return { done: false, value: batch[at++]! };
    },
    return() {
      cancel();
      return Promise.resolve({ done: true, value: undefined });
    },
  };
  return { [Symbol.asyncIterator]: () => iterator, nextBatch, cancel };
}

/** As fast as it is read. */
export function replay(chunks: readonly string[]): BatchedChunks {
  let left: readonly string[] | null = chunks.length > 0 ? chunks : null;
  return singly(() => {
    const batch = left;
    left = null;
    return Promise.resolve(batch);
  }, () => left = null);
}
