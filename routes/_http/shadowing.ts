/** Who may configure a watch or take over: the agent in the path, its shadow, the agent it watches. */
import type { Context } from "hono";
import type { App } from "../../lib/app.ts";
import type { Call } from "../../lib/coordination/mod.ts";
import { getShadow } from "../../lib/coordination/heartbeats/mod.ts";
import { AppError } from "../../lib/kernel/core/errors.ts";
import { actingAgent, callOf } from "./acting.ts";
import { type Env, workspaceOf } from "./env.ts";

/** Throws `forbidden` for anybody else. A caller that acts as nobody acts as the path's agent. */
export async function callOfPair(c: Context<Env>, { ctx }: App, agentId: string): Promise<Call> {
  const acting = actingAgent(c);
  if (acting === undefined || acting === agentId) return callOf(c, agentId);
  const { shadowId, primaryAgent } = await getShadow(ctx, workspaceOf(c), agentId);
  if (acting === shadowId || acting === primaryAgent) return callOf(c, acting);
  throw new AppError("forbidden", {
    detail: `"${acting}" is not the shadow of "${agentId}"` +
      (shadowId === null ? "; nobody is" : `; "${shadowId}" is`),
    extension: { shadowId },
  });
}
