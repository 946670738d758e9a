/** Traces of an agent's work, their steps, escalations, and the flow read from them. */
import { createRoute, z } from "@hono/zod-openapi";
import type { App } from "../../lib/app.ts";
import { agentId } from "../../lib/coordination/schema.ts";
import {
  addStep,
  completeTrace,
  getFlow,
  listEscalations,
  listOpenEscalations,
  listSteps,
  listTraces,
  requireTrace,
  resolveEscalation,
  startTrace,
} from "../../lib/coordination/traces/mod.ts";
import {
  escalation,
  flow,
  resolveInput,
  sessionId,
  stepAdded,
  stepInput,
  trace,
  traceCompleted,
  traceInput,
  traceStep,
} from "../../lib/coordination/traces/schema.ts";
import { callOf, requireActing } from "../_http/acting.ts";
import { workspaceOf } from "../_http/env.ts";
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
import { resolverOf } from "../_http/resolver.ts";

const tags = ["traces"];
const params = z.object({ id: agentId });
const traceParams = params.extend({ sessionId });
const one = "/agents/{id}/traces/{sessionId}";

const list = createRoute({
  method: "get",
  path: "/agents/{id}/traces",
  operationId: "listTraces",
  summary: "Traces of an agent, newest first",
  tags,
  request: { params, query: pageQuery },
  responses: { 200: jsonAnswer("A page of traces", pageOf(trace)), ...readProblems("not_found") },
});

const start = createRoute({
  method: "post",
  path: "/agents/{id}/traces",
  operationId: "startTrace",
  summary: "Begin a trace",
  tags,
  request: { params, body: jsonBody(traceInput) },
  responses: {
    201: jsonAnswer("The trace", z.object({ trace })),
    ...writeProblems("not_found"),
  },
});

const get = createRoute({
  method: "get",
  path: one,
  operationId: "getTrace",
  summary: "A trace without its steps",
  tags,
  request: { params: traceParams },
  responses: {
    200: jsonAnswer("The trace", z.object({ trace })),
    ...readProblems("not_found"),
  },
});

const steps = createRoute({
  method: "get",
  path: `${one}/steps`,
  operationId: "listTraceSteps",
  summary: "Steps of a trace, oldest first",
  tags,
  request: { params: traceParams, query: pageQuery },
  responses: {
    200: jsonAnswer("A page of steps", pageOf(traceStep)),
    ...readProblems("not_found"),
  },
});

const step = createRoute({
  method: "post",
  path: `${one}/steps`,
  operationId: "addTraceStep",
  summary: "Add a step; the answer says when its agent seems stuck",
  tags,
  request: { params: traceParams, body: jsonBody(stepInput) },
  responses: {
    201: jsonAnswer("The step, and the escalation while one is open", stepAdded),
    ...writeProblems("not_found"),
  },
});

const complete = createRoute({
  method: "post",
  path: `${one}/complete`,
  operationId: "completeTrace",
  summary: "End a trace; a second time gives the same summary",
  tags,
  request: { params: traceParams },
  responses: {
    200: jsonAnswer("The trace and its summary", traceCompleted),
    ...writeProblems("not_found"),
  },
});

const ofTrace = createRoute({
  method: "get",
  path: `${one}/escalations`,
  operationId: "listTraceEscalations",
  summary: "Escalations of a trace, newest first",
  tags,
  request: { params: traceParams, query: pageQuery },
  responses: {
    200: jsonAnswer("A page of escalations", pageOf(escalation)),
    ...readProblems("not_found"),
  },
});

const open = z.enum(["true", "false"]).optional();

const ofAgent = createRoute({
  method: "get",
  path: "/agents/{id}/escalations",
  operationId: "listAgentEscalations",
  summary: "Escalations of an agent, newest first; open or resolved ones only",
  tags,
  request: { params, query: pageQuery.extend({ open }) },
  responses: {
    200: jsonAnswer("A page of escalations", pageOf(escalation)),
    ...readProblems("not_found"),
  },
});

const all = createRoute({
  method: "get",
  path: "/escalations",
  operationId: "listOpenEscalations",
  summary: "Open escalations of all agents, newest first",
  tags,
  request: { query: pageQuery },
  responses: { 200: jsonAnswer("A page of escalations", pageOf(escalation)), ...readProblems() },
});

const resolve = createRoute({
  method: "post",
  path: "/agents/{id}/escalations/{escalationId}/resolve",
  operationId: "resolveEscalation",
  summary: "Close an escalation, saying who helped",
  tags,
  request: {
    params: params.extend({ escalationId: idParam("escalation") }),
    body: jsonBody(resolveInput),
  },
  responses: {
    200: jsonAnswer("The escalation as resolved", z.object({ escalation })),
    ...writeProblems("not_found"),
  },
});

const flowOf = createRoute({
  method: "get",
  path: "/agents/{id}/flow",
  operationId: "getAgentFlow",
  summary: "Whether an agent is in flow, available, stuck or offline",
  tags,
  request: { params },
  responses: { 200: jsonAnswer("The flow", z.object({ flow })), ...readProblems("not_found") },
});

export function traceRoutes(app: App) {
  const { ctx } = app;
  const router = newRouter();
  router.openapi(list, async (c) => {
    const { id } = c.req.valid("param");
    return c.json(await listTraces(ctx, workspaceOf(c), id, c.req.valid("query")), 200);
  });
  router.openapi(start, async (c) => {
    const id = requireActing(c, { path: c.req.valid("param").id });
    const begun = await startTrace(
      ctx,
      callOf(c, id),
      { ...c.req.valid("json"), agentId: id },
      (tx, trace) => stageAnswer(ctx, c, tx, 201, { trace }),
    );
    return c.json({ trace: begun }, 201);
  });
  router.openapi(get, async (c) => {
    const { id, sessionId } = c.req.valid("param");
    return c.json({ trace: await requireTrace(ctx, workspaceOf(c), id, sessionId) }, 200);
  });
  router.openapi(steps, async (c) => {
    const { id, sessionId } = c.req.valid("param");
    const of = { agentId: id, sessionId };
    return c.json(await listSteps(ctx, workspaceOf(c), of, c.req.valid("query")), 200);
  });
  router.openapi(step, async (c) => {
    const { id, sessionId } = c.req.valid("param");
    const agentId = requireActing(c, { path: id });
    const input = { ...c.req.valid("json"), agentId, sessionId };
    const added = await addStep(
      ctx,
      callOf(c, agentId),
      input,
      (tx, done) => stageAnswer(ctx, c, tx, 201, done),
    );
    return c.json(added, 201);
  });
  router.openapi(complete, async (c) => {
    const { id, sessionId } = c.req.valid("param");
    const agentId = requireActing(c, { path: id });
    return c.json(await completeTrace(ctx, callOf(c, agentId), { agentId, sessionId }), 200);
  });
  router.openapi(flowOf, async (c) => {
    const { id } = c.req.valid("param");
    return c.json({ flow: await getFlow(ctx, workspaceOf(c), id) }, 200);
  });
  router.route("/", escalationRoutes(app));
  return router;
}

function escalationRoutes({ ctx }: App) {
  const router = newRouter();
  router.openapi(ofTrace, async (c) => {
    const { id, sessionId } = c.req.valid("param");
    const query = { ...c.req.valid("query"), sessionId };
    return c.json(await listEscalations(ctx, workspaceOf(c), id, query), 200);
  });
  router.openapi(ofAgent, async (c) => {
    const { open, ...query } = c.req.valid("query");
    const filter = { ...query, open: open === undefined ? undefined : open === "true" };
    const { id } = c.req.valid("param");
    return c.json(await listEscalations(ctx, workspaceOf(c), id, filter), 200);
  });
  router.openapi(all, async (c) => {
    return c.json(await listOpenEscalations(ctx, workspaceOf(c), c.req.valid("query")), 200);
  });
  router.openapi(resolve, async (c) => {
    const { id, escalationId } = c.req.valid("param");
    const { call, resolverAgent } = resolverOf(c, id, c.req.valid("json"));
    const input = { ...c.req.valid("json"), resolverAgent, agentId: id, escalationId };
    return c.json({ escalation: (await resolveEscalation(ctx, call, input)).escalation }, 200);
  });
  return router;
}
