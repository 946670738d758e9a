/** The workspace's feed: every stream's events in commit order. */
import { createRoute } from "@hono/zod-openapi";
import type { App } from "../../lib/app.ts";
import { newRouter, readProblems, streamAnswer } from "../_http/openapi.ts";
import { sse, streamQuery } from "../_http/stream.ts";

const feed = createRoute({
  method: "get",
  path: "/events",
  operationId: "streamEvents",
  summary:
    "All events of the workspace as they happen; ?types= filters, deltas only when asked for",
  tags: ["events"],
  request: { query: streamQuery },
  responses: { 200: streamAnswer, ...readProblems("gone") },
});

export function eventRoutes(app: App) {
  const router = newRouter();
  router.openapi(feed, async (c) => await sse(c, app, "feed"));
  return router;
}
