/** Handoffs: work given from one agent to another. */
import { createRoute, z } from "@hono/zod-openapi";
import type { App } from "../../lib/app.ts";
import {
  claimHandoff,
  completeHandoff,
  createHandoff,
  deleteHandoff,
  type Handoff,
  listHandoffs,
  requireHandoff,
} from "../../lib/coordination/handoffs/mod.ts";
import {
  handoff,
  handoffActor,
  handoffCompletion,
  handoffFilter,
  handoffInput,
} from "../../lib/coordination/handoffs/schema.ts";
import { callOf, requireActing } from "../_http/acting.ts";
import { workspaceOf } from "../_http/env.ts";
import { agentHeader, holderOrOperator } from "../_http/holder.ts";
import { stageAnswer } from "../_http/idempotency.ts";
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
import { resourcePathOf } from "../_http/resource_path.ts";

const tags = ["handoffs"];
const params = z.object({ id: idParam("handoff") });
const answer = z.object({ handoff });

const list = createRoute({
  method: "get",
  path: "/handoffs",
  operationId: "listHandoffs",
  summary: "Handoffs, newest first; toAgent gives its own and those for anybody",
  tags,
  request: { query: pageQuery.extend(handoffFilter.shape) },
  responses: { 200: jsonAnswer("A page of handoffs", pageOf(handoff)), ...readProblems() },
});

const create = createRoute({
  method: "post",
  path: "/handoffs",
  operationId: "createHandoff",
  summary: "Offer work to an agent, or to whoever takes it",
  tags,
  request: { body: jsonBody(handoffInput) },
  responses: { 201: jsonAnswer("The new handoff", answer), ...writeProblems() },
});

const get = createRoute({
  method: "get",
  path: "/handoffs/{id}",
  operationId: "getHandoff",
  summary: "One handoff",
  tags,
  request: { params },
  responses: { 200: jsonAnswer("The handoff", answer), ...readProblems("not_found") },
});

const remove = createRoute({
  method: "delete",
  path: "/handoffs/{id}",
  operationId: "deleteHandoff",
  summary: "Withdraw a handoff nobody works on: as its sender, or as an operator",
  tags,
  request: { params, headers: agentHeader },
  responses: { 204: { description: "It is gone" }, ...writeProblems("not_found") },
});

const claim = createRoute({
  method: "post",
  path: "/handoffs/{id}/claim",
  operationId: "claimHandoff",
  summary: "Take a handoff; of several agents one gets it",
  tags,
  request: { params, body: { ...jsonBody(handoffActor), required: false } },
  responses: { 200: jsonAnswer("The handoff as claimed", answer), ...writeProblems("not_found") },
});

const complete = createRoute({
  method: "post",
  path: "/handoffs/{id}/complete",
  operationId: "completeHandoff",
  summary: "Finish a handoff one claimed; a lock's token is checked in the same commit",
  tags,
  request: { params, body: { ...jsonBody(handoffCompletion), required: false } },
  responses: { 200: jsonAnswer("The finished handoff", answer), ...writeProblems("not_found") },
});

export function handoffRoutes({ ctx }: App) {
  const router = newRouter();
  router.openapi(list, async (c) => {
    return c.json(await listHandoffs(ctx, workspaceOf(c), c.req.valid("query")), 200);
  });
  router.openapi(create, async (c) => {
    const input = c.req.valid("json");
    const fromAgent = requireActing(c, { body: input.fromAgent }, "fromAgent");
    const headersOf = ({ id }: Handoff) => ({ location: `/api/v1/handoffs/${id}` });
    const created = await createHandoff(
      ctx,
      callOf(c, fromAgent),
      { ...input, fromAgent },
      (tx, handoff) => stageAnswer(ctx, c, tx, 201, { handoff }, headersOf(handoff)),
    );
    c.header("location", headersOf(created).location);
    return c.json({ handoff: created }, 201);
  });
  router.openapi(get, async (c) => {
    const found = await requireHandoff(ctx, workspaceOf(c), c.req.valid("param").id);
    return c.json({ handoff: found }, 200);
  });
  router.openapi(remove, async (c) => {
    const agentId = holderOrOperator(c);
    const { id: handoffId } = c.req.valid("param");
    await deleteHandoff(ctx, callOf(c, agentId), { handoffId, agentId });
    return c.body(null, 204);
  });
  router.openapi(claim, async (c) => {
    const agentId = requireActing(c, { body: c.req.valid("json")?.agentId });
    const { id: handoffId } = c.req.valid("param");
    const input = { handoffId, agentId };
    const taken = await claimHandoff(
      ctx,
      callOf(c, agentId),
      input,
      (tx, handoff) => stageAnswer(ctx, c, tx, 200, { handoff }),
    );
    return c.json({ handoff: taken }, 200);
  });
  router.openapi(complete, async (c) => {
    const { agentId: named, token, resourcePath } = c.req.valid("json") ?? {};
    const agentId = requireActing(c, { body: named });
    const done = await completeHandoff(ctx, callOf(c, agentId), {
      handoffId: c.req.valid("param").id,
      agentId,
      token,
      resourcePath: resourcePathOf(c, resourcePath),
    }, (tx, handoff) => stageAnswer(ctx, c, tx, 200, { handoff }));
    return c.json({ handoff: done }, 200);
  });
  return router;
}
