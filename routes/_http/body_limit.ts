/** Bodies larger than the limit are refused before anything reads them whole. */
import type { Context, MiddlewareHandler } from "hono";
import { AppError } from "../../lib/kernel/core/errors.ts";
import type { Env } from "./env.ts";

export const BODY_MAX_BYTES = 2 * 1024 * 1024;

export function limitBody(): MiddlewareHandler<Env> {
  return async (c, next) => {
    const { headers } = c.req.raw;
    if (headers.get("transfer-encoding") === null) {
      // Looking at `body` would make a stream of it, which is read at three times the cost.
      if (Number(headers.get("content-length") ?? 0) > BODY_MAX_BYTES) throw tooLarge();
    } else await limitChunks(c);
    await next();
  };
}

/** A body without a length comes in chunks, and only reading it tells how long it is. */
async function limitChunks(c: Context<Env>): Promise<void> {
  const { headers, body, method, url, signal } = c.req.raw;
  if (body === null) return;
  const bytes = await readBounded(body);
  // Whoever waits must still hear that the caller has gone.
  c.req.raw = new Request(url, { method, headers, body: bytes, signal });
}

async function readBounded(body: ReadableStream<Uint8Array>): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > BODY_MAX_BYTES) throw tooLarge();
    chunks.push(chunk);
  }
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

function tooLarge(): AppError {
  return new AppError("payload_too_large", {
    detail: `The body is larger than ${BODY_MAX_BYTES} bytes`,
  });
}
