/** Errors of `/v1`, whoever refuses: always `{error: {message, type, param, code}}`. */
import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { openAiError, openAiStatus, upstreamRefusal } from "../../lib/gateway/wire/mod.ts";
import type { AppError } from "../../lib/kernel/core/errors.ts";
import { type Env, requestIdOf } from "../_http/env.ts";

/** Paths whose errors have OpenAI's shape. */
export function isOpenAiPath(path: string): boolean {
  return path === "/v1" || path.startsWith("/v1/");
}

/**
 * Keeps the headers the guards have set on `c`; those of a refused rate are the error's own. A provider's own
 * refusal goes through unchanged. Attempts that failed may have cost something.
 */
export function openAiProblem(c: Context<Env>, error: AppError): Response {
  const status = openAiStatus(error);
  if (error.retryAfterMs !== undefined) {
    c.header("retry-after", String(Math.max(1, Math.ceil(error.retryAfterMs / 1000))));
    c.header("retry-after-ms", String(Math.max(1, Math.ceil(error.retryAfterMs))));
  }
  for (const [name, value] of Object.entries(error.data?.headers ?? {})) {
    c.header(name, String(value));
  }
  if (typeof error.data?.costMicros === "number") {
    c.header("x-muster-cost-micros", String(error.data.costMicros));
  }
  if (status === 401) c.header("www-authenticate", 'Bearer realm="muster"');
  // OpenAI's clients ask again by themselves; where it cannot help, they are told.
  if (!error.retryable) c.header("x-should-retry", "false");
  c.header("content-type", "application/json");
  const refusal = upstreamRefusal(error);
  if (refusal) return c.body(refusal.body, refusal.status as ContentfulStatusCode);
  const said = openAiError(
    error,
    `Something went wrong inside; look for ${requestIdOf(c)} in the log`,
  );
  return c.body(JSON.stringify({ error: said }), status as ContentfulStatusCode);
}
