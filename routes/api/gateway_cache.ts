/** Cached answers of the gateway: what they saved, and forgetting them. */
import { createRoute, z } from "@hono/zod-openapi";
import type { App } from "../../lib/app.ts";
import { cacheStats } from "../../lib/gateway/cache/schema.ts";
import { actorOf, workspaceOf } from "../_http/env.ts";
import { jsonAnswer, newRouter, readProblems, writeProblems } from "../_http/openapi.ts";

const tags = ["gateway"];

const get = createRoute({
  method: "get",
  path: "/gateway/cache",
  operationId: "getGatewayCache",
  summary: "What the cache holds, and by day how often it answered and what that saved",
  tags,
  request: {
    query: z.object({
      /** Today included. */
      days: z.coerce.number().int().min(1).max(366).default(30),
    }),
  },
  responses: {
    200: jsonAnswer("The figures", cacheStats.meta({ id: "GatewayCache" })),
    ...readProblems(),
  },
});

const clear = createRoute({
  method: "delete",
  path: "/gateway/cache",
  operationId: "clearGatewayCache",
  summary: "Forget every cached answer of the workspace. Role admin",
  tags,
  responses: {
    200: jsonAnswer(
      "How many there were",
      z.object({ cleared: z.int().nonnegative() }).meta({ id: "ClearedCache" }),
    ),
    ...writeProblems(),
  },
});

export function gatewayCacheRoutes(app: App) {
  const router = newRouter();
  router.openapi(get, async (c) => {
    return c.json(await app.gateway.cache.stats(workspaceOf(c), c.req.valid("query").days), 200);
  });
  router.openapi(clear, async (c) => {
    const cleared = await app.gateway.cache.clear(workspaceOf(c), actorOf(c));
    return c.json({ cleared }, 200);
  });
  return router;
}
