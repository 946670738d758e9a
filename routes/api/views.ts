/** Views for an agent or a person that begins or goes on: hot start, onboarding, session resume, state. */
import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { App } from "../../lib/app.ts";
import { agentId } from "../../lib/coordination/schema.ts";
import {
  getAgentState,
  getOnboarding,
  getSessionResume,
  getWork,
} from "../../lib/coordination/views/mod.ts";
import {
  agentState,
  onboarding,
  sessionResume,
  viewQuery,
  work,
} from "../../lib/coordination/views/schema.ts";
import { callOf, mayAct, requireActing } from "../_http/acting.ts";
import { type Env, workspaceOf } from "../_http/env.ts";
import { jsonAnswer, newRouter, readProblems } from "../_http/openapi.ts";

const tags = ["agents"];

const hotStart = createRoute({
  method: "get",
  path: "/work",
  operationId: "getWork",
  summary: "Hot start: team, tasks and chat at once; marks the agent active",
  tags,
  request: { query: viewQuery },
  responses: { 200: jsonAnswer("What there is to know", work), ...readProblems() },
});

const onboard = createRoute({
  method: "get",
  path: "/onboard",
  operationId: "onboard",
  summary: "First day: soul (created when new), dashboard, checkpoint, team, a task to begin with",
  tags,
  request: { query: viewQuery },
  responses: {
    200: jsonAnswer("Everything to begin with", z.object({ onboarding })),
    ...readProblems(),
  },
});

const resume = createRoute({
  method: "get",
  path: "/session-resume",
  operationId: "resumeSession",
  summary: "What happened in the newest 100 messages and what is still open",
  tags,
  responses: { 200: jsonAnswer("The session", z.object({ sessionResume })), ...readProblems() },
});

const state = createRoute({
  method: "get",
  path: "/agents/{id}/state",
  operationId: "getAgentState",
  summary: "What is kept for an agent: checkpoint, unread messages, newest memories",
  tags,
  request: { params: z.object({ id: agentId }) },
  responses: { 200: jsonAnswer("Its state", agentState), ...readProblems() },
});

export function viewRoutes({ ctx }: App) {
  const router = newRouter();
  router.openapi(hotStart, async (c) => {
    const asked = viewerOf(c, c.req.valid("query").agentId);
    return c.json(await getWork(ctx, callOf(c, asked.agentId), asked), 200);
  });
  router.openapi(onboard, async (c) => {
    const asked = viewerOf(c, c.req.valid("query").agentId);
    return c.json({ onboarding: await getOnboarding(ctx, callOf(c, asked.agentId), asked) }, 200);
  });
  router.openapi(resume, async (c) => {
    return c.json({ sessionResume: await getSessionResume(ctx, workspaceOf(c)) }, 200);
  });
  router.openapi(state, async (c) => {
    return c.json(await getAgentState(ctx, workspaceOf(c), c.req.valid("param").id), 200);
  });
  return router;
}

/** Whose view it is; a caller that may only look marks nobody. */
export function viewerOf(
  c: Context<Env>,
  asked: string | undefined,
): { readonly agentId: string; readonly marks: boolean } {
  return { agentId: requireActing(c, { body: asked }), marks: mayAct(c, "coordinate") };
}
