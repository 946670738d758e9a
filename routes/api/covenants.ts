/** Covenants: the terms of a run, edited and accepted. */
import { createRoute, z } from "@hono/zod-openapi";
import { covenant, covenantPatch } from "../../lib/agents/covenant.ts";
import type { App } from "../../lib/app.ts";
import { acceptCovenant, patchCovenant, requireCovenant } from "../../lib/runs/mod.ts";
import { acceptInput } from "../../lib/runs/schema.ts";
import { actorOf, workspaceOf } from "../_http/env.ts";
import { requireMatch, setEtag } from "../_http/etag.ts";
import {
  idParam,
  ifMatchHeader,
  jsonAnswer,
  jsonBody,
  newRouter,
  readProblems,
  writeProblems,
} from "../_http/openapi.ts";

const tags = ["covenants"];
const params = z.object({ id: idParam("covenant") });
const answer = z.object({ covenant });

const get = createRoute({
  method: "get",
  path: "/covenants/{id}",
  operationId: "getCovenant",
  summary: "The terms and what is used of them, as of now",
  tags,
  request: { params },
  responses: { 200: jsonAnswer("The covenant", answer), ...readProblems("not_found") },
});

const patch = createRoute({
  method: "patch",
  path: "/covenants/{id}",
  operationId: "updateCovenant",
  summary: "Change the terms; the next reservation takes them up",
  tags,
  request: { params, headers: ifMatchHeader, body: jsonBody(covenantPatch) },
  responses: {
    200: jsonAnswer("The covenant as changed", answer),
    ...writeProblems("not_found", "precondition_failed"),
  },
});

const accept = createRoute({
  method: "post",
  path: "/covenants/{id}/accept",
  operationId: "acceptCovenant",
  summary: "Accept a draft, as it is or with edits",
  tags,
  request: {
    params,
    headers: ifMatchHeader,
    body: { ...jsonBody(acceptInput), required: false },
  },
  responses: {
    200: jsonAnswer("The covenant as accepted", answer),
    ...writeProblems("not_found", "precondition_failed"),
  },
});

export function covenantRoutes(app: App) {
  const router = newRouter();
  router.openapi(get, async (c) => {
    const found = await requireCovenant(app, workspaceOf(c), c.req.valid("param").id);
    setEtag(c, found.version);
    return c.json({ covenant: found }, 200);
  });
  router.openapi(patch, async (c) => {
    const changed = await patchCovenant(app, workspaceOf(c), c.req.valid("param").id, {
      patch: c.req.valid("json"),
      check: (current) => requireMatch(c, current.version),
    }, actorOf(c));
    setEtag(c, changed.version);
    return c.json({ covenant: changed }, 200);
  });
  router.openapi(accept, async (c) => {
    const accepted = await acceptCovenant(app, workspaceOf(c), c.req.valid("param").id, {
      ...c.req.valid("json"),
      check: (current) => requireMatch(c, current.version),
    }, actorOf(c));
    setEtag(c, accepted.version);
    return c.json({ covenant: accepted }, 200);
  });
  return router;
}
