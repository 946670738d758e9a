/** API keys: who may come in, as what. Role admin. */
import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { App } from "../../lib/app.ts";
import {
  createApiKey,
  type KeyAdmin,
  listApiKeys,
  requireApiKey,
  revokeApiKey,
} from "../../lib/identity/mod.ts";
import { apiKey, apiKeyInput, role } from "../../lib/identity/schema.ts";
import { actorOf, type Env, requestIdOf, workspaceOf } from "../_http/env.ts";
import { stageAnswer } from "../_http/idempotency.ts";
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

const tags = ["keys"];
const params = z.object({ id: idParam("key") });
const answered = z.object({ key: apiKey });
const created = answered.extend({
  token: z.string().meta({
    description: "The key itself, shown this once: send it as `Authorization: Bearer mst_…`",
  }),
});

const callerShape = z.object({
  id: z.string(),
  via: z.enum(["open", "key", "cookie"]),
  role,
  agentId: z.string().optional(),
}).meta({ id: "Caller" });

const list = createRoute({
  method: "get",
  path: "/keys",
  operationId: "listKeys",
  summary: "API keys, newest first, revoked and expired ones too",
  tags,
  request: { query: pageQuery },
  responses: { 200: jsonAnswer("A page of keys", pageOf(apiKey)), ...readProblems() },
});

const create = createRoute({
  method: "post",
  path: "/keys",
  operationId: "createKey",
  summary: "Make a key with a role of at most your own; the answer alone shows it",
  tags,
  request: { body: jsonBody(apiKeyInput) },
  responses: { 201: jsonAnswer("The key", created), ...writeProblems() },
});

const get = createRoute({
  method: "get",
  path: "/keys/{id}",
  operationId: "getKey",
  summary: "One key",
  tags,
  request: { params },
  responses: { 200: jsonAnswer("The key", answered), ...readProblems("not_found") },
});

const revoke = createRoute({
  method: "delete",
  path: "/keys/{id}",
  operationId: "revokeKey",
  summary: "Refuse a key from now on, everywhere; a second time changes nothing",
  tags,
  request: { params },
  responses: { 200: jsonAnswer("The key as revoked", answered), ...writeProblems("not_found") },
});

const whoami = createRoute({
  method: "get",
  path: "/caller",
  operationId: "getCaller",
  summary: "Who you are to this server: your role, and the agent your key acts as",
  tags,
  responses: {
    200: jsonAnswer("The caller", z.object({ caller: callerShape })),
    ...readProblems(),
  },
});

export function keyRoutes(app: App) {
  const router = newRouter();
  router.openapi(whoami, (c) => {
    const { id, via, role, agentId } = c.get("caller")!;
    return c.json({ caller: { id, via, role, ...(agentId !== undefined && { agentId }) } }, 200);
  });
  router.openapi(list, async (c) => {
    return c.json(await listApiKeys(app.ctx, workspaceOf(c), c.req.valid("query")), 200);
  });
  router.openapi(create, async (c) => {
    const made = await createApiKey(app.ctx, adminOf(c), c.req.valid("json"), async (tx, key) => {
      await stageAnswer(app.ctx, c, tx, 409, shownOnce(c, key.id), {
        "content-type": "application/problem+json; charset=utf-8",
      });
    });
    c.header("location", `/api/v1/keys/${made.key.id}`);
    return c.json(made, 201);
  });
  router.openapi(get, async (c) => {
    const { id } = c.req.valid("param");
    return c.json({ key: await requireApiKey(app.ctx, workspaceOf(c), id) }, 200);
  });
  router.openapi(revoke, async (c) => {
    const { id } = c.req.valid("param");
    return c.json({ key: await revokeApiKey(app.ctx, adminOf(c), id) }, 200);
  });
  return router;
}

/** What a repeat with the same Idempotency-Key gets: the real answer holds the key, which is not stored. */
function shownOnce(c: Context<Env>, keyId: string) {
  return {
    type: "/docs#conflict",
    title: "Conflict",
    status: 409,
    detail:
      `The first request with this Idempotency-Key made key "${keyId}", which was shown once; revoke it and make another`,
    code: "conflict",
    requestId: requestIdOf(c),
    keyId,
  };
}

function adminOf(c: Context<Env>): KeyAdmin {
  const role = c.get("caller")?.role ?? "viewer";
  return { workspaceId: workspaceOf(c), actor: actorOf(c), role };
}
