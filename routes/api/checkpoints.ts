/** Checkpoints of an agent: the newest, and the last twenty. */
import { createRoute, z } from "@hono/zod-openapi";
import type { App } from "../../lib/app.ts";
import {
  getCheckpoint,
  listCheckpoints,
  saveCheckpoint,
} from "../../lib/coordination/checkpoints/mod.ts";
import { checkpoint, checkpointInput } from "../../lib/coordination/checkpoints/schema.ts";
import { agentId } from "../../lib/coordination/schema.ts";
import { callOf, requireActing } from "../_http/acting.ts";
import { workspaceOf } from "../_http/env.ts";
import {
  jsonAnswer,
  jsonBody,
  newRouter,
  pageOf,
  pageQuery,
  readProblems,
  writeProblems,
} from "../_http/openapi.ts";
import { resourcePathOf } from "../_http/resource_path.ts";

const tags = ["checkpoints"];
const params = z.object({ id: agentId });

const get = createRoute({
  method: "get",
  path: "/agents/{id}/checkpoint",
  operationId: "getCheckpoint",
  summary: "The newest checkpoint of an agent, or null",
  tags,
  request: { params },
  responses: {
    200: jsonAnswer("The checkpoint", z.object({ checkpoint: checkpoint.nullable() })),
    ...readProblems("not_found"),
  },
});

const save = createRoute({
  method: "post",
  path: "/agents/{id}/checkpoint",
  operationId: "saveCheckpoint",
  summary: "Replace the fields sent, keep the others; under a lock's token when one is given",
  tags,
  request: { params, body: jsonBody(checkpointInput) },
  responses: {
    200: jsonAnswer("The checkpoint as it is now", z.object({ checkpoint })),
    ...writeProblems("not_found"),
  },
});

const list = createRoute({
  method: "get",
  path: "/agents/{id}/checkpoints",
  operationId: "listCheckpoints",
  summary: "The last checkpoints of an agent, newest first",
  tags,
  request: { params, query: pageQuery },
  responses: {
    200: jsonAnswer("A page of checkpoints", pageOf(checkpoint)),
    ...readProblems("not_found"),
  },
});

export function checkpointRoutes({ ctx }: App) {
  const router = newRouter();
  router.openapi(get, async (c) => {
    const { id } = c.req.valid("param");
    return c.json({ checkpoint: await getCheckpoint(ctx, workspaceOf(c), id) }, 200);
  });
  router.openapi(save, async (c) => {
    const id = requireActing(c, { path: c.req.valid("param").id });
    const input = c.req.valid("json");
    const resourcePath = resourcePathOf(c, input.resourcePath);
    const saved = await saveCheckpoint(ctx, callOf(c, id), { ...input, resourcePath, agentId: id });
    return c.json({ checkpoint: saved }, 200);
  });
  router.openapi(list, async (c) => {
    const { id } = c.req.valid("param");
    return c.json(await listCheckpoints(ctx, workspaceOf(c), id, c.req.valid("query")), 200);
  });
  return router;
}
