/**
 * `/api/health|models|route|chat|batch`: the model gateway in the shapes its earlier clients know. Every call
 * goes the way of `/v1`. Errors are problems that also say `{success: false, error}`.
 */
import type { Context } from "hono";
import { Hono } from "hono";
import { z } from "zod";
import type { App } from "../../lib/app.ts";
import type { ModelInfo } from "../../lib/agents/mod.ts";
import type { ChatBody, RouteDecision } from "../../lib/gateway/calls/schema.ts";
import type { ProviderHealth } from "../../lib/gateway/mod.ts";
import { requireShallow } from "../../lib/gateway/wire/mod.ts";
import { AppError } from "../../lib/kernel/core/errors.ts";
import { type Env, workspaceOf } from "../_http/env.ts";
import { callOf } from "../gateway/call.ts";
import { decoded, usableModels } from "../gateway/models.ts";
import { batch, batchInput, streamBatch } from "./batch.ts";
import { answerOf, ask, chatBody, chatInput, tier } from "./model_chat.ts";
import { readObject } from "./_compat.ts";
import { strict } from "./strict.ts";

/** The provider of the demonstration model. */
const OFFLINE = "offline";

const modelsQuery = z.strictObject({
  provider: z.string().min(1).max(100).optional(),
  tier: tier.optional(),
});

const routeInput = chatInput.extend({
  prompt: chatInput.shape.prompt.optional(),
  messages: z.array(z.looseObject({ role: z.string(), content: z.unknown() })).min(1).optional(),
  tools: z.array(z.looseObject({ type: z.string() })).optional(),
}).refine((input) => (input.prompt === undefined) !== (input.messages === undefined), {
  path: ["prompt"],
  message: "send a prompt or messages",
});

export function modelCompatRoutes(app: App): Hono<Env> {
  const router = new Hono<Env>();
  router.get("/health", async (c) => c.json(await health(app, workspaceOf(c))));
  router.get("/models", async (c) => {
    const { provider, tier } = strict(modelsQuery, c.req.query());
    const models = (await usableModels(app, workspaceOf(c))).filter((model) =>
      (!provider || model.provider === provider) && (!tier || model.tier === tier)
    );
    return c.json({ models: models.map(shown), total: models.length });
  });
  router.get("/models/:id{.+}", async (c) => {
    const id = decoded(new URL(c.req.url).pathname.slice("/api/models/".length));
    const found = (await usableModels(app, workspaceOf(c))).find((model) => model.id === id);
    if (!found) throw new AppError("not_found", { detail: `There is no model "${id}"` });
    return c.json({ model: shown(found) });
  });
  router.post("/route", async (c) => {
    const { prompt, messages, tools, ...input } = strict(routeInput, await body(c));
    const chat: ChatBody = {
      ...chatBody({ ...input, prompt: prompt ?? "" }),
      ...(messages && { messages: messages as ChatBody["messages"] }),
      ...(tools && { tools }),
    };
    const decision = await app.gateway.preview(callOf(c, chat, { tier: input.tier }));
    return c.json(previewOf(decision));
  });
  router.post("/chat", async (c) => {
    const input = strict(chatInput, await body(c));
    const { answer, latencyMs } = await ask(app, c, input);
    return c.json(answerOf(answer, latencyMs), 200, { ...answer.headers });
  });
  router.post("/batch", async (c) => {
    const input = strict(batchInput, await body(c));
    const streams = input.stream ?? (c.req.header("accept") ?? "").includes("text/event-stream");
    return streams ? streamBatch(app, c, input) : c.json(await batch(app, c, input));
  });
  return router;
}

async function body(c: Context<Env>): Promise<Record<string, unknown>> {
  const given = await readObject(c);
  requireShallow(given);
  return given;
}

function shown(model: ModelInfo) {
  const dollars = (micros: number) => micros / 1_000_000;
  return {
    id: model.id,
    provider: model.provider,
    tier: model.tier,
    capabilities: [...model.capabilities],
    context_tokens: model.contextTokens,
    max_output_tokens: model.maxOutputTokens,
    ...(model.tokensPerSecond !== undefined && { tokens_per_second: model.tokensPerSecond }),
    pricing: {
      /** Dollars per million tokens; null where nobody told us. */
      input: model.priced ? dollars(model.priceInMicrosPerMTok) : null,
      output: model.priced ? dollars(model.priceOutMicrosPerMTok) : null,
      currency: "USD",
      ...(model.asOf !== undefined && { as_of: model.asOf }),
    },
    demonstration: model.demonstration,
  };
}

function previewOf(decision: RouteDecision) {
  const { model, tier, reason, complexity, fallbacks, rejected, estimatedCostMicros } = decision;
  return {
    model: model.id,
    provider: model.provider,
    tier,
    reasoning: reason,
    ...(complexity && { complexity }),
    fallbacks: fallbacks.map(({ id, provider }) => ({ model: id, provider })),
    rejected,
    ...(estimatedCostMicros !== undefined && {
      estimated_cost: { amount: estimatedCostMicros / 1_000_000, currency: "USD" },
    }),
    executed: false,
  };
}

/** Every provider, also those that cannot be used and why; `degraded` while one that can be used fails. */
async function health(app: App, workspaceId: string) {
  const { gateway, ctx } = app;
  const catalogue = await gateway.directory.now(workspaceId);
  const breakers = gateway.breakers.list(workspaceId).filter(({ state }) => state !== "closed");
  const book = new Map(gateway.directory.health(workspaceId).map((one) => [one.provider, one]));
  const known = [
    ...catalogue.providers,
    { id: OFFLINE, name: "Demonstration", problem: undefined },
  ];
  const providers = known.map(({ id, name, problem }) => {
    const told: ProviderHealth = book.get(id) ?? { provider: id, calls: 0, failures: 0 };
    const open = breakers.filter(({ provider }) => provider === id);
    return {
      id,
      name,
      status: problem === undefined ? stateOf(told, open) : "unavailable",
      ...(problem !== undefined && { problem }),
      models: catalogue.usable.filter(({ provider }) => provider === id).length,
      calls: told.calls,
      failures: told.failures,
      ...(told.lastLatencyMs !== undefined && { latency_ms: told.lastLatencyMs }),
      ...(told.lastError && { last_error: told.lastError }),
      breakers: open.map(({ model, state }) => ({ model, state })),
    };
  });
  return {
    status: providers.some(({ status }) => status === "failing") ? "degraded" : "ok",
    service: "muster",
    version: ctx.config.version,
    timestamp: new Date(ctx.clock.now()).toISOString(),
    providers,
  };
}

/** `unknown`: nothing was asked of it since the start. */
function stateOf(
  told: ProviderHealth,
  open: readonly { readonly state: string }[],
): "ok" | "failing" | "unknown" {
  if (open.some(({ state }) => state === "open")) return "failing";
  if (told.calls === 0) return "unknown";
  return (told.lastFailureAt ?? 0) > (told.lastSuccessAt ?? 0) ? "failing" : "ok";
}
