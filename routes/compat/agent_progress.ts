/** `/agent/{id}`: checkpoint, trace, escalations, soul, dashboard. */
import type { Context, Hono } from "hono";
import { z } from "zod";
import type { App } from "../../lib/app.ts";
import { getCheckpoint, saveCheckpoint } from "../../lib/coordination/checkpoints/mod.ts";
import { checkpointInput } from "../../lib/coordination/checkpoints/schema.ts";
import { getDashboard } from "../../lib/coordination/dashboard/mod.ts";
import { agentId } from "../../lib/coordination/schema.ts";
import {
  addXp,
  countTrace,
  createSoul,
  getSoul,
  type SoulGain,
  unlockAchievement,
} from "../../lib/coordination/souls/mod.ts";
import {
  addXpInput,
  countTraceInput,
  soulInput,
  unlockInput,
} from "../../lib/coordination/souls/schema.ts";
import {
  addStep,
  completeTrace,
  listEscalations,
  listNewestSteps,
  listTraces,
  requireTrace,
  resolveEscalation,
  startTrace,
} from "../../lib/coordination/traces/mod.ts";
import {
  type Escalation,
  resolveInput,
  sessionId,
  stepInput,
  traceInput,
} from "../../lib/coordination/traces/schema.ts";
import { AppError } from "../../lib/kernel/core/errors.ts";
import { PAGE_LIMIT_MAX } from "../../lib/kernel/core/page.ts";
import { type Env, workspaceOf } from "../_http/env.ts";
import { resolverOf } from "../_http/resolver.ts";
import { resourcePathOf } from "../_http/resource_path.ts";
import { callOf, check, compatRouter, readObject, readQuery, requireActing } from "./_compat.ts";

const TRACES = 20;
/** Of one trace, the newest: longer ones are read page by page at /api/v1. */
const STEPS = 1_000;

const params = z.object({ id: agentId });
const resolveBody = resolveInput.extend({ escalationId: z.string().min(1).max(100) });
const listQuery = z.object({
  limit: z.coerce.number().int().min(1).max(PAGE_LIMIT_MAX).default(TRACES),
});

type Ask = Context<Env>;

export function agentProgressRoutes(app: App): Hono<Env> {
  const router = compatRouter(app);
  mountCheckpoint(app, router);
  mountTraces(app, router);
  mountEscalations(app, router);
  mountSoul(app, router);
  router.get("/:id/dashboard", async (c) => {
    const dashboard = await getDashboard(app.ctx, workspaceOf(c), agentOf(c));
    if (dashboard) return c.json({ dashboard });
    const hint = `POST /agent/${agentOf(c)}/soul to initialise it`;
    return c.json({ error: "No soul data", hint }, 404);
  });
  return router;
}

function mountCheckpoint({ ctx }: App, router: Hono<Env>): void {
  router.get("/:id/checkpoint", async (c) => {
    return c.json({ checkpoint: await getCheckpoint(ctx, workspaceOf(c), agentOf(c)) });
  });
  router.post("/:id/checkpoint", async (c) => {
    const { id, body } = await asked(c);
    const input = check(checkpointInput, body);
    const resourcePath = resourcePathOf(c, input.resourcePath);
    const checkpoint = await saveCheckpoint(ctx, callOf(c, id), {
      ...input,
      resourcePath,
      agentId: id,
    });
    return c.json({ success: true, checkpoint });
  });
}

function mountTraces({ ctx }: App, router: Hono<Env>): void {
  router.get("/:id/trace", async (c) => {
    const { limit } = readQuery(c, listQuery);
    const { items } = await listTraces(ctx, workspaceOf(c), agentOf(c), { limit });
    return c.json({ traces: items });
  });
  router.post("/:id/trace", async (c) => {
    const { id, body } = await asked(c);
    const input = check(traceInput, body);
    const trace = await startTrace(ctx, callOf(c, id), { ...input, agentId: id });
    return c.json({ success: true, sessionId: trace.sessionId, trace: { ...trace, steps: [] } });
  });
  router.get("/:id/trace/:sessionId", async (c) => {
    const of = traceOf(c);
    const trace = await requireTrace(ctx, workspaceOf(c), of.agentId, of.sessionId);
    const steps = await listNewestSteps(ctx, workspaceOf(c), of, STEPS);
    return c.json({ trace: { ...trace, steps } });
  });
  router.post("/:id/trace/:sessionId/step", async (c) => {
    const { id, body } = await asked(c);
    const input = check(stepInput, body);
    const added = await addStep(ctx, callOf(c, id), { ...input, ...traceOf(c) });
    return c.json({ success: true, ...added });
  });
  router.post("/:id/trace/:sessionId/complete", async (c) => {
    const { id } = await asked(c);
    const { summary, trace } = await completeTrace(ctx, callOf(c, id), traceOf(c));
    return c.json({ success: true, summary, trace });
  });
}

/** Of one trace, and of all of an agent's. */
function mountEscalations({ ctx }: App, router: Hono<Env>): void {
  for (const at of ["/:id/trace/:sessionId", "/:id"]) {
    router.get(`${at}/escalations`, async (c) => {
      const { limit } = readQuery(
        c,
        listQuery.extend({ limit: listQuery.shape.limit.default(50) }),
      );
      const { items } = await listEscalations(ctx, workspaceOf(c), agentOf(c), {
        sessionId: sessionOf(c),
        limit,
      });
      return c.json({ escalations: items.map(shownEscalation) });
    });
    router.post(`${at}/resolve-escalation`, async (c) => {
      const id = agentOf(c);
      const input = check(resolveBody, await readObject(c));
      const { call, resolverAgent } = resolverOf(c, id, input);
      const { resolution } = await resolveEscalation(ctx, call, {
        ...input,
        resolverAgent,
        agentId: id,
        sessionId: sessionOf(c),
      });
      return c.json({ success: true, resolution });
    });
  }
}

function mountSoul({ ctx }: App, router: Hono<Env>): void {
  router.get("/:id/soul", async (c) => {
    return c.json({ soul: await getSoul(ctx, workspaceOf(c), agentOf(c)) });
  });
  router.post("/:id/soul", async (c) => {
    const { id, body } = await asked(c);
    const made = await createSoul(ctx, callOf(c, id), { ...check(soulInput, body), agentId: id });
    return c.json({ success: true, ...made });
  });
  router.patch("/:id/soul", async (c) => {
    const { id, body } = await asked(c);
    const call = callOf(c, id);
    if (body.action === "add-xp") {
      return c.json(gained(await addXp(ctx, call, { ...check(addXpInput, body), agentId: id })));
    }
    if (body.action === "unlock-achievement") {
      const { achievementId } = check(unlockInput, body);
      const done = await unlockAchievement(ctx, call, { agentId: id, achievementId });
      return c.json({ success: true, ...done });
    }
    if (body.action !== undefined || body.traceId === undefined) {
      throw invalid("Invalid action. Use: add-xp, unlock-achievement, or send a traceId", "action");
    }
    const input = check(countTraceInput, body);
    return c.json(gained(await countTrace(ctx, call, { ...input, agentId: id })));
  });
}

const gained = (gain: SoulGain) => ({ success: true, ...gain });

/** Who it is about, who asks, and the body: the agent in the path is the one that acts. */
async function asked(c: Ask): Promise<{ id: string; body: Record<string, unknown> }> {
  const path = agentOf(c);
  const body = await readObject(c);
  const named = typeof body.agentId === "string" ? body.agentId : undefined;
  return { id: requireActing(c, { body: named, path }), body };
}

const agentOf = (c: Ask): string => check(params, { id: c.req.param("id") }).id;

/** What cannot be a sessionId names no trace. */
function sessionOf(c: Ask): string | undefined {
  const given = c.req.param("sessionId");
  if (given === undefined || sessionId.safeParse(given).success) return given;
  throw new AppError("not_found", {
    detail: `"${agentOf(c)}" has no trace "${given.slice(0, 128)}"`,
  });
}

const traceOf = (c: Ask) => ({ agentId: agentOf(c), sessionId: sessionOf(c)! });

/** This surface says `null` for what an open escalation has not. */
function shownEscalation(escalation: Escalation) {
  const none = { resolvedAt: null, resolvedBy: null, resolverAgent: null, helpfulHint: null };
  return { ...none, ...escalation };
}

function invalid(detail: string, path: string): AppError {
  return new AppError("invalid_input", { detail, fields: [{ path, message: detail }] });
}
