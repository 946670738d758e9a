/** Zones: ownership of a path and everything below it. */
import { createRoute, z } from "@hono/zod-openapi";
import type { App } from "../../lib/app.ts";
import {
  claimZone,
  findZone,
  getZone,
  listZones,
  releaseZone,
} from "../../lib/coordination/zones/mod.ts";
import { zone, zoneId, zoneInput } from "../../lib/coordination/zones/schema.ts";
import { agentId } from "../../lib/coordination/schema.ts";
import { AppError } from "../../lib/kernel/core/errors.ts";
import { callOf, requireActing } from "../_http/acting.ts";
import { workspaceOf } from "../_http/env.ts";
import { agentHeader, holderOrOperator } from "../_http/holder.ts";
import {
  jsonAnswer,
  jsonBody,
  newRouter,
  pageOf,
  pageQuery,
  readProblems,
  writeProblems,
} from "../_http/openapi.ts";

const tags = ["zones"];
const params = z.object({ id: zoneId });
const answer = z.object({ zone });

const list = createRoute({
  method: "get",
  path: "/zones",
  operationId: "listZones",
  summary: "Zones, newest first; by owner, or the one a path lies in",
  tags,
  request: {
    query: pageQuery.extend({
      owner: agentId.optional(),
      path: z.string().min(1).max(8_000).optional(),
    }),
  },
  responses: { 200: jsonAnswer("A page of zones", pageOf(zone)), ...readProblems() },
});

const claim = createRoute({
  method: "post",
  path: "/zones",
  operationId: "claimZone",
  summary: "Claim a zone, or change one's own",
  tags,
  request: { body: jsonBody(zoneInput) },
  responses: { 200: jsonAnswer("The zone", answer), ...writeProblems() },
});

const get = createRoute({
  method: "get",
  path: "/zones/{id}",
  operationId: "getZone",
  summary: "One zone",
  tags,
  request: { params },
  responses: { 200: jsonAnswer("The zone", answer), ...readProblems("not_found") },
});

const release = createRoute({
  method: "delete",
  path: "/zones/{id}",
  operationId: "releaseZone",
  summary: "Release a zone: as its owner, or as an operator",
  tags,
  request: { params, headers: agentHeader },
  responses: { 204: { description: "It is released" }, ...writeProblems("not_found") },
});

export function zoneRoutes({ ctx }: App) {
  const router = newRouter();
  router.openapi(list, async (c) => {
    const { path, owner, ...page } = c.req.valid("query");
    if (path === undefined) {
      return c.json(await listZones(ctx, workspaceOf(c), { owner, ...page }), 200);
    }
    const found = await findZone(ctx, workspaceOf(c), path);
    const items = found && (owner === undefined || found.owner === owner) ? [found] : [];
    return c.json({ items, nextCursor: null }, 200);
  });
  router.openapi(claim, async (c) => {
    const { owner: named, ...input } = c.req.valid("json");
    const owner = requireActing(c, { body: named }, "owner");
    return c.json({ zone: await claimZone(ctx, callOf(c, owner), { ...input, owner }) }, 200);
  });
  router.openapi(get, async (c) => {
    const { id } = c.req.valid("param");
    const found = await getZone(ctx, workspaceOf(c), id);
    if (!found) throw new AppError("not_found", { detail: `There is no zone "${id}"` });
    return c.json({ zone: found }, 200);
  });
  router.openapi(release, async (c) => {
    const owner = holderOrOperator(c);
    await releaseZone(ctx, callOf(c, owner), { zoneId: c.req.valid("param").id, owner });
    return c.body(null, 204);
  });
  return router;
}
