/** `/coordinator`: agents, work, onboard, session-resume. */
import type { Hono } from "hono";
import type { App } from "../../lib/app.ts";
import { listAgents, registerAgent } from "../../lib/coordination/agents/mod.ts";
import { agentInput } from "../../lib/coordination/agents/schema.ts";
import { agentId } from "../../lib/coordination/schema.ts";
import { getOnboarding, getSessionResume, getWork } from "../../lib/coordination/views/mod.ts";
import { viewQuery } from "../../lib/coordination/views/schema.ts";
import { type Env, workspaceOf } from "../_http/env.ts";
import { viewerOf } from "../api/views.ts";
import { callOf, compatRouter, readBody, readQuery, requireActing } from "./_compat.ts";

export function coordinatorAgentRoutes(app: App): Hono<Env> {
  const { ctx } = app;
  const router = compatRouter(app);
  router.get("/agents", async (c) => {
    return c.json({ agents: await listAgents(ctx, workspaceOf(c), { online: true }) });
  });
  router.post("/agents", async (c) => {
    const body = await readBody(c, agentInput.extend({ agentId: agentId.optional() }));
    const id = requireActing(c, { body: body.agentId });
    const { agent } = await registerAgent(ctx, callOf(c, id), { ...body, agentId: id });
    return c.json({ success: true, agent });
  });
  router.get("/work", async (c) => {
    const asked = viewerOf(c, readQuery(c, viewQuery).agentId);
    return c.json(await getWork(ctx, callOf(c, asked.agentId), asked));
  });
  router.get("/onboard", async (c) => {
    const asked = viewerOf(c, readQuery(c, viewQuery).agentId);
    return c.json({ onboarding: await getOnboarding(ctx, callOf(c, asked.agentId), asked) });
  });
  router.get("/session-resume", async (c) => {
    return c.json({ sessionResume: await getSessionResume(ctx, workspaceOf(c)) });
  });
  return router;
}
