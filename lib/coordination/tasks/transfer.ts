/** A task in progress to another agent, from the commit of a takeover. */
import type { Tx } from "../../kernel/kv/mod.ts";
import type { Task } from "./schema.ts";
import { stageTask } from "./store.ts";

/**
 * The task with its new assignee, and `task.claimed {task, takenFrom}`. A blind write: every change of a held
 * task moves its holder's fence, which the caller has read checked before it read the task.
 */
export function stageTaskTransfer(
  tx: Tx,
  task: Task,
  toAgent: string,
  { nowMs, actor }: { readonly nowMs: number; readonly actor: string },
): Task {
  const after: Task = {
    ...task,
    assignee: toAgent,
    updatedAt: new Date(nowMs).toISOString(),
    version: task.version + 1,
  };
  stageTask(tx, task, after, {
    type: "task.claimed",
    actor,
    ...(task.assignee !== undefined && { takenFrom: task.assignee }),
  });
  return after;
}
