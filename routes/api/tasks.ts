/** Tasks of the board. */
import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { App } from "../../lib/app.ts";
import {
  claimTask,
  completeTask,
  createTask,
  deleteTask,
  listTasks,
  releaseTask,
  requireTask,
  type Task,
  updateTask,
} from "../../lib/coordination/tasks/mod.ts";
import {
  task,
  taskActor,
  taskCompletion,
  taskFilter,
  taskId,
  taskInput,
  taskPatch,
} from "../../lib/coordination/tasks/schema.ts";
import type { Tx } from "../../lib/kernel/kv/mod.ts";
import { actingAgent, callOf, requireActing } from "../_http/acting.ts";
import { requireClaimant } from "../_http/claimant.ts";
import { actorOf, type Env, workspaceOf } from "../_http/env.ts";
import { requireMatch, setEtag } from "../_http/etag.ts";
import { agentHeader, holderOrOperator } from "../_http/holder.ts";
import { stageAnswer } from "../_http/idempotency.ts";
import {
  ifMatchHeader,
  jsonAnswer,
  jsonBody,
  newRouter,
  pageOf,
  pageQuery,
  readProblems,
  writeProblems,
} from "../_http/openapi.ts";
import { resourcePathOf } from "../_http/resource_path.ts";

const tags = ["tasks"];
const params = z.object({ id: taskId });
const answer = z.object({ task });

const list = createRoute({
  method: "get",
  path: "/tasks",
  operationId: "listTasks",
  summary: "Tasks, newest first; by status or assignee",
  tags,
  request: { query: pageQuery.extend(taskFilter.shape) },
  responses: { 200: jsonAnswer("A page of tasks", pageOf(task)), ...readProblems() },
});

const create = createRoute({
  method: "post",
  path: "/tasks",
  operationId: "createTask",
  summary: "Put a task on the board",
  tags,
  request: { body: jsonBody(taskInput) },
  responses: { 201: jsonAnswer("The new task", answer), ...writeProblems() },
});

const get = createRoute({
  method: "get",
  path: "/tasks/{id}",
  operationId: "getTask",
  summary: "One task",
  tags,
  request: { params },
  responses: { 200: jsonAnswer("The task", answer), ...readProblems("not_found") },
});

const patch = createRoute({
  method: "patch",
  path: "/tasks/{id}",
  operationId: "updateTask",
  summary: "Change a task; assignee together with in-progress is a claim",
  tags,
  request: { params, headers: ifMatchHeader, body: jsonBody(taskPatch) },
  responses: {
    200: jsonAnswer("The task as changed", answer),
    ...writeProblems("not_found", "precondition_failed"),
  },
});

const remove = createRoute({
  method: "delete",
  path: "/tasks/{id}",
  operationId: "deleteTask",
  summary: "Remove a task: as the agent that made or holds it, or as an operator",
  tags,
  request: { params, headers: ifMatchHeader.extend(agentHeader.shape) },
  responses: {
    204: { description: "It is gone" },
    ...writeProblems("not_found", "precondition_failed"),
  },
});

const claim = createRoute({
  method: "post",
  path: "/tasks/{id}/claim",
  operationId: "claimTask",
  summary: "Take a task; of several agents one gets it",
  tags,
  request: { params, body: { ...jsonBody(taskActor), required: false } },
  responses: { 200: jsonAnswer("The task as claimed", answer), ...writeProblems("not_found") },
});

const release = createRoute({
  method: "post",
  path: "/tasks/{id}/release",
  operationId: "releaseTask",
  summary: "Give a task back",
  tags,
  request: { params, body: { ...jsonBody(taskActor), required: false } },
  responses: { 200: jsonAnswer("The task as released", answer), ...writeProblems("not_found") },
});

const complete = createRoute({
  method: "post",
  path: "/tasks/{id}/complete",
  operationId: "completeTask",
  summary: "Finish a task; a lock's token is checked in the same commit",
  tags,
  request: { params, body: { ...jsonBody(taskCompletion), required: false } },
  responses: { 200: jsonAnswer("The finished task", answer), ...writeProblems("not_found") },
});

export function taskRoutes(app: App) {
  const router = newRouter();
  mountRecords(app, router);
  mountWork(app, router);
  return router;
}

function mountRecords({ ctx }: App, router: ReturnType<typeof newRouter>): void {
  router.openapi(list, async (c) => {
    return c.json(await listTasks(ctx, workspaceOf(c), c.req.valid("query")), 200);
  });
  router.openapi(create, async (c) => {
    const input = c.req.valid("json");
    const acting = actingAgent(c, { body: input.createdBy });
    requireClaimant(c, null, input);
    const headersOf = ({ id, version }: Task) => ({
      location: `/api/v1/tasks/${id}`,
      etag: `"${version}"`,
    });
    const created = await createTask(
      ctx,
      callOf(c, acting),
      { ...input, createdBy: acting ?? actorOf(c) },
      (tx, task) => stageAnswer(ctx, c, tx, 201, { task }, headersOf(task)),
    );
    for (const [name, value] of Object.entries(headersOf(created))) c.header(name, value);
    return c.json({ task: created }, 201);
  });
  router.openapi(get, async (c) => {
    return c.json(shown(c, await requireTask(ctx, workspaceOf(c), c.req.valid("param").id)), 200);
  });
  router.openapi(patch, async (c) => {
    const patch = c.req.valid("json");
    const changed = await updateTask(ctx, callOf(c, actingAgent(c)), {
      taskId: c.req.valid("param").id,
      patch,
      check: (current) => {
        requireMatch(c, current.version);
        requireClaimant(c, current, patch);
      },
    });
    return c.json(shown(c, changed), 200);
  });
  router.openapi(remove, async (c) => {
    const acting = holderOrOperator(c);
    await deleteTask(ctx, callOf(c, acting), {
      taskId: c.req.valid("param").id,
      agentId: acting,
      check: (current) => requireMatch(c, current.version),
    });
    return c.body(null, 204);
  });
}

function mountWork({ ctx }: App, router: ReturnType<typeof newRouter>): void {
  const answerTo = (c: Context<Env>) => (tx: Tx, task: Task) =>
    stageAnswer(ctx, c, tx, 200, { task }, { etag: `"${task.version}"` });
  router.openapi(claim, async (c) => {
    const agentId = requireActing(c, { body: c.req.valid("json")?.agentId });
    const { id: taskId } = c.req.valid("param");
    const input = { taskId, agentId };
    return c.json(shown(c, await claimTask(ctx, callOf(c, agentId), input, answerTo(c))), 200);
  });
  router.openapi(release, async (c) => {
    const agentId = requireActing(c, { body: c.req.valid("json")?.agentId });
    const { id: taskId } = c.req.valid("param");
    const input = { taskId, agentId };
    return c.json(shown(c, await releaseTask(ctx, callOf(c, agentId), input, answerTo(c))), 200);
  });
  router.openapi(complete, async (c) => {
    const { agentId: named, token, resourcePath } = c.req.valid("json") ?? {};
    const agentId = requireActing(c, { body: named });
    const done = await completeTask(ctx, callOf(c, agentId), {
      taskId: c.req.valid("param").id,
      agentId,
      token,
      resourcePath: resourcePathOf(c, resourcePath),
    }, answerTo(c));
    return c.json(shown(c, done), 200);
  });
}

function shown(c: Context<Env>, task: Task): { task: Task } {
  setEtag(c, task.version);
  return { task };
}
