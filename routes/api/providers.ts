/** Providers: where models are asked, with whose key. Keys go in and never come out. */
import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { App } from "../../lib/app.ts";
import { providerViews, testProvider } from "../../lib/gateway/directory/mod.ts";
import {
  newProvider,
  providerId,
  providerPatch,
  type ProviderView,
  providerView,
  testAnswer,
  testInput,
} from "../../lib/gateway/directory/schema.ts";
import { AppError } from "../../lib/kernel/core/errors.ts";
import { actorOf, type Env, workspaceOf } from "../_http/env.ts";
import { requireMatch, setEtag } from "../_http/etag.ts";
import {
  ifMatchHeader,
  jsonAnswer,
  jsonBody,
  newRouter,
  pageOf,
  readProblems,
  writeProblems,
} from "../_http/openapi.ts";

const tags = ["models"];
const params = z.object({ id: providerId });
const answered = z.object({ provider: providerView });

const list = createRoute({
  method: "get",
  path: "/providers",
  operationId: "listProviders",
  summary: "Providers, where their keys come from and how they do; never the keys",
  tags,
  responses: { 200: jsonAnswer("All providers", pageOf(providerView)), ...readProblems() },
});

const get = createRoute({
  method: "get",
  path: "/providers/{id}",
  operationId: "getProvider",
  summary: "One provider",
  tags,
  request: { params },
  responses: { 200: jsonAnswer("The provider", answered), ...readProblems("not_found") },
});

const create = createRoute({
  method: "post",
  path: "/providers",
  operationId: "createProvider",
  summary: "Add a server that speaks OpenAI's protocol. Role admin",
  tags,
  request: { body: jsonBody(newProvider) },
  responses: {
    201: jsonAnswer("The provider, its key masked", answered),
    ...writeProblems("keystore_locked"),
  },
});

const update = createRoute({
  method: "patch",
  path: "/providers/{id}",
  operationId: "updateProvider",
  summary:
    "Change a provider; null takes a member back to what is built in. A new origin needs its key again. Role admin",
  tags,
  request: { params, headers: ifMatchHeader, body: jsonBody(providerPatch) },
  responses: {
    200: jsonAnswer("The provider as changed", answered),
    ...writeProblems("not_found", "precondition_failed", "keystore_locked"),
  },
});

const putKey = createRoute({
  method: "put",
  path: "/providers/{id}",
  operationId: "setProviderKey",
  summary: "Set a provider's key; it is sealed and cannot be read again. Role admin",
  tags,
  request: {
    params,
    body: jsonBody(z.strictObject({ apiKey: z.string().trim().min(1).max(8_192) })),
  },
  responses: {
    200: jsonAnswer("The provider, its key masked", answered),
    ...writeProblems("not_found", "keystore_locked"),
  },
});

const remove = createRoute({
  method: "delete",
  path: "/providers/{id}",
  operationId: "deleteProvider",
  summary:
    "Remove an added provider, or take a built-in one back to what it was; its key is forgotten. Role admin",
  tags,
  request: { params, headers: ifMatchHeader },
  responses: {
    204: { description: "It is so" },
    ...writeProblems("not_found", "precondition_failed"),
  },
});

const test = createRoute({
  method: "post",
  path: "/providers/{id}/test",
  operationId: "testProvider",
  summary: "Make one small call through the gateway and say how it went. Role admin",
  tags,
  request: { params, body: { ...jsonBody(testInput), required: false } },
  responses: { 200: jsonAnswer("How it went", testAnswer), ...writeProblems("not_found") },
});

export function providerRoutes(app: App) {
  const router = newRouter();
  const { directory } = app.gateway;
  const one = async (c: Context<Env>, id: string) => {
    const view = (await viewsOf(app, c)).find((provider) => provider.id === id);
    if (!view) throw new AppError("not_found", { detail: `There is no provider "${id}"` });
    setEtag(c, view.version);
    return view;
  };
  router.openapi(list, async (c) => {
    return c.json({ items: await viewsOf(app, c), nextCursor: null }, 200);
  });
  router.openapi(get, async (c) => {
    return c.json({ provider: await one(c, c.req.valid("param").id) }, 200);
  });
  router.openapi(create, async (c) => {
    const input = c.req.valid("json");
    await directory.createProvider(changeOf(c), input);
    c.header("location", `/api/v1/providers/${input.id}`);
    return c.json({ provider: await one(c, input.id) }, 201);
  });
  router.openapi(update, async (c) => {
    const { id } = c.req.valid("param");
    await directory.updateProvider(changeOf(c), id, c.req.valid("json"));
    return c.json({ provider: await one(c, id) }, 200);
  });
  router.openapi(putKey, async (c) => {
    const { id } = c.req.valid("param");
    await directory.updateProvider(changeOf(c), id, c.req.valid("json"));
    return c.json({ provider: await one(c, id) }, 200);
  });
  router.openapi(remove, async (c) => {
    await directory.deleteProvider(changeOf(c), c.req.valid("param").id);
    return c.body(null, 204);
  });
  router.openapi(test, async (c) => {
    const { id } = c.req.valid("param");
    const { model } = c.req.valid("json") ?? {};
    await one(c, id);
    const workspaceId = workspaceOf(c);
    // Its models may have changed: that is one of the reasons for a test.
    await directory.refresh(workspaceId);
    const from = { workspaceId, caller: { id: actorOf(c) }, signal: c.req.raw.signal };
    const catalogue = await directory.now(workspaceId);
    return c.json(await testProvider(app.ctx, app.gateway, from, { catalogue, id, model }), 200);
  });
  return router;
}

function changeOf(c: Context<Env>) {
  return {
    workspaceId: workspaceOf(c),
    actor: actorOf(c),
    check: (version: number) => requireMatch(c, version),
  };
}

async function viewsOf(app: App, c: Context<Env>): Promise<ProviderView[]> {
  const workspaceId = workspaceOf(c);
  const { directory, settings } = app.gateway;
  const catalogue = await directory.now(workspaceId);
  const known = await settings.of(workspaceId);
  return providerViews(catalogue, {
    secrets: await app.keystore.list(workspaceId),
    health: directory.health(workspaceId),
    limits: known.limits,
    aiGatewayUrl: known.directory.aiGatewayUrl,
  });
}
