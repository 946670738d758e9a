/** What happened in the newest 100 messages, and what is still open, so that anybody can go on. */
import type { AppContext } from "../../kernel/context.ts";
import { newestMessages } from "../chat/mod.ts";
import { listClaims } from "../claims/mod.ts";
import { listHandoffs } from "../handoffs/mod.ts";
import { listTasks } from "../tasks/mod.ts";
import { decideSessionResume } from "./decide.ts";
import type { SessionResume } from "./schema.ts";

const MESSAGES = 100;
const PENDING = 50;

export async function getSessionResume(
  ctx: Pick<AppContext, "kv" | "clock">,
  workspaceId: string,
): Promise<SessionResume> {
  const page = { limit: PENDING };
  const [messages, done, completed, pending, running, blocked, claims] = await Promise.all([
    newestMessages(ctx, workspaceId, { limit: MESSAGES }),
    listTasks(ctx, workspaceId, { ...page, status: "done" }),
    listHandoffs(ctx, workspaceId, { ...page, status: "completed" }),
    listHandoffs(ctx, workspaceId, { ...page, status: "pending" }),
    listTasks(ctx, workspaceId, { ...page, status: "in-progress" }),
    listTasks(ctx, workspaceId, { ...page, status: "blocked" }),
    listClaims(ctx, workspaceId, page),
  ]);
  const since = messages[0]?.timestamp ?? "";
  return decideSessionResume({
    nowMs: ctx.clock.now(),
    messages,
    doneTasks: done.items.filter(({ updatedAt }) => updatedAt >= since),
    completedHandoffs: completed.items.filter(({ completedAt }) => (completedAt ?? "") >= since),
    pendingHandoffs: pending.items,
    openTasks: [...running.items, ...blocked.items],
    claims: claims.items,
  });
}
