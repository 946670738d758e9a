/** Approvals: what waits for a person, and the answer. */
import { createRoute, z } from "@hono/zod-openapi";
import type { App } from "../../lib/app.ts";
import { listApprovals, requireApproval } from "../../lib/governance/mod.ts";
import { answerInput, approval, approvalStatus } from "../../lib/governance/schema.ts";
import { answerApproval } from "../../lib/runs/mod.ts";
import { actorOf, workspaceOf } from "../_http/env.ts";
import {
  idParam,
  jsonAnswer,
  jsonBody,
  newRouter,
  pageOf,
  pageQuery,
  readProblems,
  writeProblems,
} from "../_http/openapi.ts";

const tags = ["approvals"];
const params = z.object({ id: idParam("approval") });
const answered = z.object({ approval });

const list = createRoute({
  method: "get",
  path: "/approvals",
  operationId: "listApprovals",
  summary: "Approvals, newest first; by status or run",
  tags,
  request: {
    query: pageQuery.extend({
      status: approvalStatus.optional(),
      runId: z.string().max(128).optional(),
    }),
  },
  responses: { 200: jsonAnswer("A page of approvals", pageOf(approval)), ...readProblems() },
});

const get = createRoute({
  method: "get",
  path: "/approvals/{id}",
  operationId: "getApproval",
  summary: "One approval",
  tags,
  request: { params },
  responses: { 200: jsonAnswer("The approval", answered), ...readProblems("not_found") },
});

const answer = createRoute({
  method: "post",
  path: "/approvals/{id}/answer",
  operationId: "answerApproval",
  summary: "Approve, reject or answer; a second answer is a conflict",
  tags,
  request: { params, body: jsonBody(answerInput) },
  responses: {
    200: jsonAnswer("The approval as answered", answered),
    ...writeProblems("not_found"),
  },
});

export function approvalRoutes(app: App) {
  const router = newRouter();
  router.openapi(list, async (c) => {
    return c.json(await listApprovals(app.ctx, workspaceOf(c), c.req.valid("query")), 200);
  });
  router.openapi(get, async (c) => {
    const found = await requireApproval(app.ctx, workspaceOf(c), c.req.valid("param").id);
    return c.json({ approval: found }, 200);
  });
  router.openapi(answer, async (c) => {
    const { id } = c.req.valid("param");
    const done = await answerApproval(app, workspaceOf(c), id, c.req.valid("json"), actorOf(c));
    return c.json({ approval: done }, 200);
  });
  return router;
}
