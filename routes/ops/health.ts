/** Whether the process lives, and whether it may be sent work. */
import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import type { App } from "../../lib/app.ts";
import { AppError } from "../../lib/kernel/core/errors.ts";
import type { Env } from "../_http/env.ts";
import { jsonAnswer, readProblems } from "../_http/openapi.ts";

const health = z.object({
  status: z.enum(["ok", "degraded"]),
  service: z.literal("muster"),
  version: z.string(),
  timestamp: z.iso.datetime(),
  kv: z.enum(["ok", "unavailable"]),
  workers: z.object({
    /** Jobs handled now, and at most. */
    busy: z.int(),
    limit: z.int(),
  }),
}).meta({ id: "Health" });

const healthRoute = createRoute({
  method: "get",
  path: "/health",
  operationId: "getHealth",
  summary: "The process, its store and its workers; degraded while the store does not answer",
  tags: ["operations"],
  security: [],
  responses: { 200: jsonAnswer("How it is", health), ...readProblems() },
});

const readyRoute = createRoute({
  method: "get",
  path: "/ready",
  operationId: "getReady",
  summary:
    "Whether requests should be sent here: 503 while starting, stopping or without the store",
  tags: ["operations"],
  security: [],
  responses: {
    200: jsonAnswer("It is ready", z.object({ status: z.literal("ready") })),
    ...readProblems("unavailable"),
  },
});

export function healthRoutes(app: App): OpenAPIHono<Env> {
  const { ctx } = app;
  const router = new OpenAPIHono<Env>();
  router.openapi(healthRoute, async (c) => {
    const kv = await app.isStoreAlive();
    return c.json({
      status: kv ? "ok" as const : "degraded" as const,
      service: "muster" as const,
      version: ctx.config.version,
      timestamp: new Date(ctx.clock.now()).toISOString(),
      kv: kv ? "ok" as const : "unavailable" as const,
      workers: { busy: app.worker.busy, limit: ctx.config.workers },
    }, 200);
  });
  router.openapi(readyRoute, async (c) => {
    if (app.stopping.aborted) {
      throw new AppError("unavailable", { detail: "The server is stopping" });
    }
    if (!await app.isStoreAlive()) {
      throw new AppError("unavailable", { detail: "The store does not answer" });
    }
    return c.json({ status: "ready" as const }, 200);
  });
  return router;
}
