/** Hot start: who is here, what is to be done, what was said. */
import type { AppContext } from "../../kernel/context.ts";
import { listAgents, registerAgent } from "../agents/mod.ts";
import type { Call } from "../call.ts";
import { newestMessages } from "../chat/mod.ts";
import { countTasks, listTasks } from "../tasks/mod.ts";
import type { Task } from "../tasks/schema.ts";
import type { Work } from "./schema.ts";

const TODO_SHOWN = 100;
const MINE_SHOWN = 100;
const CHAT_SHOWN = 20;

export interface ViewInput {
  readonly agentId: string;
  /** False for a caller that may only look: nothing is written. */
  readonly marks: boolean;
}

/** Marks the agent active, and registers it when it is new. */
export async function getWork(
  ctx: AppContext,
  call: Call,
  { agentId, marks }: ViewInput,
): Promise<Work> {
  const { workspaceId } = call;
  if (marks) await registerAgent(ctx, call, { agentId, status: "active" });
  const [team, counts, todo, mine, recentChat] = await Promise.all([
    listAgents(ctx, workspaceId, { online: true }),
    countTasks(ctx, workspaceId),
    listTasks(ctx, workspaceId, { status: "todo", limit: TODO_SHOWN }),
    listUnfinished(ctx, workspaceId, agentId),
    newestMessages(ctx, workspaceId, { limit: CHAT_SHOWN }),
  ]);
  return {
    agentId,
    summary: {
      activeAgents: team.length,
      todoTasks: counts.todo,
      inProgressTasks: mine.filter(({ status }) => status === "in-progress").length,
    },
    team,
    tasks: { todo: todo.items, mine },
    recentChat,
  };
}

/** The agent's tasks that are not done, newest first. */
async function listUnfinished(
  ctx: AppContext,
  workspaceId: string,
  assignee: string,
): Promise<Task[]> {
  const pages = await Promise.all(
    (["todo", "in-progress", "blocked"] as const).map((status) =>
      listTasks(ctx, workspaceId, { assignee, status, limit: MINE_SHOWN })
    ),
  );
  return pages.flatMap(({ items }) => items).sort((a, b) =>
    a.createdAt === b.createdAt ? 0 : a.createdAt < b.createdAt ? 1 : -1
  );
}
