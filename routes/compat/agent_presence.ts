/** `/agent/{id}`: state, heartbeat, shadow. */
import type { Context, Hono } from "hono";
import { z } from "zod";
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
  becomeShadowInput,
  configureShadowInput,
  heartbeatInput,
  registerShadowInput,
  type Shadow,
  takeoverInput,
} from "../../lib/coordination/heartbeats/schema.ts";
import { agentId } from "../../lib/coordination/schema.ts";
import { getAgentState } from "../../lib/coordination/views/mod.ts";
import { AppError } from "../../lib/kernel/core/errors.ts";
import { mayAct, requireRole } from "../_http/acting.ts";
import { type Env, workspaceOf } from "../_http/env.ts";
import { callOfPair } from "../_http/shadowing.ts";
import { callOf, check, compatRouter, readBody, readObject, requireActing } from "./_compat.ts";

type Ask = Context<Env>;
type Body = Record<string, unknown>;

const params = z.object({ id: agentId });

export function agentPresenceRoutes(app: App): Hono<Env> {
  const { ctx } = app;
  const router = compatRouter(app);
  const state = async (c: Ask) => c.json(await getAgentState(ctx, workspaceOf(c), agentOf(c)));
  router.get("/:id", state);
  router.get("/:id/state", state);
  router.get("/:id/heartbeat", async (c) => {
    return c.json(await getHeartbeat(ctx, workspaceOf(c), agentOf(c)));
  });
  router.post("/:id/heartbeat", async (c) => {
    const body = await readBody(c, heartbeatInput);
    const id = requireActing(c, { path: agentOf(c) });
    const heartbeat = await recordHeartbeat(ctx, callOf(c, id), { ...body, agentId: id });
    return c.json({ success: true, heartbeat });
  });
  router.get("/:id/shadow", async (c) => {
    return c.json(await getShadow(ctx, workspaceOf(c), agentOf(c)));
  });
  router.post("/:id/shadow", async (c) => {
    const body = await readObject(c);
    const action = String(body.action);
    const act = Object.hasOwn(SHADOW_ACTIONS, action) ? SHADOW_ACTIONS[action] : undefined;
    if (!act) {
      throw new AppError("invalid_input", {
        detail: `Unknown action. Use: ${Object.keys(SHADOW_ACTIONS).join(", ")}`,
        fields: [{ path: "action", message: "is unknown" }],
      });
    }
    return c.json({ success: true, ...await act(app, c, agentOf(c), body) });
  });
  return router;
}

type Act = (app: App, c: Ask, id: string, body: Body) => Promise<object>;

const SHADOW_ACTIONS: Record<string, Act> = {
  "register-shadow": async ({ ctx }, c, id, body) => {
    const { action: _, ...input } = check(registerShadowInput, body);
    const call = callOf(c, requireActing(c, { path: id }));
    const { shadowId, shadowStatus, registeredAt, ...rest } = await registerShadow(ctx, call, {
      ...input,
      agentId: id,
    });
    return {
      message: `Shadow ${shadowId} registered for monitoring`,
      shadow: { shadowId, status: shadowStatus, registeredAt },
      config: timing(rest),
    };
  },
  "become-shadow": async ({ ctx }, c, id, body) => {
    const { action: _, ...input } = check(becomeShadowInput, body);
    const call = callOf(c, requireActing(c, { path: id }));
    const { primaryAgent, isShadow, registeredAt } = await becomeShadow(ctx, call, {
      ...input,
      mayForce: mayAct(c, "override"),
      agentId: id,
    });
    return {
      message: `Now shadowing ${primaryAgent}`,
      config: { primaryAgent, isShadow, registeredAt },
    };
  },
  takeover: async (app, c, id, body) => {
    const { force } = check(takeoverInput, body);
    if (force) requireRole(c, "operator");
    const call = await callOfPair(c, app, id);
    const takeover = await takeOver(app.ctx, call, { agentId: id, force });
    const message = `${takeover.shadowId} took over from ${takeover.primaryAgent}`;
    return { message, takeover };
  },
  configure: async (app, c, id, body) => {
    const { action: _, ...input } = check(configureShadowInput, body);
    const call = await callOfPair(c, app, id);
    const mayForce = mayAct(c, "override");
    const change = { ...input, mayForce, agentId: id };
    return { config: timing(await configureShadow(app.ctx, call, change)) };
  },
};

const timing = (
  { stallThresholdMs, heartbeatIntervalMs }: Pick<
    Shadow,
    "stallThresholdMs" | "heartbeatIntervalMs"
  >,
) => ({ stallThresholdMs, heartbeatIntervalMs });

const agentOf = (c: Ask) => check(params, c.req.param()).id;
