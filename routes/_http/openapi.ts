/** The parts every described operation is made of: router, bodies, pages, problem responses. */
import { OpenAPIHono, type RouteConfig, z } from "@hono/zod-openapi";
import type { Context, Handler, MiddlewareHandler } from "hono";
import { AppError, type ErrorCode, ERRORS } from "../../lib/kernel/core/errors.ts";
import { ID_PREFIX, type IdKind } from "../../lib/kernel/core/ids.ts";
import { PAGE_LIMIT_DEFAULT, PAGE_LIMIT_MAX } from "../../lib/kernel/core/page.ts";
import { checked } from "./checked.ts";
import type { Env } from "./env.ts";

/** RFC 9457, with our code, the request's id and the fields that were wrong. */
export const problemDetails = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  code: z.string(),
  requestId: z.string(),
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
}).meta({ id: "Problem" });

/**
 * A router whose failed validations become `invalid_input` with the paths of the fields. A path that
 * cannot be an id names nothing: `not_found`. All parts of a request are checked in one step before the
 * handler; the package alone would make a middleware of each.
 */
export function newRouter(): OpenAPIHono<Env> {
  const router = new OpenAPIHono<Env>();
  const open = (
    { middleware, hide, ...route }: RouteConfig & { middleware?: unknown; hide?: boolean },
    handler: Handler<Env>,
    hook?: unknown,
  ) => {
    if (middleware || hide || hook) throw new TypeError(`${route.path}: not supported here`);
    router.openAPIRegistry.registerPath(route);
    const path = route.path.replaceAll(/\/{(.+?)}/g, "/:$1");
    router.on([route.method], [path], checked(route.request, handler));
    return router;
  };
  router.openapi = open as unknown as typeof router.openapi;
  return router;
}

const WRITE_METHODS = new Set(["POST", "PUT", "PATCH"]);
const JSON_TYPE = /^application\/([a-z0-9.-]+\+)?json\s*(;|$)/i;

/** Refuses a body that is not JSON also where a body is optional: nothing sent is silently ignored. */
export const jsonOnly: MiddlewareHandler<Env> = async (c, next) => {
  const type = c.req.header("content-type");
  if (WRITE_METHODS.has(c.req.method) && hasBody(c) && !JSON_TYPE.test(type ?? "")) {
    throw new AppError("unsupported_media_type", {
      detail: `The body has type "${type ?? "unknown"}"; send application/json`,
    });
  }
  await next();
};

/** The server gives every write a body stream, also an empty one: the headers tell. */
function hasBody(c: Context<Env>): boolean {
  const length = c.req.header("content-length");
  if (length !== undefined) return length !== "0";
  return c.req.header("transfer-encoding") !== undefined ||
    c.req.header("content-type") !== undefined;
}

/** What any operation may answer: refused by the guard, too many, broken, shut. */
const EVERYWHERE: readonly ErrorCode[] = [
  "invalid_input",
  "unauthorized",
  "forbidden",
  "rate_limited",
  "internal",
  "unavailable",
];
const WRITES: readonly ErrorCode[] = [
  "conflict",
  "payload_too_large",
  "unsupported_media_type",
  "idempotency_mismatch",
];

type ProblemResponse = {
  description: string;
  content: { "application/problem+json": { schema: typeof problemDetails } };
};

function problemMap(codes: readonly ErrorCode[]): Record<number, ProblemResponse> {
  const responses: Record<number, ProblemResponse> = {};
  for (const code of codes) {
    const { status, title } = ERRORS[code];
    const known = responses[status];
    responses[status] = {
      description: known ? `${known.description}; ${code}: ${title}` : `${code}: ${title}`,
      content: { "application/problem+json": { schema: problemDetails } },
    };
  }
  return responses;
}

/** Problem responses of a read: those every operation has, and the given ones. */
export function readProblems(...codes: ErrorCode[]): Record<number, ProblemResponse> {
  return problemMap([...EVERYWHERE, ...codes]);
}

/** Problem responses of a write: bodies, idempotency keys and conflicts come with it. */
export function writeProblems(...codes: ErrorCode[]): Record<number, ProblemResponse> {
  return problemMap([...EVERYWHERE, ...WRITES, ...codes]);
}

/** A required JSON body. */
export function jsonBody<S extends z.ZodType>(schema: S) {
  return { required: true, content: { "application/json": { schema } } } as const;
}

/** A JSON answer. */
export function jsonAnswer<S extends z.ZodType>(description: string, schema: S) {
  return { description, content: { "application/json": { schema } } } as const;
}

/** A path parameter that is an id of this kind. */
export function idParam(kind: IdKind) {
  const prefix = ID_PREFIX[kind];
  return z.string().regex(new RegExp(`^${prefix}_[0-9A-HJKMNP-TV-Z]{26}$`))
    .meta({ example: `${prefix}_01K9Z3V7Q8R5T2W4X6Y8Z0A1B2` });
}

export const pageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(PAGE_LIMIT_MAX).default(PAGE_LIMIT_DEFAULT),
  cursor: z.string().min(1).max(1_000).optional(),
});

export function pageOf<S extends z.ZodType>(item: S) {
  return z.object({ items: z.array(item), nextCursor: z.string().nullable() });
}

/** `If-Match` of an update: the ETag that was read, or `*`. */
export const ifMatchHeader = z.object({ "if-match": z.string().max(200).optional() });

const storedEvent = z.looseObject({
  id: z.string(),
  type: z.string(),
  at: z.iso.datetime(),
  actor: z.string().optional(),
  stream: z.string(),
}).meta({ id: "Event" });

/** An event stream, or the same events as a page. */
export const streamAnswer = {
  description: "Server-sent events, each with the id to resume after; or a page of the same events",
  content: {
    "text/event-stream": { schema: z.string() },
    "application/json": { schema: pageOf(storedEvent) },
  },
} as const;
