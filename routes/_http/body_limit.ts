/** Bodies larger than the limit are refused before anything reads them whole. */
import type { MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import { AppError } from "../../lib/kernel/core/errors.ts";
import type { Env } from "./env.ts";

export const BODY_MAX_BYTES = 2 * 1024 * 1024;

export function limitBody(): MiddlewareHandler<Env> {
  return bodyLimit({
    maxSize: BODY_MAX_BYTES,
    onError: () => {
      throw new AppError("payload_too_large", {
        detail: `The body is larger than ${BODY_MAX_BYTES} bytes`,
      });
    },
  });
}
