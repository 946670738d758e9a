/** Where the chunks of a streamed answer come from: a provider's connection, or a whole answer cut into them. */
import type { WireReply } from "../../kernel/platform/http1_reply.ts";
import { SseReader } from "./sse_reader.ts";
import type { Watch } from "./watch.ts";

export const DONE = "[DONE]";

/** Anything a source throws means that it broke off; the watch knows whether a limit was the reason. */
export interface ChunkSource {
  /** The data of the events that arrived next, at least one; null at the end. */
  read(): Promise<readonly string[] | null>;
  /** The answer is whole: what follows does not matter. */
  finish(): void;
}

/** Broken by what was sent, not by the connection. */
export class Unreadable extends Error {
  override readonly name = "Unreadable";
}

export function httpSource(
  reply: WireReply,
  watch: Watch,
  limits: { readonly chunkMs: number; readonly bytesMax: number },
): ChunkSource {
  const sse = new SseReader();
  let size = 0;
  let over = false;
  return {
    async read() {
      while (!over) {
        watch.expect(limits.chunkMs);
        const piece = await reply.read();
        watch.rest();
        let found: string[];
        if (piece === null) {
          over = true;
          found = sse.end();
        } else {
          size += piece.length;
          if (size > limits.bytesMax) {
            throw new Unreadable(`the answer is larger than ${limits.bytesMax} bytes`);
          }
          found = feed(sse, piece);
        }
        if (found.length > 0) return found;
      }
      return null;
    },
    finish: () => over || reply.finish(),
  };
}

function feed(sse: SseReader, bytes: Uint8Array): string[] {
  try {
    return sse.feed(bytes);
  } catch (error) {
    throw new Unreadable(error instanceof Error ? error.message : "the stream cannot be read");
  }
}

/** A provider that cannot stream answers whole: given on as a stream of one piece. */
export function wholeAsChunks(text: string): string[] {
  const whole = JSON.parse(text) as {
    id?: unknown;
    created?: unknown;
    model?: unknown;
    choices?: { index?: number; message?: Record<string, unknown>; finish_reason?: unknown }[];
    usage?: unknown;
  };
  const head = {
    id: whole.id,
    object: "chat.completion.chunk",
    created: whole.created,
    model: whole.model,
  };
  const chunks = (whole.choices ?? []).flatMap(({ index = 0, message = {}, finish_reason }) => {
    const calls = message.tool_calls;
    const delta = Array.isArray(calls)
      ? { ...message, tool_calls: calls.map((call, at) => ({ index: at, ...call as object })) }
      : message;
    return [
      { ...head, choices: [{ index, delta, finish_reason: null }] },
      { ...head, choices: [{ index, delta: {}, finish_reason }] },
    ];
  });
  const usage = whole.usage ? [{ ...head, choices: [], usage: whole.usage }] : [];
  return [...[...chunks, ...usage].map((chunk) => JSON.stringify(chunk)), DONE];
}

/** A source of what is at hand already. */
export function readySource(data: readonly string[]): ChunkSource {
  let left: readonly string[] | null = data;
  return {
    read() {
      const now = left;
      left = null;
      return Promise.resolve(now);
    },
    finish() {},
  };
}
