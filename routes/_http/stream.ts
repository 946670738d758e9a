/**
 * Event streams over HTTP: server-sent events as the hub makes them (kernel/events/sse.ts), or a page of the
 * same events. Control frames carry no id, so a reconnecting client resumes after the last event.
 */
import { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { App } from "../../lib/app.ts";
import { AppError } from "../../lib/kernel/core/errors.ts";
import { PAGE_LIMIT_DEFAULT, PAGE_LIMIT_MAX } from "../../lib/kernel/core/page.ts";
import {
  FEED,
  headCursor,
  parseCursor,
  publicJson,
  readEvents,
  readFeed,
  requireCursor,
  type StoredEvent,
} from "../../lib/kernel/events/mod.ts";
import { typeFilter } from "../../lib/kernel/events/read.ts";
import { type Env, workspaceOf } from "./env.ts";
import { isKeyUsable, keyOf } from "./usable_key.ts";

export const streamQuery = z.object({
  /** The id of an event, or `latest` for what comes from now on; `Last-Event-ID` goes before it. */
  after: z.string().max(200).optional(),
  /** Events after which the stream ends, or a page's size. */
  limit: z.coerce.number().int().min(1).max(PAGE_LIMIT_MAX).optional(),
  /** Event types, comma-separated; `run.*` takes all of a kind. */
  types: z.string().regex(/^[a-z_]+(?:\.[a-z_*]+)?(?:,[a-z_]+(?:\.[a-z_*]+)?)*$/).max(1_000)
    .optional(),
  format: z.enum(["sse", "json"]).optional(),
});

const HEADERS = {
  "content-type": "text/event-stream; charset=utf-8",
  "cache-control": "no-store, no-transform",
  "x-accel-buffering": "no",
};

interface StreamRequest {
  readonly workspaceId: string;
  readonly stream: string;
  readonly after: string | undefined;
  readonly limit: number | undefined;
  readonly types: readonly string[] | undefined;
}

/** Answers with the stream, or with a page of it for `?format=json` or `Accept: application/json`. */
export async function sse(
  c: Context<Env>,
  app: Pick<App, "ctx" | "hub">,
  stream: string,
): Promise<Response> {
  const query = parseQuery(c);
  const request: StreamRequest = {
    workspaceId: workspaceOf(c),
    stream,
    // A reconnecting EventSource repeats its first URL; what it got last stands in the header.
    after: c.req.header("last-event-id") || await startOf(c, app, query.after),
    limit: query.limit,
    types: query.types?.split(","),
  };
  parseCursor(request.after);
  if (wantsPage(c, query.format)) return await page(c, app, request);
  if (c.req.method === "HEAD") return c.body(null, 200, HEADERS);
  const keyId = keyOf(c.get("caller"));
  const mayStay = keyId === null ? undefined : () => isKeyUsable(app, request.workspaceId, keyId);
  return c.body(app.hub.sse(request.workspaceId, stream, { ...request, mayStay }), 200, HEADERS);
}

/** A page after `latest` is empty and its `nextCursor` is where to follow from. */
async function startOf(
  c: Context<Env>,
  app: Pick<App, "ctx">,
  after: string | undefined,
): Promise<string | undefined> {
  if (after === "latest") return await headCursor(app.ctx, workspaceOf(c));
  return after || undefined;
}

function parseQuery(c: Context<Env>): z.infer<typeof streamQuery> {
  const parsed = streamQuery.safeParse(c.req.query());
  if (parsed.success) return parsed.data;
  const fields = parsed.error.issues.map((issue) => ({
    path: issue.path.join("."),
    message: issue.message,
  }));
  throw new AppError("invalid_input", {
    detail: `The query is not valid: ${fields[0]!.path}: ${fields[0]!.message}`,
    fields,
  });
}

function wantsPage(c: Context<Env>, format: "sse" | "json" | undefined): boolean {
  if (format) return format === "json";
  const accept = c.req.header("accept") ?? "";
  return accept.includes("application/json") && !accept.includes("text/event-stream");
}

async function page(
  c: Context<Env>,
  app: Pick<App, "ctx">,
  request: StreamRequest,
): Promise<Response> {
  const { workspaceId, after, limit = PAGE_LIMIT_DEFAULT } = request;
  if (after !== undefined) await requireCursor(app.ctx, workspaceId, after);
  const events = await readPage(app, request, limit);
  const nextCursor = JSON.stringify(events.at(-1)?.id ?? after ?? null);
  return c.body(`{"items":[${events.map(publicJson).join(",")}],"nextCursor":${nextCursor}}`, 200, {
    "content-type": "application/json",
  });
}

async function readPage(
  { ctx }: Pick<App, "ctx">,
  { workspaceId, stream, after, types }: StreamRequest,
  limit: number,
): Promise<StoredEvent[]> {
  if (stream === FEED) return await readFeed(ctx, workspaceId, { after, limit, types });
  const wanted = typeFilter(stream, types);
  if (!wanted) return await readEvents(ctx, workspaceId, stream, { after, limit });
  const found: StoredEvent[] = [];
  for (let from = after;;) {
    const read = await readEvents(ctx, workspaceId, stream, { after: from });
    found.push(...read.filter((event) => wanted(event.type)));
    if (read.length === 0 || found.length >= limit) return found.slice(0, limit);
    from = read.at(-1)!.id;
  }
}
