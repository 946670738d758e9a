/** Effects of a run: what its steps did outside the log, with their receipts. */
import { createRoute, z } from "@hono/zod-openapi";
import type { App } from "../../lib/app.ts";
import { effect, effectStatus } from "../../lib/engine/schema.ts";
import { listEffects, requireEffect } from "../../lib/runs/mod.ts";
import { workspaceOf } from "../_http/env.ts";
import {
  idParam,
  jsonAnswer,
  newRouter,
  pageOf,
  pageQuery,
  readProblems,
} from "../_http/openapi.ts";

const tags = ["effects"];
const ofRun = z.object({ id: idParam("run") });

const list = createRoute({
  method: "get",
  path: "/runs/{id}/effects",
  operationId: "listEffects",
  summary: "Effects of a run, newest first",
  tags,
  request: {
    params: ofRun,
    query: pageQuery.extend({
      stepId: z.string().max(128).optional(),
      status: effectStatus.optional(),
      kind: z.string().max(40).optional(),
    }),
  },
  responses: { 200: jsonAnswer("A page of effects", pageOf(effect)), ...readProblems("not_found") },
});

const get = createRoute({
  method: "get",
  path: "/runs/{id}/effects/{effectId}",
  operationId: "getEffect",
  summary: "One effect",
  tags,
  request: { params: ofRun.extend({ effectId: idParam("effect") }) },
  responses: { 200: jsonAnswer("The effect", z.object({ effect })), ...readProblems("not_found") },
});

export function effectRoutes(app: App) {
  const router = newRouter();
  router.openapi(list, async (c) => {
    const { id } = c.req.valid("param");
    return c.json(await listEffects(app, workspaceOf(c), id, c.req.valid("query")), 200);
  });
  router.openapi(get, async (c) => {
    const { id, effectId } = c.req.valid("param");
    return c.json({ effect: await requireEffect(app, workspaceOf(c), id, effectId) }, 200);
  });
  return router;
}
