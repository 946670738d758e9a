/** Request id and the security headers of every answer. */
import type { MiddlewareHandler } from "hono";
import type { AppContext } from "../../lib/kernel/context.ts";
import { DEFAULT_WORKSPACE, type Env } from "./env.ts";

const FIXED: readonly (readonly [string, string])[] = [
  ["x-content-type-options", "nosniff"],
  ["referrer-policy", "same-origin"],
  ["cross-origin-opener-policy", "same-origin"],
  ["permissions-policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"],
];

/** First of all middleware: what fails later still carries an id and these headers. */
export function answerHeaders(
  ctx: Pick<AppContext, "ids" | "config" | "clock" | "log">,
): MiddlewareHandler<Env> {
  const secure = ctx.config.publicUrl?.startsWith("https:") || ctx.config.deploy !== undefined;
  return async (c, next) => {
    const requestId = ctx.ids.next("request");
    c.set("requestId", requestId);
    c.set("workspaceId", DEFAULT_WORKSPACE);
    const startedAt = ctx.clock.mono();
    await next();
    const headers = c.res.headers;
    for (const [name, value] of FIXED) headers.set(name, value);
    headers.set("x-request-id", requestId);
    if (secure) headers.set("strict-transport-security", "max-age=31536000");
    // Pages bring their own, with the nonce of their scripts.
    if (!headers.has("content-security-policy")) {
      headers.set("content-security-policy", "default-src 'none'; frame-ancestors 'none'");
    }
    if (!headers.has("cache-control")) headers.set("cache-control", "no-store");
    ctx.log.debug("Request", {
      requestId,
      method: c.req.method,
      path: c.req.path,
      status: c.res.status,
      ms: Math.round(ctx.clock.mono() - startedAt),
    });
  };
}
