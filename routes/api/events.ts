/** The workspace's feed: every stream's events in commit order. */
import { createRoute, z } from "@hono/zod-openapi";
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
  request: {
    query: streamQuery.extend({
      /** Comma-separated event types; `run.*` takes all of a kind. */
      types: z.string().max(1_000).regex(/^[a-z_]+(\.([a-z_]+|\*))?(,[a-z_]+(\.([a-z_]+|\*))?)*$/)
        .optional(),
    }),
  },
  responses: { 200: streamAnswer, ...readProblems("gone") },
});

export function eventRoutes(app: App) {
  const router = newRouter();
  router.openapi(feed, async (c) => {
    const types = c.req.valid("query").types?.split(",");
    return await sse(c, app, "feed", types ? { types } : {});
  });
  return router;
}
