/** Removes a task for good. Tasks that wait for it would never know, so it stays while there are any. */
import type { AppContext } from "../../kernel/context.ts";
import { AppError } from "../../kernel/core/errors.ts";
import { transact } from "../../kernel/kv/mod.ts";
import type { Call } from "../call.ts";
import { decideDelete } from "./decide.ts";
import { dependentsOf, stageGraphChange } from "./dependencies.ts";
import { requireAllowed } from "./refusal.ts";
import type { Task } from "./schema.ts";
import { requireTaskIn, stageTask } from "./store.ts";

export interface TaskDeletion {
  readonly taskId: string;
  /** Absent: whoever made or holds it; the edge asked for the right to. */
  readonly agentId?: string | undefined;
  readonly check?: (current: Task) => void;
}

/** `forbidden` for another's; `conflict` with `dependents` while unfinished tasks wait for it. */
export async function deleteTask(
  ctx: Pick<AppContext, "kv" | "clock">,
  call: Call,
  input: TaskDeletion,
): Promise<void> {
  const { taskId, agentId } = input;
  await transact(ctx, call.workspaceId, async (tx) => {
    const task = await requireTaskIn(tx, taskId);
    input.check?.(task);
    if (agentId !== undefined) requireAllowed(decideDelete(task, agentId));
    await stageGraphChange(tx);
    // What waits for a finished task does not wait any more.
    const dependents = task.status === "done" ? [] : await dependentsOf(tx, taskId);
    if (dependents.length > 0) {
      throw new AppError("conflict", {
        detail: `Task "${taskId}" is waited for by "${
          dependents.join('", "')
        }"; finish them or take it from their dependsOn first`,
        extension: { dependents },
        retryable: false,
      });
    }
    stageTask(tx, task, null, { type: "task.deleted", actor: call.actor });
  });
}
