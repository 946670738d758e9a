/** The locked path a guarded write belongs to. */
import type { Context } from "hono";
import { AppError } from "../../lib/kernel/core/errors.ts";
import type { Env } from "./env.ts";

/** As the body says, else `X-Resource-Path`, percent-encoded as a header must be or plain. */
export function resourcePathOf(c: Context<Env>, given: string | undefined): string | undefined {
  const header = c.req.header("x-resource-path");
  if (given !== undefined || !header) return given;
  try {
    return decodeURIComponent(header);
  } catch {
    throw new AppError("invalid_input", {
      detail: "X-Resource-Path is not percent-encoded UTF-8",
      fields: [{ path: "X-Resource-Path", message: "not percent-encoded UTF-8" }],
    });
  }
}
