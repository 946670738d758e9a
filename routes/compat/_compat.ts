/**
 * The parts the compatibility surface is made of: JSON in whose unknown members are dropped, and errors
 * in the shape its clients know. Existing clients of the "agent coordination" service speak it.
 */
import { Hono } from "hono";
import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { z } from "zod";
import type { App } from "../../lib/app.ts";
import { AppError, ERRORS } from "../../lib/kernel/core/errors.ts";
import { isDeeperThan, MAX_JSON_DEPTH } from "../../lib/kernel/core/json_schema.ts";
import { type Env, requestIdOf } from "../_http/env.ts";

export { actingAgent, callOf, requireActing } from "../_http/acting.ts";

/** A router of this surface; its errors are answered by `compatError` (see routes/_http/errors.ts). */
export function compatRouter(_app: App): Hono<Env> {
  return new Hono<Env>();
}

/** Paths whose errors have this surface's shape, whoever refuses them. */
export function isCompatPath(path: string): boolean {
  return /^\/(?:coordinator|agent|lock)(?:\/|$)/.test(path);
}

/** `{success:false, error, …}` for a refusal that says who stands in the way, else `{error}`. */
export function compatError(c: Context<Env>, error: AppError): Response {
  const { status, title } = ERRORS[error.code];
  if (error.retryAfterMs !== undefined) {
    c.header("retry-after", String(Math.max(1, Math.ceil(error.retryAfterMs / 1000))));
  }
  if (status === 401) c.header("www-authenticate", 'Bearer realm="muster"');
  const detail = error.code === "internal"
    ? `${title}; look for ${requestIdOf(c)} in the log`
    : error.detail;
  const refused = status === 403 || status === 409;
  return c.json(
    { ...(refused && { success: false }), error: detail, ...error.extension },
    status as ContentfulStatusCode,
  );
}

/**
 * The body, checked. `invalid_input` with `"agentId, message required"` for what is missing, else with
 * `"<field>: <rule>"`. Members the schema does not know are dropped; a `null` or `""` it does not take
 * counts as absent. No body is an empty object.
 */
export async function readBody<S extends z.ZodType>(
  c: Context<Env>,
  schema: S,
): Promise<z.infer<S>> {
  return check(schema, await readObject(c));
}

/** The query, checked as a body is; an empty value counts as absent. */
export function readQuery<S extends z.ZodType>(c: Context<Env>, schema: S): z.infer<S> {
  const given = Object.entries(c.req.query()).filter(([, value]) => value !== "");
  return check(schema, Object.fromEntries(given));
}

/** The body as it came, for routes that choose a schema by its `action`. */
export async function readObject(c: Context<Env>): Promise<Record<string, unknown>> {
  const text = await c.req.text();
  if (text.trim() === "") return {};
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw invalid("The body is not valid JSON", "body");
  }
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    throw invalid("The body must be a JSON object", "body");
  }
  if (isDeeperThan(body, MAX_JSON_DEPTH)) {
    throw invalid(`The body is nested deeper than ${MAX_JSON_DEPTH} levels`, "body");
  }
  return body as Record<string, unknown>;
}

/** As `readBody`, of an object already read. */
export function check<S extends z.ZodType>(
  schema: S,
  given: Readonly<Record<string, unknown>>,
): z.infer<S> {
  let value: unknown = given;
  // Each round drops what is unknown or empty; nothing is left to drop after as many as it is deep.
  for (let round = 0; round < 8; round++) {
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    const copy: unknown = structuredClone(value);
    if (!dropIgnored(copy, parsed.error.issues)) throw describe(parsed.error.issues, value);
    value = copy;
  }
  throw invalid("The body is not valid", "body");
}

type Issue = z.core.$ZodIssue;

function dropIgnored(value: unknown, issues: readonly Issue[]): boolean {
  let dropped = false;
  for (const issue of issues) {
    if (issue.code === "unrecognized_keys") {
      const holder = at(value, issue.path);
      for (const key of issue.keys) dropped = drop(holder, key) || dropped;
    } else if (issue.path.length > 0 && isMissing(at(value, issue.path))) {
      dropped = drop(at(value, issue.path.slice(0, -1)), issue.path.at(-1)!) || dropped;
    }
  }
  return dropped;
}

function drop(holder: unknown, key: PropertyKey): boolean {
  if (typeof holder !== "object" || holder === null || Array.isArray(holder)) return false;
  return Object.hasOwn(holder, key) && Reflect.deleteProperty(holder, key);
}

function at(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (found, part) =>
      typeof found === "object" && found !== null && Object.hasOwn(found, part)
        ? (found as Record<PropertyKey, unknown>)[part]
        : undefined,
    value,
  );
}

function describe(issues: readonly Issue[], value: unknown): AppError {
  const missing = issues.filter(({ path }) => path.length > 0 && isMissing(at(value, path)))
    .map(({ path }) => path.map(String).join("."));
  if (missing.length > 0) {
    const names = [...new Set(missing)];
    return new AppError("invalid_input", {
      detail: `${names.join(", ")} required`,
      fields: names.map((path) => ({ path, message: "is required" })),
    });
  }
  const [first] = issues;
  const path = first!.path.map(String).join(".") || "body";
  return invalid(`${path}: ${first!.message}`, path);
}

/** What clients of this surface send for nothing. */
const isMissing = (value: unknown) => value === undefined || value === null || value === "";

function invalid(detail: string, path: string): AppError {
  return new AppError("invalid_input", { detail, fields: [{ path, message: detail }] });
}
