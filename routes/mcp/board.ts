/** The board as one document: who is here, what is open, who holds what. */
import type { App } from "../../lib/app.ts";
import { listAgents } from "../../lib/coordination/agents/mod.ts";
import { listClaims } from "../../lib/coordination/claims/mod.ts";
import { listHandoffs } from "../../lib/coordination/handoffs/mod.ts";
import { listLocks } from "../../lib/coordination/locks/mod.ts";
import { listOpenTasks } from "../../lib/coordination/tasks/mod.ts";
import { listZones } from "../../lib/coordination/zones/mod.ts";

/** Of each kind; the tools list all. */
const SHOWN = 100;

export async function readBoard({ ctx }: Pick<App, "ctx">, workspaceId: string) {
  const page = { limit: SHOWN };
  const [agents, tasks, locks, zones, claims, pending, claimed] = await Promise.all([
    listAgents(ctx, workspaceId, { online: true }),
    listOpenTasks(ctx, workspaceId, page),
    listLocks(ctx, workspaceId, page),
    listZones(ctx, workspaceId, page),
    listClaims(ctx, workspaceId, page),
    listHandoffs(ctx, workspaceId, { ...page, status: "pending" }),
    listHandoffs(ctx, workspaceId, { ...page, status: "claimed" }),
  ]);
  return {
    timestamp: new Date(ctx.clock.now()).toISOString(),
    agents: agents.slice(0, SHOWN),
    tasks,
    locks: locks.items,
    zones: zones.items,
    claims: claims.items,
    handoffs: [...pending.items, ...claimed.items],
  };
}
