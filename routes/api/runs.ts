/** Runs: start, find, follow, and everything a person may do to one. */
import { createRoute, z } from "@hono/zod-openapi";
import type { App } from "../../lib/app.ts";
import { type Run, run, runInput, runView } from "../../lib/engine/schema.ts";
import { exportRun, getRunView, listRuns, requireRun, startRun } from "../../lib/runs/mod.ts";
import { cutInput, injectInput, reasonInput, runFilter } from "../../lib/runs/schema.ts";
import { postMessage } from "../../lib/sessions/mod.ts";
import type { Tx } from "../../lib/kernel/kv/mod.ts";
import { actorOf, workspaceOf } from "../_http/env.ts";
import { stageAnswer } from "../_http/idempotency.ts";
import {
  idParam,
  jsonAnswer,
  jsonBody,
  newRouter,
  pageOf,
  pageQuery,
  readProblems,
  streamAnswer,
  writeProblems,
} from "../_http/openapi.ts";
import { requireRunPolicy } from "../_http/run_policy.ts";
import { sse, streamQuery } from "../_http/stream.ts";

const tags = ["runs"];
const params = z.object({ id: idParam("run") });
const accepted = z.object({ run, links: z.record(z.string(), z.string()) });

const injectedMessage = z.object({
  id: z.string(),
  runId: z.string(),
  stepId: z.string().optional(),
  role: z.literal("user"),
  content: z.string(),
  status: z.literal("done"),
  createdAt: z.iso.datetime(),
}).meta({ id: "InjectedMessage" });

const replayReport = z.object({
  matches: z.boolean(),
  steps: z.int(),
  effects: z.int(),
  /** What differs first, naming both. */
  mismatch: z.string().optional(),
}).meta({ id: "ReplayReport" });

/** Where to look at, follow and stop a run. */
export function runLinks(runId: string): Record<string, string> {
  const self = `/api/v1/runs/${runId}`;
  return { self, events: `${self}/events`, effects: `${self}/effects`, cancel: `${self}/cancel` };
}

const start = createRoute({
  method: "post",
  path: "/runs",
  operationId: "startRun",
  summary: "State an intent; its run starts at once",
  tags,
  request: { body: jsonBody(runInput) },
  responses: { 202: jsonAnswer("The run and its links", accepted), ...writeProblems("not_found") },
});

const list = createRoute({
  method: "get",
  path: "/runs",
  operationId: "listRuns",
  summary: "Runs, newest first; by status, session or text",
  tags,
  request: { query: pageQuery.extend(runFilter.shape) },
  responses: { 200: jsonAnswer("A page of runs", pageOf(run)), ...readProblems() },
});

const get = createRoute({
  method: "get",
  path: "/runs/{id}",
  operationId: "getRun",
  summary: "A run with its covenant and the tree of its steps, as of now",
  tags,
  request: { params },
  responses: { 200: jsonAnswer("The run", runView), ...readProblems("not_found") },
});

/** Each is the engine's operation `<name>Run`. */
const COMMANDS = {
  pause: "Stop before the next effect; nothing is lost",
  resume: "Go on after a pause",
  cancel: "End the run and everything it started",
  retry: "Do the failed part again, keeping what succeeded",
} as const;

const commandRoute = (name: keyof typeof COMMANDS) =>
  createRoute({
    method: "post",
    path: `/runs/{id}/${name}`,
    operationId: `${name}Run`,
    summary: COMMANDS[name],
    tags,
    request: { params, body: { ...jsonBody(reasonInput), required: false } },
    responses: {
      202: jsonAnswer("The run and its links", accepted),
      ...writeProblems("not_found"),
    },
  });

const replay = createRoute({
  method: "post",
  path: "/runs/{id}/replay",
  operationId: "replayRun",
  summary:
    "Run the recorded effects through today's code, at no cost, and say whether it takes the same path",
  tags,
  request: { params, body: { ...jsonBody(reasonInput), required: false } },
  responses: {
    202: jsonAnswer("The run and what the replay found", accepted.extend({ replay: replayReport })),
    ...writeProblems("not_found"),
  },
});

const CUTS = {
  rewind: "Go back to a step; later work is superseded and kept",
  fork: "A new run from a step of this one",
} as const;

const cutRoute = (name: keyof typeof CUTS) =>
  createRoute({
    method: "post",
    path: `/runs/{id}/${name}`,
    operationId: `${name}Run`,
    summary: CUTS[name],
    tags,
    request: { params, body: jsonBody(cutInput) },
    responses: {
      202: jsonAnswer("The run and its links", accepted),
      ...writeProblems("not_found"),
    },
  });

const inject = createRoute({
  method: "post",
  path: "/runs/{id}/messages",
  operationId: "injectMessage",
  summary: "Tell a running agent something",
  tags,
  request: { params, body: jsonBody(injectInput) },
  responses: {
    202: jsonAnswer("The message and the run", accepted.extend({ message: injectedMessage })),
    ...writeProblems("not_found"),
  },
});

const exportOperation = createRoute({
  method: "get",
  path: "/runs/{id}/export",
  operationId: "exportRun",
  summary: "The run as one versioned JSON document: its view, effects and events",
  tags,
  request: { params },
  responses: {
    200: jsonAnswer("The export", z.looseObject({ format: z.string(), version: z.int() })),
    ...readProblems("not_found"),
  },
});

const events = createRoute({
  method: "get",
  path: "/runs/{id}/events",
  operationId: "streamRunEvents",
  summary: "The run's events as they happen (SSE), or a page of them with ?format=json",
  tags,
  request: { params, query: streamQuery },
  responses: { 200: streamAnswer, ...readProblems("not_found") },
});

export function runRoutes(app: App) {
  const router = newRouter();
  router.openapi(start, async (c) => {
    const input = c.req.valid("json");
    const { intent, sessionId, ...rest } = input;
    await requireRunPolicy(app, c, input.pattern);
    const body = (started: Run) => ({ run: started, links: runLinks(started.id) });
    const headersOf = (started: Run) => ({ location: `/api/v1/runs/${started.id}` });
    const staged = (tx: Tx, started: Run) =>
      stageAnswer(app.ctx, c, tx, 202, body(started), headersOf(started));
    // A run of a session is a message in it: the session's policy decides when it starts.
    const started = sessionId
      ? (await postMessage(
        app,
        workspaceOf(c),
        sessionId,
        { content: intent, ...rest },
        actorOf(c),
        { staged: (tx, { run }) => staged(tx, run) },
      )).run
      : await startRun(app, workspaceOf(c), input, actorOf(c), { staged });
    c.header("location", headersOf(started).location);
    return c.json(body(started), 202);
  });
  router.openapi(list, async (c) => {
    return c.json(await listRuns(app, workspaceOf(c), c.req.valid("query")), 200);
  });
  router.openapi(get, async (c) => {
    return c.json(await getRunView(app, workspaceOf(c), c.req.valid("param").id), 200);
  });
  for (const name of Object.keys(COMMANDS) as (keyof typeof COMMANDS)[]) {
    router.openapi(commandRoute(name), async (c) => {
      const input = c.req.valid("json");
      const { id } = c.req.valid("param");
      const changed = await app.engine[`${name}Run`](workspaceOf(c), id, input, actorOf(c));
      return c.json({ run: changed, links: runLinks(changed.id) }, 202);
    });
  }
  router.openapi(replay, async (c) => {
    const { id } = c.req.valid("param");
    const input = c.req.valid("json");
    const { run, ...found } = await app.engine.replayRun(workspaceOf(c), id, input, actorOf(c));
    return c.json({ run, links: runLinks(id), replay: found }, 202);
  });
  for (const name of Object.keys(CUTS) as (keyof typeof CUTS)[]) {
    router.openapi(cutRoute(name), async (c) => {
      const input = c.req.valid("json");
      if (name === "fork") await requireRunPolicy(app, c);
      const { id } = c.req.valid("param");
      const changed = await app.engine[`${name}Run`](workspaceOf(c), id, input, actorOf(c));
      return c.json({ run: changed, links: runLinks(changed.id) }, 202);
    });
  }
  router.openapi(inject, async (c) => {
    const { id } = c.req.valid("param");
    const input = c.req.valid("json");
    const injected = await app.engine.injectMessage(workspaceOf(c), id, input, actorOf(c));
    const { run } = await getRunView(app, workspaceOf(c), id);
    return c.json({ message: injected, run, links: runLinks(id) }, 202);
  });
  router.openapi(exportOperation, async (c) => {
    return c.json(await exportRun(app, workspaceOf(c), c.req.valid("param").id), 200);
  });
  router.openapi(events, async (c) => {
    const { id } = c.req.valid("param");
    await requireRun(app, workspaceOf(c), id);
    return await sse(c, app, `run:${id}`);
  });
  return router;
}
