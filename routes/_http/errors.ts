/** The one translation of errors to HTTP: RFC 9457 problem details. */
import type { Context, Hono, NotFoundHandler } from "hono";
import { HTTPException } from "hono/http-exception";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { AppError, type ErrorCode, ERRORS, toAppError } from "../../lib/kernel/core/errors.ts";
import type { Logger } from "../../lib/kernel/platform/log.ts";
import { traceId } from "../../lib/kernel/platform/otel.ts";
import { compatError, isCompatPath } from "../compat/_compat.ts";
import { isModelPath } from "../compat/strict.ts";
import { isOpenAiPath, openAiProblem } from "../gateway/openai_error.ts";
import { type Env, requestIdOf } from "./env.ts";

const FROM_STATUS: Readonly<Record<number, ErrorCode>> = {
  400: "invalid_input",
  401: "unauthorized",
  403: "forbidden",
  404: "not_found",
  405: "method_not_allowed",
  406: "not_acceptable",
  409: "conflict",
  410: "gone",
  412: "precondition_failed",
  413: "payload_too_large",
  415: "unsupported_media_type",
  429: "rate_limited",
  503: "unavailable",
};

/** Keeps the headers the guards have set on `c`. */
export function problemResponse(c: Context<Env>, error: AppError): Response {
  if (isCompatPath(c.req.path)) return compatError(c, error);
  if (isOpenAiPath(c.req.path)) return openAiProblem(c, error);
  const { status, title } = ERRORS[error.code];
  c.header("content-type", "application/problem+json; charset=utf-8");
  if (error.retryAfterMs !== undefined) {
    c.header("retry-after", String(Math.max(1, Math.ceil(error.retryAfterMs / 1000))));
  }
  // A refused rate brings its fields (RateLimit, x-ratelimit-*).
  for (const [name, value] of Object.entries(error.data?.headers ?? {})) {
    c.header(name, String(value));
  }
  if (status === 401) c.header("www-authenticate", 'Bearer realm="muster"');
  const requestId = requestIdOf(c);
  // What went wrong inside stays inside.
  const detail = error.code === "internal"
    ? `${title}; look for ${requestId} in the log`
    : error.detail;
  const body = {
    ...(isModelPath(c.req.path) && { success: false, error: detail }),
    ...error.extension,
    type: `/docs#${error.code}`,
    title,
    status,
    detail,
    code: error.code,
    requestId,
    ...(error.fields && { errors: error.fields }),
  };
  return c.body(JSON.stringify(body), status as ContentfulStatusCode);
}

/** What a person sees who opened a page; undefined: the problem itself. */
export type ProblemPage = (error: AppError, requestId: string) => Response | undefined;

/** Error handler of the whole app: nothing leaves as anything but a problem, or a page that tells it. */
export function onError(
  log: Logger,
  page: ProblemPage,
): (error: Error, c: Context<Env>) => Response {
  return (thrown, c) => {
    const error = translate(thrown);
    if (error.status >= 500) {
      const isOurs = error.code === "internal" && !isHangUp(error.cause);
      log[isOurs ? "error" : "warn"]("Request failed", {
        requestId: requestIdOf(c),
        traceId: traceId(),
        method: c.req.method,
        path: c.req.path,
        code: error.code,
        error: error.code === "internal" ? error.cause ?? error : error.detail,
      });
    }
    return (wantsPage(c) ? page(error, requestIdOf(c)) : undefined) ?? problemResponse(c, error);
  };
}

/** Reading the body of a caller that has gone. */
function isHangUp(cause: unknown): boolean {
  return cause instanceof Deno.errors.BadResource && cause.message.includes("read body");
}

/** A browser that opens an address, as opposed to a program or a script on a page. */
export function wantsPage(c: Context<Env>): boolean {
  return c.req.method === "GET" && !/^\/(?:api|v1|internal)\//.test(c.req.path) &&
    !isCompatPath(c.req.path) && (c.req.header("accept") ?? "").includes("text/html");
}

/** 404, or 405 with `Allow` when the path exists for other methods. */
export function onNotFound(app: Hono<Env>): NotFoundHandler<Env> {
  return (c) => {
    const allowed = allowedMethods(app, c.req.path);
    if (allowed.length === 0) {
      throw new AppError("not_found", { detail: `There is nothing at ${c.req.path}` });
    }
    const allow = allowed.join(", ");
    if (c.req.method === "OPTIONS") return c.body(null, 204, { allow });
    const error = new AppError("method_not_allowed", {
      detail: `${c.req.method} is not possible on ${c.req.path}; use ${allow}`,
    });
    c.header("allow", allow);
    return problemResponse(c, error);
  };
}

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;

function allowedMethods(app: Hono<Env>, path: string): string[] {
  const found: string[] = METHODS.filter((method) =>
    // Middleware is registered for every method and does not make a path exist.
    app.router.match(method, path)[0].some(([[, route]]) => route.method === method)
  );
  if (found.includes("GET")) found.push("HEAD");
  return found.length > 0 ? [...found, "OPTIONS"] : [];
}

function translate(thrown: unknown): AppError {
  if (thrown instanceof HTTPException) {
    const code = FROM_STATUS[thrown.status] ?? (thrown.status < 500 ? "invalid_input" : "internal");
    const detail = thrown.message.replace(/\.$/, "") || ERRORS[code].title;
    return new AppError(code, {
      detail,
      fields: code === "invalid_input" ? [{ path: "body", message: detail }] : undefined,
      cause: thrown,
    });
  }
  // The caller hung up while sending its body, or sent fewer bytes than it announced.
  if (thrown instanceof Deno.errors.Http) {
    return new AppError("invalid_input", { detail: "The body could not be read", cause: thrown });
  }
  return toAppError(thrown);
}
