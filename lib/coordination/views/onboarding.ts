/** Everything an agent needs on its first or next day; creates its soul when it has none. */
import type { AppContext } from "../../kernel/context.ts";
import { listAgents, registerAgent } from "../agents/mod.ts";
import type { Call } from "../call.ts";
import { newestMessages } from "../chat/mod.ts";
import { getCheckpoint } from "../checkpoints/mod.ts";
import { getDashboard } from "../dashboard/mod.ts";
import { listHandoffs } from "../handoffs/mod.ts";
import { createSoul, getSoul } from "../souls/mod.ts";
import { listTasks } from "../tasks/mod.ts";
import type { Task } from "../tasks/schema.ts";
import { getFlows } from "../traces/mod.ts";
import { decideSuggestion, welcomeText } from "./decide.ts";
import type { Onboarding } from "./schema.ts";
import type { ViewInput } from "./work.ts";

const CHAT_SHOWN = 5;

export async function getOnboarding(
  ctx: AppContext,
  call: Call,
  { agentId, marks }: ViewInput,
): Promise<Onboarding> {
  const { workspaceId } = call;
  let isNewAgent = false;
  if (marks) {
    await registerAgent(ctx, call, { agentId, status: "active" });
    isNewAgent = (await createSoul(ctx, call, { agentId })).created;
  }
  const [soul, dashboard, checkpoint, teamOnline, handoffs, todo, recentChat] = await Promise.all([
    getSoul(ctx, workspaceId, agentId),
    getDashboard(ctx, workspaceId, agentId),
    getCheckpoint(ctx, workspaceId, agentId),
    listTeam(ctx, workspaceId),
    listHandoffs(ctx, workspaceId, { toAgent: agentId, status: "pending", limit: 25 }),
    findFreeTask(ctx, workspaceId),
    newestMessages(ctx, workspaceId, { limit: CHAT_SHOWN }),
  ]);
  const handoff = handoffs.items.find(({ toAgent }) => toAgent === agentId) ??
    handoffs.items.find(({ fromAgent }) => fromAgent !== agentId) ?? null;
  return {
    agentId,
    isNewAgent: marks ? isNewAgent : soul === null,
    timestamp: new Date(ctx.clock.now()).toISOString(),
    soul,
    dashboard,
    checkpoint,
    teamOnline,
    suggestedTask: decideSuggestion(checkpoint, handoff, todo),
    recentChat,
    welcomeMessage: welcomeText(agentId, isNewAgent, checkpoint),
  };
}

async function listTeam(ctx: AppContext, workspaceId: string): Promise<Onboarding["teamOnline"]> {
  const team = await listAgents(ctx, workspaceId, { online: true });
  const flows = await getFlows(ctx, workspaceId, team.map(({ agentId }) => agentId));
  return team.map(({ agentId, status, currentTask }) => ({
    agentId,
    status,
    flowStatus: flows.get(agentId)!.status,
    ...(currentTask !== undefined && { currentTask }),
  }));
}

const URGENCY = ["urgent", "high", "medium", "low"];

/** The most urgent of the newest tasks nobody is to do. */
async function findFreeTask(ctx: AppContext, workspaceId: string): Promise<Task | null> {
  const { items } = await listTasks(ctx, workspaceId, {
    status: "todo",
    unassigned: true,
    limit: 100,
  });
  const ranked = items.toSorted((a, b) =>
    URGENCY.indexOf(a.priority) - URGENCY.indexOf(b.priority)
  );
  return ranked[0] ?? null;
}
