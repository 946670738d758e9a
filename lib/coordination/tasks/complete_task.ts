/** Finishes a task, under the token of a lock when one is given: a holder that lost its lock is refused. */
import type { AppContext } from "../../kernel/context.ts";
import { transact } from "../../kernel/kv/mod.ts";
import { stageSeen } from "../agents/mod.ts";
import type { Call, Staged } from "../call.ts";
import { decideComplete } from "./decide.ts";
import { stageTaskGuard, type TaskGuard } from "./guard.ts";
import { requireAllowed } from "./refusal.ts";
import type { Task } from "./schema.ts";
import { requireTaskIn, stageTask } from "./store.ts";

export interface TaskCompletion extends TaskGuard {
  readonly taskId: string;
  readonly agentId: string;
}

/** `conflict` for a task of another, one not begun, or a stale token. */
export async function completeTask(
  ctx: Pick<AppContext, "kv" | "clock">,
  call: Call,
  input: TaskCompletion,
  staged?: Staged<Task>,
): Promise<Task> {
  const { taskId, agentId } = input;
  return await transact(ctx, call.workspaceId, async (tx) => {
    const before = await requireTaskIn(tx, taskId);
    requireAllowed(decideComplete(before, agentId));
    const nowMs = ctx.clock.now();
    await stageTaskGuard(tx, before, input, nowMs);
    const after: Task = {
      ...before,
      assignee: agentId,
      status: "done",
      updatedAt: new Date(nowMs).toISOString(),
      version: before.version + 1,
    };
    stageTask(tx, before, after, { type: "task.completed", actor: call.actor });
    await stageSeen(tx, agentId, nowMs);
    await staged?.(tx, after);
    return after;
  });
}
