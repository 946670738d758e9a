/** Claims: what agents say they are doing. */
import { createRoute, z } from "@hono/zod-openapi";
import type { App } from "../../lib/app.ts";
import { claimWork, getClaim, listClaims, releaseWork } from "../../lib/coordination/claims/mod.ts";
import {
  claim,
  claimFilter,
  claimInput,
  claimRelease,
} from "../../lib/coordination/claims/schema.ts";
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

const tags = ["claims"];
const answer = z.object({ claim });

const list = createRoute({
  method: "get",
  path: "/claims",
  operationId: "listClaims",
  summary: "Claims, newest first; by agent, or the one on this work. Stale ones when asked for",
  tags,
  request: { query: pageQuery.extend(claimFilter.shape) },
  responses: { 200: jsonAnswer("A page of claims", pageOf(claim)), ...readProblems() },
});

const take = createRoute({
  method: "post",
  path: "/claims",
  operationId: "claimWork",
  summary: "Claim work, or renew one's claim; a stale claim of another is taken over",
  tags,
  request: { body: jsonBody(claimInput) },
  responses: { 200: jsonAnswer("The claim", answer), ...writeProblems() },
});

const release = createRoute({
  method: "delete",
  path: "/claims",
  operationId: "releaseClaim",
  summary: "Release the claim on this work: as its claimant, or as an operator",
  tags,
  request: { query: claimRelease, headers: agentHeader },
  responses: { 204: { description: "It is released" }, ...writeProblems("not_found") },
});

export function claimRoutes({ ctx }: App) {
  const router = newRouter();
  router.openapi(list, async (c) => {
    const { what, by, includeStale: stale, ...page } = c.req.valid("query");
    const includeStale = stale === "true";
    if (what === undefined) {
      return c.json(await listClaims(ctx, workspaceOf(c), { by, includeStale, ...page }), 200);
    }
    const found = await getClaim(ctx, workspaceOf(c), what, { includeStale });
    const items = found && (by === undefined || found.by === by) ? [found] : [];
    return c.json({ items, nextCursor: null }, 200);
  });
  router.openapi(take, async (c) => {
    const { by: named, ...input } = c.req.valid("json");
    const by = requireActing(c, { body: named }, "by");
    return c.json({ claim: await claimWork(ctx, callOf(c, by), { ...input, by }) }, 200);
  });
  router.openapi(release, async (c) => {
    const { what, by: named } = c.req.valid("query");
    const by = holderOrOperator(c, named);
    await releaseWork(ctx, callOf(c, by), { what, by });
    return c.body(null, 204);
  });
  return router;
}
