/** What moving a card means to the server. Pure. */
import type { Task, TaskPatch, TaskStatus } from "../../../lib/coordination/tasks/schema.ts";

export interface MovePlan {
  /** What the card shows until the server has answered. */
  readonly shown: Partial<Task>;
  /** Given, the move is a claim for that agent, which exactly one can win. */
  readonly claimFor?: string;
  readonly patch: TaskPatch;
}

/**
 * Work that starts is claimed, for its assignee or for who moves it; work that goes back to todo is
 * free for everybody again. The other moves change the status alone.
 */
export function movePlan(task: Task, to: TaskStatus, me: string): MovePlan {
  if (to === "in-progress" && task.status === "todo") {
    const claimFor = task.assignee ?? me;
    return { shown: { status: to, assignee: claimFor }, claimFor, patch: { status: to } };
  }
  if (to === "in-progress" && !task.assignee) {
    return { shown: { status: to, assignee: me }, patch: { status: to, assignee: me } };
  }
  if (to === "todo" && task.status === "in-progress") {
    return {
      shown: { status: to, assignee: undefined },
      patch: { status: to, assignee: null },
    };
  }
  return { shown: { status: to }, patch: { status: to } };
}
