/** Finishes a task, under the token of a lock when one is given: a holder that lost its lock is refused. */
import type { AppContext } from "../../kernel/context.ts";
import { AppError } from "../../kernel/core/errors.ts";
import { transact } from "../../kernel/kv/mod.ts";
import { stageSeen } from "../agents/mod.ts";
import type { Call } from "../call.ts";
import { stageGuard } from "../locks/mod.ts";
import { decideComplete } from "./decide.ts";
import { requireAllowed } from "./refusal.ts";
import type { Task } from "./schema.ts";
import { requireTaskIn, stageTask } from "./store.ts";

export interface TaskCompletion {
  readonly taskId: string;
  readonly agentId: string;
  readonly token?: number | undefined;
  readonly resourcePath?: string | undefined;
}

/** `conflict` for a task of another, one not begun, or a stale token. */
export async function completeTask(
  ctx: Pick<AppContext, "kv" | "clock">,
  call: Call,
  input: TaskCompletion,
): Promise<Task> {
  const { taskId, agentId, token } = input;
  return await transact(ctx, call.workspaceId, async (tx) => {
    const before = await requireTaskIn(tx, taskId);
    requireAllowed(decideComplete(before, agentId));
    const nowMs = ctx.clock.now();
    if (token !== undefined) {
      await stageGuard(tx, { resourcePath: guardedPath(before, input.resourcePath), token }, nowMs);
    }
    const after: Task = {
      ...before,
      assignee: agentId,
      status: "done",
      updatedAt: new Date(nowMs).toISOString(),
      version: before.version + 1,
    };
    stageTask(tx, before, after, { type: "task.completed", actor: call.actor });
    await stageSeen(tx, agentId, nowMs);
    return after;
  });
}

function guardedPath(task: Task, given: string | undefined): string {
  const path = given ?? (task.files.length === 1 ? task.files[0] : undefined);
  if (path !== undefined) return path;
  throw new AppError("invalid_input", {
    detail:
      `resourcePath required: task "${task.id}" names ${task.files.length} files, say which one the token is for`,
    fields: [{ path: "resourcePath", message: "is required with a token" }],
  });
}
