/** Taking a task and giving it back. Of any number of agents that claim one, one gets it. */
import type { AppContext } from "../../kernel/context.ts";
import { transact } from "../../kernel/kv/mod.ts";
import { stageSeen } from "../agents/mod.ts";
import type { Call, Staged } from "../call.ts";
import { decideClaim, decideRelease } from "./decide.ts";
import { unfinishedOf } from "./dependencies.ts";
import { requireAllowed } from "./refusal.ts";
import type { Task } from "./schema.ts";
import { requireTaskIn, stageTask } from "./store.ts";

type Ctx = Pick<AppContext, "kv" | "clock">;

export interface TaskHold {
  readonly taskId: string;
  readonly agentId: string;
}

/** `conflict` with `assignee`, `taskStatus` or the unfinished `dependsOn` beside the detail. `staged` joins the commit. */
export async function claimTask(
  ctx: Ctx,
  call: Call,
  input: TaskHold,
  staged?: Staged<Task>,
): Promise<Task> {
  const { taskId, agentId } = input;
  return await transact(ctx, call.workspaceId, async (tx) => {
    const before = await requireTaskIn(tx, taskId);
    requireAllowed(decideClaim(before, agentId, await unfinishedOf(tx, before)));
    const nowMs = ctx.clock.now();
    const after: Task = {
      ...before,
      assignee: agentId,
      status: "in-progress",
      updatedAt: new Date(nowMs).toISOString(),
      version: before.version + 1,
    };
    stageTask(tx, before, after, { type: "task.claimed", actor: call.actor });
    await stageSeen(tx, agentId, nowMs);
    await staged?.(tx, after);
    return after;
  });
}

/** Gives it back: nobody's, and to do unless it is blocked. `forbidden` when another holds it. */
export async function releaseTask(
  ctx: Ctx,
  call: Call,
  input: TaskHold,
  staged?: Staged<Task>,
): Promise<Task> {
  const { taskId, agentId } = input;
  return await transact(ctx, call.workspaceId, async (tx) => {
    const before = await requireTaskIn(tx, taskId);
    requireAllowed(decideRelease(before, agentId));
    const nowMs = ctx.clock.now();
    const { assignee: _, ...rest } = before;
    const after: Task = {
      ...rest,
      status: before.status === "blocked" ? "blocked" : "todo",
      updatedAt: new Date(nowMs).toISOString(),
      version: before.version + 1,
    };
    stageTask(tx, before, after, { type: "task.released", actor: call.actor });
    await stageSeen(tx, agentId, nowMs);
    await staged?.(tx, after);
    return after;
  });
}
