/** Heartbeats and shadows of external agents. */
import { createRoute, z } from "@hono/zod-openapi";
import type { App } from "../../lib/app.ts";
import {
  becomeShadow,
  configureShadow,
  getHeartbeat,
  getShadow,
  recordHeartbeat,
  registerShadow,
  takeOver,
} from "../../lib/coordination/heartbeats/mod.ts";
import {
  heartbeatHealth,
  heartbeatInput,
  heartbeatReceipt,
  shadow,
  shadowInput,
  takeover,
} from "../../lib/coordination/heartbeats/schema.ts";
import { agentId } from "../../lib/coordination/schema.ts";
import { callOf, mayAct, requireActing, requireRole } from "../_http/acting.ts";
import { workspaceOf } from "../_http/env.ts";
import { stageAnswer } from "../_http/idempotency.ts";
import { jsonAnswer, jsonBody, newRouter, readProblems, writeProblems } from "../_http/openapi.ts";
import { callOfPair } from "../_http/shadowing.ts";

const tags = ["agents"];
const params = z.object({ id: agentId });

const readHeartbeat = createRoute({
  method: "get",
  path: "/agents/{id}/heartbeat",
  operationId: "getHeartbeat",
  summary: "Whether the agent works: its last heartbeat, how long it has been silent",
  tags,
  request: { params },
  responses: { 200: jsonAnswer("Its health", heartbeatHealth), ...readProblems() },
});

const beat = createRoute({
  method: "post",
  path: "/agents/{id}/heartbeat",
  operationId: "recordHeartbeat",
  summary: "A sign that the agent works; tokensUsed since the last one",
  tags,
  request: { params, body: { ...jsonBody(heartbeatInput), required: false } },
  responses: {
    200: jsonAnswer(
      "Recorded; `takenOver` tells an agent that came back what it lost",
      z.object({ heartbeat: heartbeatReceipt }),
    ),
    ...writeProblems(),
  },
});

const readShadow = createRoute({
  method: "get",
  path: "/agents/{id}/shadow",
  operationId: "getShadow",
  summary: "Who watches the agent, and whom it watches",
  tags,
  request: { params },
  responses: { 200: jsonAnswer("Both sides of its watch", shadow), ...readProblems() },
});

const act = createRoute({
  method: "post",
  path: "/agents/{id}/shadow",
  operationId: "changeShadow",
  summary: "Register or become a shadow, configure the watch, take over from a stalled agent",
  tags,
  request: { params, body: jsonBody(shadowInput) },
  responses: {
    200: jsonAnswer(
      "The watch as it is now; a takeover also says what changed hands",
      z.object({ shadow, takeover: takeover.optional() }),
    ),
    ...writeProblems(),
  },
});

export function presenceRoutes(app: App) {
  const { ctx } = app;
  const router = newRouter();
  router.openapi(readHeartbeat, async (c) => {
    return c.json(await getHeartbeat(ctx, workspaceOf(c), c.req.valid("param").id), 200);
  });
  router.openapi(beat, async (c) => {
    const id = requireActing(c, { path: c.req.valid("param").id });
    const input = c.req.valid("json");
    return c.json({
      heartbeat: await recordHeartbeat(
        ctx,
        callOf(c, id),
        { ...input, agentId: id },
        (tx, heartbeat) => stageAnswer(ctx, c, tx, 200, { heartbeat }),
      ),
    }, 200);
  });
  router.openapi(readShadow, async (c) => {
    return c.json(await getShadow(ctx, workspaceOf(c), c.req.valid("param").id), 200);
  });
  router.openapi(act, async (c) => {
    const { id } = c.req.valid("param");
    const { action, ...input } = c.req.valid("json");
    switch (action) {
      case "register-shadow":
      case "become-shadow": {
        const call = callOf(c, requireActing(c, { path: id }));
        const shadow = "shadowId" in input
          ? await registerShadow(ctx, call, { ...input, agentId: id })
          : await becomeShadow(ctx, call, {
            ...input as { primaryAgent: string },
            mayForce: mayAct(c, "override"),
            agentId: id,
          });
        return c.json({ shadow }, 200);
      }
      case "configure":
        return c.json({
          shadow: await configureShadow(ctx, await callOfPair(c, app, id), {
            ...input,
            mayForce: mayAct(c, "override"),
            agentId: id,
          }),
        }, 200);
      case "takeover": {
        const force = "force" in input && input.force === true;
        if (force) requireRole(c, "operator");
        const call = await callOfPair(c, app, id);
        const takeover = await takeOver(ctx, call, { agentId: id, force });
        return c.json({ shadow: await getShadow(ctx, workspaceOf(c), id), takeover }, 200);
      }
    }
  });
  return router;
}
