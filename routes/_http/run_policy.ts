/** Whether the agent a request acts as may start runs; people and unnamed callers are not asked. */
import type { Context } from "hono";
import type { App } from "../../lib/app.ts";
import { requireRunAbility } from "../../lib/coordination/souls/mod.ts";
import { actingAgent } from "./acting.ts";
import { type Env, workspaceOf } from "./env.ts";

/** Before a run is started. Throws `forbidden` by `settings.runs.policies`. */
export async function requireRunPolicy(
  { ctx }: Pick<App, "ctx">,
  c: Context<Env>,
  pattern?: string,
): Promise<void> {
  const agentId = actingAgent(c);
  if (agentId !== undefined) await requireRunAbility(ctx, workspaceOf(c), agentId, pattern);
}
