/** Bodies larger than the limit are refused before anything reads them whole. */
import type { MiddlewareHandler } from "hono";
import { AppError } from "../../lib/kernel/core/errors.ts";
import type { Env } from "./env.ts";

export const BODY_MAX_BYTES = 2 * 1024 * 1024;

export function limitBody(): MiddlewareHandler<Env> {
  return async (c, next) => {
    const { headers, body, method, url } = c.req.raw;
    const length = headers.get("content-length");
    // A body without a length comes in chunks, and only reading it tells how long it is.
    if (length !== null && !headers.has("transfer-encoding")) {
      if (Number(length) > BODY_MAX_BYTES) throw tooLarge();
    } else if (body !== null && headers.has("transfer-encoding")) {
      const bytes = await readBounded(body);
      // Whoever waits must still hear that the caller has gone.
      c.req.raw = new Request(url, { method, headers, body: bytes, signal: c.req.raw.signal });
    }
    await next();
  };
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
