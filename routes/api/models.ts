/** Models that can be used, and the providers they come from. Keys go in and never come out. */
import { createRoute, z } from "@hono/zod-openapi";
import type { App } from "../../lib/app.ts";
import { AppError } from "../../lib/kernel/core/errors.ts";
import { actorOf, workspaceOf } from "../_http/env.ts";
import {
  jsonAnswer,
  jsonBody,
  newRouter,
  pageOf,
  readProblems,
  writeProblems,
} from "../_http/openapi.ts";

const tags = ["models"];

const model = z.object({
  id: z.string(),
  provider: z.string(),
  tier: z.enum(["primary", "edge", "flagship", "local", "custom", "demo"]),
  /** Micro-dollars per million tokens. */
  priceInMicrosPerMTok: z.number(),
  priceOutMicrosPerMTok: z.number(),
  /** False: the price is not known. */
  priced: z.boolean(),
  asOf: z.string().optional(),
  tokensPerSecond: z.number().optional(),
  contextTokens: z.int(),
  maxOutputTokens: z.int(),
  capabilities: z.array(z.string()),
  demonstration: z.boolean(),
}).meta({ id: "Model" });

/** Providers that take a key, with the name under which the keystore holds it. */
const PROVIDERS = { openai: "OpenAI", groq: "Groq", "workers-ai": "Workers AI" } as const;
const providerId = z.enum(["openai", "groq", "workers-ai"]);

const provider = z.object({
  id: providerId,
  name: z.string(),
  /** Where its key comes from; the environment wins. */
  key: z.enum(["environment", "keystore", "none"]),
  /** The last characters of a key from the keystore. */
  hint: z.string().optional(),
  updatedAt: z.iso.datetime().optional(),
}).meta({ id: "Provider" });

const listModels = createRoute({
  method: "get",
  path: "/models",
  operationId: "listModels",
  summary: "Models that can be used now, the default first",
  tags,
  responses: { 200: jsonAnswer("All models", pageOf(model)), ...readProblems() },
});

const listProviders = createRoute({
  method: "get",
  path: "/providers",
  operationId: "listProviders",
  summary: "Providers and where their keys come from, never the keys",
  tags,
  responses: { 200: jsonAnswer("All providers", pageOf(provider)), ...readProblems() },
});

const putProvider = createRoute({
  method: "put",
  path: "/providers/{id}",
  operationId: "setProviderKey",
  summary: "Set a provider's key; it is sealed and cannot be read again",
  tags,
  request: {
    params: z.object({ id: providerId }),
    body: jsonBody(z.strictObject({ apiKey: z.string().trim().min(1).max(8_192) })),
  },
  responses: {
    200: jsonAnswer("The provider, its key masked", z.object({ provider })),
    ...writeProblems("not_found", "keystore_locked"),
  },
});

const deleteProvider = createRoute({
  method: "delete",
  path: "/providers/{id}",
  operationId: "removeProviderKey",
  summary: "Forget a provider's key",
  tags,
  request: { params: z.object({ id: providerId }) },
  responses: { 204: { description: "It is gone" }, ...writeProblems("not_found") },
});

export function modelRoutes(app: App) {
  const router = newRouter();
  router.openapi(listModels, (c) => {
    const items = app.gateway.list().map((info) => ({
      ...info,
      capabilities: [...info.capabilities],
    }));
    return c.json({ items, nextCursor: null }, 200);
  });
  router.openapi(listProviders, async (c) => {
    return c.json({ items: await providers(app, workspaceOf(c)), nextCursor: null }, 200);
  });
  router.openapi(putProvider, async (c) => {
    const { id } = c.req.valid("param");
    const { apiKey } = c.req.valid("json");
    await app.keystore.put(workspaceOf(c), id, apiKey, actorOf(c));
    await app.gateway.refresh?.();
    const found = (await providers(app, workspaceOf(c))).find((item) => item.id === id);
    if (!found) throw new AppError("not_found", { detail: `There is no provider "${id}"` });
    return c.json({ provider: found }, 200);
  });
  router.openapi(deleteProvider, async (c) => {
    await app.keystore.delete(workspaceOf(c), c.req.valid("param").id);
    await app.gateway.refresh?.();
    return c.body(null, 204);
  });
  return router;
}

async function providers(app: App, workspaceId: string): Promise<z.infer<typeof provider>[]> {
  const secrets = await app.keystore.list(workspaceId);
  const { openai, groq, workersAi } = app.ctx.config.providers;
  const environment = {
    openai: openai.apiKey,
    groq: groq.apiKey,
    "workers-ai": workersAi.apiToken,
  };
  return providerId.options.map((id) => {
    const base = { id, name: PROVIDERS[id] };
    if (environment[id]) return { ...base, key: "environment" as const };
    const secret = secrets.find(({ name }) => name === id);
    if (!secret) return { ...base, key: "none" as const };
    return {
      ...base,
      key: "keystore" as const,
      ...(secret.hint ? { hint: `…${secret.hint}` } : {}),
      updatedAt: new Date(secret.updatedAt).toISOString(),
    };
  });
}
