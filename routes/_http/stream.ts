/**
 * Event streams over HTTP. Server-sent events: `ready` first, then the log after the cursor and whatever
 * comes, `ping` every 15 s, `reset` when the cursor is not kept any more, `closed` with the reason when the
 * server ends it. Control frames carry no id, so a reconnecting client resumes after the last event.
 */
import { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { App } from "../../lib/app.ts";
import type { Clock } from "../../lib/kernel/core/clock.ts";
import { AppError } from "../../lib/kernel/core/errors.ts";
import { PAGE_LIMIT_DEFAULT, PAGE_LIMIT_MAX } from "../../lib/kernel/core/page.ts";
import {
  eventFrame,
  FEED,
  type Followed,
  type Follower,
  parseCursor,
  publicJson,
  readEvents,
  readFeed,
  requireCursor,
  type StoredEvent,
} from "../../lib/kernel/events/mod.ts";
import { typeFilter } from "../../lib/kernel/events/read.ts";
import { type Env, workspaceOf } from "./env.ts";

export const streamQuery = z.object({
  /** The id of an event; `Last-Event-ID` goes before it. */
  after: z.string().max(200).optional(),
  /** Events after which the stream ends, or a page's size. */
  limit: z.coerce.number().int().min(1).max(PAGE_LIMIT_MAX).optional(),
  /** Event types, comma-separated; `run.*` takes all of a kind. */
  types: z.string().regex(/^[a-z_]+(?:\.[a-z_*]+)?(?:,[a-z_]+(?:\.[a-z_*]+)?)*$/).max(1_000)
    .optional(),
  format: z.enum(["sse", "json"]).optional(),
});

const PING_MS = 15_000;
/** What one viewer may have unsent before it is closed as too slow. */
const UNSENT_MAX_BYTES = 1 << 20;
const WINDOW_BYTES = 1 << 16;
const encoder = new TextEncoder();
const PING = encoder.encode("event: ping\ndata: {}\n\n");

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
    after: c.req.header("last-event-id") || query.after || undefined,
    limit: query.limit,
    types: query.types?.split(","),
  };
  parseCursor(request.after);
  if (wantsPage(c, query.format)) return await page(c, app, request);
  if (c.req.method === "HEAD") return c.body(null, 200, HEADERS);
  return c.body(openStream(app, request), 200, HEADERS);
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

function openStream(
  app: Pick<App, "ctx" | "hub">,
  request: StreamRequest,
): ReadableStream<Uint8Array> {
  let viewer: Viewer;
  return new ReadableStream<Uint8Array>({
    start(controller) {
      viewer = new Viewer(controller, app.ctx.clock, request);
      viewer.leave = app.hub.subscribe(request.workspaceId, request.stream, {
        after: request.after,
        types: request.types,
      }, viewer);
    },
    pull: () => viewer.resume(),
    cancel: () => viewer.end(),
  }, new ByteLengthQueuingStrategy({ highWaterMark: WINDOW_BYTES }));
}

/** One viewer's connection: what the hub pushes goes out unchanged, as long as the viewer reads it. */
class Viewer implements Follower {
  leave: () => void = () => {};
  readonly #controller: ReadableStreamDefaultController<Uint8Array>;
  readonly #clock: Pick<Clock, "timer">;
  #left: number;
  #ended = false;
  #resume: (() => void) | undefined;
  #stopPing: () => void = () => {};

  constructor(
    controller: ReadableStreamDefaultController<Uint8Array>,
    clock: Pick<Clock, "timer">,
    request: StreamRequest,
  ) {
    this.#controller = controller;
    this.#clock = clock;
    this.#left = request.limit ?? Infinity;
    this.#control(
      "ready",
      { stream: request.stream, after: request.after ?? null },
      "retry: 1000\n",
    );
    this.#ping();
  }

  send(item: Followed): boolean {
    if (this.#ended) return false;
    switch (item.kind) {
      case "events":
        this.#events(item.events, item.bytes);
        break;
      case "reset":
        this.#control("reset", { reason: item.reason });
        break;
      case "closed":
        this.#close(item.reason);
        break;
    }
    return !this.#ended;
  }

  async drained(): Promise<boolean> {
    if (!this.#ended && (this.#controller.desiredSize ?? 0) <= 0) {
      await new Promise<void>((resolve) => this.#resume = resolve);
    }
    return !this.#ended;
  }

  resume(): void {
    this.#resume?.();
    this.#resume = undefined;
  }

  /** The viewer has gone, or nothing more will be sent. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#stopPing();
    this.leave();
    this.resume();
  }

  #events(events: readonly StoredEvent[], bytes: Uint8Array): void {
    const unsent = WINDOW_BYTES - (this.#controller.desiredSize ?? 0);
    if (unsent > 0 && unsent + bytes.length > UNSENT_MAX_BYTES) return this.#close("slow_consumer");
    if (events.length < this.#left) {
      this.#left -= events.length;
      this.#controller.enqueue(bytes);
      return;
    }
    const last = events.slice(0, this.#left);
    this.#controller.enqueue(encoder.encode(last.map(eventFrame).join("")));
    this.#close("limit");
  }

  #close(reason: string): void {
    try {
      this.#control("closed", { reason });
      this.#controller.close();
    } catch {
      // The viewer went at this very moment, which the write itself may bring to light.
    }
    this.end();
  }

  #control(event: string, data: unknown, before = ""): void {
    const frame = `${before}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
    this.#controller.enqueue(encoder.encode(frame));
  }

  #ping(): void {
    this.#stopPing = this.#clock.timer(PING_MS, () => {
      // Unsent bytes keep the connection as alive as a ping would.
      if ((this.#controller.desiredSize ?? 0) > 0) this.#controller.enqueue(PING);
      this.#ping();
    });
  }
}
