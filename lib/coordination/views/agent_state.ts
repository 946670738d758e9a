/** What is kept for an agent: where it stopped, what waits in its inbox, what it last learned. */
import type { AppContext } from "../../kernel/context.ts";
import { getCheckpoint } from "../checkpoints/mod.ts";
import { countUnread } from "../inbox/mod.ts";
import { listMemories } from "../memory/mod.ts";
import type { AgentState } from "./schema.ts";

const MEMORIES = 10;

export async function getAgentState(
  ctx: Pick<AppContext, "kv" | "clock">,
  workspaceId: string,
  agentId: string,
): Promise<AgentState> {
  const [checkpoint, { unread }, memories] = await Promise.all([
    getCheckpoint(ctx, workspaceId, agentId),
    countUnread(ctx, workspaceId, agentId),
    listMemories(ctx, workspaceId, agentId, { limit: MEMORIES }),
  ]);
  return { agentId, checkpoint, unreadMessages: unread, recentMemories: memories.items };
}
