/** The catalogue: models that can be used, and those a workspace added, priced, changed or disabled. */
import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { App } from "../../lib/app.ts";
import type { Catalogue, ModelNow } from "../../lib/gateway/directory/mod.ts";
import { modelViewOf } from "../../lib/gateway/directory/mod.ts";
import {
  MODEL_TIERS,
  modelId,
  modelPatch,
  modelView,
  newModel,
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
const answered = z.object({ model: modelView });
const params = z.object({
  id: z.string().min(1).max(200).meta({
    description: "Percent-encoded: ids contain slashes",
    example: "openai%2Fgpt-oss-20b",
  }),
});

const list = createRoute({
  method: "get",
  path: "/models",
  operationId: "listModels",
  summary: "Models that can be used now, the default first; with all=true also the others, and why",
  tags,
  request: {
    query: z.object({
      provider: z.string().max(40).optional(),
      tier: z.enum([...MODEL_TIERS, "demo"]).optional(),
      all: z.enum(["true", "false"]).optional(),
    }),
  },
  responses: { 200: jsonAnswer("All models", pageOf(modelView)), ...readProblems() },
});

const get = createRoute({
  method: "get",
  path: "/models/{id}",
  operationId: "getModel",
  summary: "One model, also one that cannot be used now",
  tags,
  request: { params },
  responses: { 200: jsonAnswer("The model", answered), ...readProblems("not_found") },
});

const create = createRoute({
  method: "post",
  path: "/models",
  operationId: "createModel",
  summary: "Add a model of a provider, with its price. Role admin",
  tags,
  request: { body: jsonBody(newModel) },
  responses: { 201: jsonAnswer("The model", answered), ...writeProblems() },
});

const update = createRoute({
  method: "patch",
  path: "/models/{id}",
  operationId: "updateModel",
  summary:
    "Price, edit or disable a model; null takes a member back to what is built in. Role admin",
  tags,
  request: { params, headers: ifMatchHeader, body: jsonBody(modelPatch) },
  responses: {
    200: jsonAnswer("The model as changed", answered),
    ...writeProblems("not_found", "precondition_failed"),
  },
});

const remove = createRoute({
  method: "delete",
  path: "/models/{id}",
  operationId: "deleteModel",
  summary: "Remove an added model, or take a built-in one back to what it was. Role admin",
  tags,
  request: { params, headers: ifMatchHeader },
  responses: {
    204: { description: "It is so" },
    ...writeProblems("not_found", "precondition_failed"),
  },
});

export function modelRoutes(app: App) {
  const router = newRouter();
  const { directory } = app.gateway;
  const now = (c: Context<Env>) => directory.now(workspaceOf(c));
  router.openapi(list, async (c) => {
    const { provider, tier, all } = c.req.valid("query");
    const items = inOrder(await now(c))
      .filter(({ problem }) => all === "true" || problem === undefined)
      .filter(({ info }) => provider === undefined || info.provider === provider)
      .filter(({ info }) => tier === undefined || info.tier === tier)
      .map(modelViewOf);
    return c.json({ items, nextCursor: null }, 200);
  });
  router.openapi(get, async (c) => {
    const view = modelViewOf(requireModel(await now(c), c.req.valid("param").id));
    setEtag(c, view.version);
    return c.json({ model: view }, 200);
  });
  router.openapi(create, async (c) => {
    const input = c.req.valid("json");
    await directory.createModel(changeOf(c), input);
    const view = modelViewOf(requireModel(await now(c), input.id));
    c.header("location", `/api/v1/models/${encodeURIComponent(input.id)}`);
    setEtag(c, view.version);
    return c.json({ model: view }, 201);
  });
  router.openapi(update, async (c) => {
    const { id } = c.req.valid("param");
    await directory.updateModel(changeOf(c), id, c.req.valid("json"));
    const view = modelViewOf(requireModel(await now(c), id));
    setEtag(c, view.version);
    return c.json({ model: view }, 200);
  });
  router.openapi(remove, async (c) => {
    await directory.deleteModel(changeOf(c), c.req.valid("param").id);
    return c.body(null, 204);
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

/** The default first, also where it is one that only the configuration names. */
function inOrder({ models, standard }: Catalogue): ModelNow[] {
  const first = models.find(({ info }) => info.id === standard.id) ??
    { info: standard, origin: "found" as const, enabled: true };
  return [first, ...models.filter(({ info }) => info.id !== standard.id)];
}

function requireModel(catalogue: Catalogue, id: string): ModelNow {
  const found = inOrder(catalogue).find(({ info }) => info.id === id);
  if (found) return found;
  const named = modelId.safeParse(id).success ? ` "${id}"` : " of that id";
  throw new AppError("not_found", { detail: `There is no model${named}` });
}
