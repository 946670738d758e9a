/** Where calls went and why, and where one would go. */
import { createRoute, z } from "@hono/zod-openapi";
import type { App } from "../../lib/app.ts";
import { MODEL_TIERS } from "../../lib/gateway/directory/schema.ts";
import { storedDecision } from "../../lib/gateway/routing/schema.ts";
import { AppError } from "../../lib/kernel/core/errors.ts";
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

const tags = ["gateway"];

const list = createRoute({
  method: "get",
  path: "/gateway/decisions",
  operationId: "listRouteDecisions",
  summary: "Route decisions, newest first",
  tags,
  request: { query: pageQuery.extend({ cursor: idParam("call").optional() }) },
  responses: { 200: jsonAnswer("A page of decisions", pageOf(storedDecision)), ...readProblems() },
});

const get = createRoute({
  method: "get",
  path: "/gateway/decisions/{id}",
  operationId: "getRouteDecision",
  summary: "Why a call went where it went, with the candidates that were passed over",
  tags,
  request: { params: z.object({ id: idParam("call") }) },
  responses: {
    200: jsonAnswer("The decision", z.object({ decision: storedDecision })),
    ...readProblems("not_found"),
  },
});

const previewInput = z.object({
  model: z.string().max(200).optional(),
  tier: z.enum(MODEL_TIERS).optional(),
  messages: z.array(z.looseObject({ role: z.string().max(40), content: z.unknown().optional() }))
    .min(1).max(2_000),
  tools: z.array(z.unknown()).max(1_000).optional(),
  response_format: z.unknown().optional(),
  max_tokens: z.int().min(1).max(10_000_000).optional(),
  max_completion_tokens: z.int().min(1).max(10_000_000).optional(),
}).meta({ id: "RoutePreviewInput" });

const preview = createRoute({
  method: "post",
  path: "/gateway/route",
  operationId: "previewRoute",
  summary: "Where a chat request would go and why; executes and keeps nothing",
  tags,
  request: { body: jsonBody(previewInput) },
  responses: {
    200: jsonAnswer(
      "The decision",
      z.object({ decision: storedDecision.omit({ id: true, at: true }) }),
    ),
    ...writeProblems("not_found", "budget_exhausted"),
  },
});

export function gatewayDecisionRoutes(app: App) {
  const router = newRouter();
  const decisions = app.gateway.router;
  router.openapi(list, async (c) => {
    const { limit, cursor } = c.req.valid("query");
    const found = await decisions.listDecisions(workspaceOf(c), limit + 1, cursor);
    const items = found.slice(0, limit);
    return c.json({ items, nextCursor: found.length > limit ? items.at(-1)!.id : null }, 200);
  });
  router.openapi(get, async (c) => {
    const { id } = c.req.valid("param");
    const decision = await decisions.getDecision(workspaceOf(c), id);
    if (!decision) {
      throw new AppError("not_found", { detail: `No decision of the call "${id}" is kept` });
    }
    return c.json({ decision }, 200);
  });
  router.openapi(preview, async (c) => {
    const { tier, ...body } = c.req.valid("json");
    const decision = await app.gateway.preview({
      workspaceId: workspaceOf(c),
      caller: { id: actorOf(c) },
      body,
      signal: c.req.raw.signal,
      cache: "bypass",
      ...(tier && { tier }),
    });
    const { model, fallbacks, rejected, complexity, ...rest } = decision;
    return c.json({
      decision: {
        ...rest,
        model: model.id,
        provider: model.provider,
        rejected: [...rejected],
        fallbacks: fallbacks.map(({ id }) => id),
        ...(complexity && { complexity: { ...complexity, features: [...complexity.features] } }),
      },
    }, 200);
  });
  return router;
}
