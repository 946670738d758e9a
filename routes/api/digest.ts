/** The digest: what concerns an agent since it last looked. */
import { createRoute, z } from "@hono/zod-openapi";
import type { App } from "../../lib/app.ts";
import { getDigest } from "../../lib/coordination/digest/mod.ts";
import { digest } from "../../lib/coordination/digest/schema.ts";
import { agentId } from "../../lib/coordination/schema.ts";
import { requireActing } from "../_http/acting.ts";
import { workspaceOf } from "../_http/env.ts";
import { jsonAnswer, newRouter, readProblems } from "../_http/openapi.ts";

const get = createRoute({
  method: "get",
  path: "/digest",
  operationId: "getDigest",
  summary: "Mentions, unread, task changes, lock conflicts and handoffs since then, on one page",
  tags: ["digest"],
  request: {
    query: z.object({
      agentId: agentId.optional(),
      since: z.string().min(1).max(100).optional().meta({
        description: "An ISO 8601 time or the nextCursor of the last digest; default one day back",
      }),
    }),
  },
  responses: { 200: jsonAnswer("The digest", digest), ...readProblems("gone") },
});

export function digestRoutes(app: App) {
  const router = newRouter();
  router.openapi(get, async (c) => {
    const query = c.req.valid("query");
    const id = requireActing(c, { body: query.agentId });
    return c.json(
      await getDigest(app.ctx, workspaceOf(c), { agentId: id, since: query.since }),
      200,
    );
  });
  return router;
}
