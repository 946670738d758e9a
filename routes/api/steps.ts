/** Steps of a run: look at one, give it another output, do it again. */
import { createRoute, z } from "@hono/zod-openapi";
import type { App } from "../../lib/app.ts";
import { run, step, stepStatus } from "../../lib/engine/schema.ts";
import { listSteps, requireStep } from "../../lib/runs/mod.ts";
import { overrideInput, reasonInput } from "../../lib/runs/schema.ts";
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
import { runLinks } from "./runs.ts";

const tags = ["steps"];
const ofRun = z.object({ id: idParam("run") });
const params = ofRun.extend({ stepId: idParam("step") });
const accepted = z.object({ run, links: z.record(z.string(), z.string()) });

const list = createRoute({
  method: "get",
  path: "/runs/{id}/steps",
  operationId: "listSteps",
  summary: "Steps of a run, newest first",
  tags,
  request: { params: ofRun, query: pageQuery.extend({ status: stepStatus.optional() }) },
  responses: { 200: jsonAnswer("A page of steps", pageOf(step)), ...readProblems("not_found") },
});

const get = createRoute({
  method: "get",
  path: "/runs/{id}/steps/{stepId}",
  operationId: "getStep",
  summary: "One step",
  tags,
  request: { params },
  responses: { 200: jsonAnswer("The step", z.object({ step })), ...readProblems("not_found") },
});

const override = createRoute({
  method: "post",
  path: "/runs/{id}/steps/{stepId}/override",
  operationId: "overrideStep",
  summary: "Give a step this output instead of its own",
  tags,
  request: { params, body: jsonBody(overrideInput) },
  responses: { 202: jsonAnswer("The run and its links", accepted), ...writeProblems("not_found") },
});

const retry = createRoute({
  method: "post",
  path: "/runs/{id}/steps/{stepId}/retry",
  operationId: "retryStep",
  summary: "Do a failed step again",
  tags,
  request: { params, body: { ...jsonBody(reasonInput), required: false } },
  responses: { 202: jsonAnswer("The run and its links", accepted), ...writeProblems("not_found") },
});

export function stepRoutes(app: App) {
  const router = newRouter();
  router.openapi(list, async (c) => {
    const { id } = c.req.valid("param");
    return c.json(await listSteps(app, workspaceOf(c), id, c.req.valid("query")), 200);
  });
  router.openapi(get, async (c) => {
    const { id, stepId } = c.req.valid("param");
    return c.json({ step: await requireStep(app, workspaceOf(c), id, stepId) }, 200);
  });
  router.openapi(override, async (c) => {
    const { id, stepId } = c.req.valid("param");
    const input = { stepId, ...c.req.valid("json") };
    const changed = await app.engine.overrideStep(workspaceOf(c), id, input, actorOf(c));
    return c.json({ run: changed, links: runLinks(id) }, 202);
  });
  router.openapi(retry, async (c) => {
    const { id, stepId } = c.req.valid("param");
    const input = { stepId, ...c.req.valid("json") };
    const changed = await app.engine.retryStep(workspaceOf(c), id, input, actorOf(c));
    return c.json({ run: changed, links: runLinks(id) }, 202);
  });
  return router;
}
