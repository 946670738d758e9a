/** Workflows: templates to start runs from. */
import { createRoute, z } from "@hono/zod-openapi";
import type { App } from "../../lib/app.ts";
import { type Run, run } from "../../lib/engine/schema.ts";
import type { Tx } from "../../lib/kernel/kv/mod.ts";
import { listWorkflows, startWorkflow } from "../../lib/runs/mod.ts";
import { workflow, workflowInput } from "../../lib/runs/schema.ts";
import { actorOf, workspaceOf } from "../_http/env.ts";
import { stageAnswer } from "../_http/idempotency.ts";
import {
  jsonAnswer,
  jsonBody,
  newRouter,
  pageOf,
  readProblems,
  writeProblems,
} from "../_http/openapi.ts";
import { requireRunPolicy } from "../_http/run_policy.ts";
import { runLinks } from "./runs.ts";

const tags = ["workflows"];

const list = createRoute({
  method: "get",
  path: "/workflows",
  operationId: "listWorkflows",
  summary: "Templates with the inputs they take",
  tags,
  responses: { 200: jsonAnswer("All templates", pageOf(workflow)), ...readProblems() },
});

const start = createRoute({
  method: "post",
  path: "/workflows/{template}/run",
  operationId: "runWorkflow",
  summary: "Start a run from a template",
  tags,
  request: {
    params: z.object({ template: z.string().regex(/^[a-z][a-z-]{0,63}$/) }),
    body: jsonBody(workflowInput),
  },
  responses: {
    202: jsonAnswer(
      "The run and its links",
      z.object({ run, links: z.record(z.string(), z.string()) }),
    ),
    ...writeProblems("not_found"),
  },
});

export function workflowRoutes(app: App) {
  const router = newRouter();
  router.openapi(list, (c) => c.json({ items: listWorkflows(app), nextCursor: null }, 200));
  router.openapi(start, async (c) => {
    const { template } = c.req.valid("param");
    await requireRunPolicy(app, c, template);
    const body = (started: Run) => ({ run: started, links: runLinks(started.id) });
    const headersOf = (started: Run) => ({ location: `/api/v1/runs/${started.id}` });
    const started = await startWorkflow(
      app,
      workspaceOf(c),
      template,
      c.req.valid("json"),
      actorOf(c),
      {
        staged: (tx: Tx, made) => stageAnswer(app.ctx, c, tx, 202, body(made), headersOf(made)),
      },
    );
    c.header("location", headersOf(started).location);
    return c.json(body(started), 202);
  });
  return router;
}
