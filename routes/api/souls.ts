/** Souls: what an agent earned; and its dashboard. */
import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { App } from "../../lib/app.ts";
import { getDashboard } from "../../lib/coordination/dashboard/mod.ts";
import { dashboard } from "../../lib/coordination/dashboard/schema.ts";
import { agentId } from "../../lib/coordination/schema.ts";
import {
  addXp,
  countTrace,
  createSoul,
  getSoul,
  unlockAchievement,
} from "../../lib/coordination/souls/mod.ts";
import {
  addXpInput,
  countTraceInput,
  soul,
  soulCreated,
  type SoulGain,
  soulGain,
  soulInput,
  unlocked,
  unlockInput,
} from "../../lib/coordination/souls/schema.ts";
import { AppError } from "../../lib/kernel/core/errors.ts";
import type { Tx } from "../../lib/kernel/kv/mod.ts";
import { callOf, requireActing } from "../_http/acting.ts";
import { type Env, workspaceOf } from "../_http/env.ts";
import { stageAnswer } from "../_http/idempotency.ts";
import { jsonAnswer, jsonBody, newRouter, readProblems, writeProblems } from "../_http/openapi.ts";

const tags = ["souls"];
const params = z.object({ id: agentId });

const get = createRoute({
  method: "get",
  path: "/agents/{id}/soul",
  operationId: "getSoul",
  summary: "What an agent earned, or null",
  tags,
  request: { params },
  responses: {
    200: jsonAnswer("The soul", z.object({ soul: soul.nullable() })),
    ...readProblems("not_found"),
  },
});

const create = createRoute({
  method: "post",
  path: "/agents/{id}/soul",
  operationId: "createSoul",
  summary: "Give an agent its soul; a second time changes nothing",
  tags,
  request: { params, body: { ...jsonBody(soulInput), required: false } },
  responses: {
    200: jsonAnswer("The soul there was", soulCreated),
    201: jsonAnswer("The new soul", soulCreated),
    ...writeProblems("not_found"),
  },
});

const xp = createRoute({
  method: "post",
  path: "/agents/{id}/soul/xp",
  operationId: "addXp",
  summary: "Add experience",
  tags,
  request: { params, body: jsonBody(addXpInput) },
  responses: { 200: jsonAnswer("What was gained", soulGain), ...writeProblems("not_found") },
});

const count = createRoute({
  method: "post",
  path: "/agents/{id}/soul/traces",
  operationId: "countTrace",
  summary: "Count a completed trace; a second time gains nothing",
  tags,
  request: { params, body: jsonBody(countTraceInput) },
  responses: { 200: jsonAnswer("What was gained", soulGain), ...writeProblems("not_found") },
});

const unlock = createRoute({
  method: "post",
  path: "/agents/{id}/soul/achievements",
  operationId: "unlockAchievement",
  summary: "Unlock an achievement; a second time keeps the first",
  tags,
  request: { params, body: jsonBody(unlockInput) },
  responses: { 200: jsonAnswer("The achievement", unlocked), ...writeProblems("not_found") },
});

const board = createRoute({
  method: "get",
  path: "/agents/{id}/dashboard",
  operationId: "getAgentDashboard",
  summary: "An agent at a glance, measured, with advice",
  tags,
  request: { params },
  responses: {
    200: jsonAnswer("The dashboard", z.object({ dashboard })),
    ...readProblems("not_found"),
  },
});

export function soulRoutes({ ctx }: App) {
  const router = newRouter();
  const answerTo = (c: Context<Env>) => (tx: Tx, gain: SoulGain) =>
    stageAnswer(ctx, c, tx, 200, gain);
  router.openapi(get, async (c) => {
    const { id } = c.req.valid("param");
    return c.json({ soul: await getSoul(ctx, workspaceOf(c), id) }, 200);
  });
  router.openapi(create, async (c) => {
    const id = requireActing(c, { path: c.req.valid("param").id });
    // Without a body there is nothing to validate.
    const input = c.req.valid("json") as { name?: string; personality?: string } | undefined;
    const made = await createSoul(ctx, callOf(c, id), { ...input, agentId: id });
    return c.json(made, made.created ? 201 : 200);
  });
  router.openapi(xp, async (c) => {
    const id = requireActing(c, { path: c.req.valid("param").id });
    const input = { ...c.req.valid("json"), agentId: id };
    return c.json(await addXp(ctx, callOf(c, id), input, answerTo(c)), 200);
  });
  router.openapi(count, async (c) => {
    const id = requireActing(c, { path: c.req.valid("param").id });
    const input = { ...c.req.valid("json"), agentId: id };
    return c.json(await countTrace(ctx, callOf(c, id), input, answerTo(c)), 200);
  });
  router.openapi(unlock, async (c) => {
    const id = requireActing(c, { path: c.req.valid("param").id });
    const input = { ...c.req.valid("json"), agentId: id };
    return c.json(await unlockAchievement(ctx, callOf(c, id), input), 200);
  });
  router.openapi(board, async (c) => {
    const { id } = c.req.valid("param");
    const found = await getDashboard(ctx, workspaceOf(c), id);
    if (found) return c.json({ dashboard: found }, 200);
    throw new AppError("not_found", {
      detail: `"${id}" has no soul yet, so nothing to show; POST /api/v1/agents/${id}/soul`,
    });
  });
  return router;
}
