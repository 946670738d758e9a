/** Settings of the coordination hub and of the gateway: every number of them, changed as a merge patch. */
import { createRoute, z } from "@hono/zod-openapi";
import type { App } from "../../lib/app.ts";
import { getSettings, updateSettings } from "../../lib/coordination/settings/mod.ts";
import { coordinationSettings } from "../../lib/coordination/settings/schema.ts";
import { gatewaySettings } from "../../lib/gateway/schema.ts";
import type { JsonObject } from "../../lib/kernel/core/json.ts";
import { callOf } from "../_http/acting.ts";
import { actorOf, workspaceOf } from "../_http/env.ts";
import { requireMatch, setEtag } from "../_http/etag.ts";
import {
  ifMatchHeader,
  jsonAnswer,
  jsonBody,
  newRouter,
  readProblems,
  writeProblems,
} from "../_http/openapi.ts";

const tags = ["settings"];
const changes = z.record(z.string(), z.unknown());
const answer = z.object({
  settings: coordinationSettings.meta({ id: "CoordinationSettings" }),
  changed: changes.meta({ description: "What differs from the defaults" }),
});

const get = createRoute({
  method: "get",
  path: "/settings/coordination",
  operationId: "getCoordinationSettings",
  summary: "What holds now, and what of it differs from the defaults",
  tags,
  responses: { 200: jsonAnswer("The settings", answer), ...readProblems() },
});

const patch = createRoute({
  method: "patch",
  path: "/settings/coordination",
  operationId: "updateCoordinationSettings",
  summary: "Change settings by a merge patch; null takes one back to its default. Role admin",
  tags,
  request: { headers: ifMatchHeader, body: jsonBody(changes) },
  responses: {
    200: jsonAnswer("The settings as changed", answer),
    ...writeProblems("precondition_failed"),
  },
});

const gatewayAnswer = z.object({
  settings: gatewaySettings.meta({ id: "GatewaySettings" }),
  changed: changes.meta({ description: "What differs from the defaults" }),
});

const getGateway = createRoute({
  method: "get",
  path: "/settings/gateway",
  operationId: "getGatewaySettings",
  summary: "What holds now for model calls, and what of it differs from the defaults",
  tags,
  responses: { 200: jsonAnswer("The settings", gatewayAnswer), ...readProblems() },
});

const patchGateway = createRoute({
  method: "patch",
  path: "/settings/gateway",
  operationId: "updateGatewaySettings",
  summary:
    "Change settings by a merge patch; null takes one back to its default. Every instance takes it up. Role admin",
  tags,
  request: { headers: ifMatchHeader, body: jsonBody(changes) },
  responses: {
    200: jsonAnswer("The settings as changed", gatewayAnswer),
    ...writeProblems("precondition_failed"),
  },
});

export function settingsRoutes(app: App) {
  const router = newRouter();
  router.openapi(get, async (c) => {
    const { version, ...shown } = await getSettings(app.ctx, workspaceOf(c));
    setEtag(c, version);
    return c.json(shown, 200);
  });
  router.openapi(patch, async (c) => {
    const { version, ...shown } = await updateSettings(app.ctx, callOf(c), {
      patch: c.req.valid("json") as JsonObject,
      check: (current) => requireMatch(c, current),
    });
    setEtag(c, version);
    return c.json(shown, 200);
  });
  const { settings } = app.gateway;
  router.openapi(getGateway, async (c) => {
    const { version, ...shown } = await settings.read(workspaceOf(c));
    setEtag(c, version);
    return c.json(shown, 200);
  });
  router.openapi(patchGateway, async (c) => {
    const { version, ...shown } = await settings.update({
      workspaceId: workspaceOf(c),
      actor: actorOf(c),
      patch: c.req.valid("json") as JsonObject,
      check: (current) => requireMatch(c, current),
    });
    setEtag(c, version);
    return c.json(shown, 200);
  });
  return router;
}
