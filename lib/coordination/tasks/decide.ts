/** The rules of tasks, pure: who may take, give back, finish and remove one, and what a change means. */
import type { Task, TaskPatch } from "./schema.ts";

export type TaskDecision =
  | { readonly kind: "allow" }
  | {
    readonly kind: "deny";
    readonly code: "conflict" | "forbidden";
    readonly reason: string;
    /** Beside the reason in the answer: who stands in the way. */
    readonly extension: Readonly<Record<string, unknown>>;
  };

/** What a change of a task amounts to. */
export type PatchMeaning =
  | { readonly kind: "claim"; readonly agentId: string }
  /** In progress from now on, by whoever it is assigned to. */
  | { readonly kind: "start" }
  | { readonly kind: "change" };

type Held = Pick<Task, "id" | "status" | "assignee">;

const ALLOW: TaskDecision = { kind: "allow" };

/** Only from `todo` with no other assignee, and only when nothing it depends on is unfinished. */
export function decideClaim(
  task: Held,
  agentId: string,
  unfinished: readonly string[],
): TaskDecision {
  const { assignee, status, id } = task;
  if (assignee !== undefined && assignee !== agentId) {
    const how = status === "todo" ? "assigned to" : `${status} by`;
    return conflict(
      task,
      `Task "${id}" is ${how} "${assignee}"; take another or ask "${assignee}"`,
    );
  }
  switch (status) {
    case "todo":
      return decideStart(task, unfinished);
    case "in-progress":
      return conflict(
        task,
        assignee === undefined
          ? `Task "${id}" is already in progress; set it to todo to claim it`
          : `Task "${id}" is already yours, "${assignee}", and in progress`,
      );
    case "blocked":
      return conflict(task, `Task "${id}" is blocked; set it to todo to claim it`);
    case "done":
      return conflict(task, `Task "${id}" is done`);
  }
}

/** With unfinished dependencies it cannot start. */
export function decideStart(task: Held, unfinished: readonly string[]): TaskDecision {
  if (unfinished.length === 0) return ALLOW;
  const names = unfinished.map((id) => `"${id}"`).join(", ");
  return {
    kind: "deny",
    code: "conflict",
    reason: `Task "${task.id}" waits for ${names}; finish ${
      unfinished.length === 1 ? "it" : "them"
    } first`,
    extension: { taskStatus: task.status, dependsOn: [...unfinished] },
  };
}

/** Releasing what another holds is `forbidden`. */
export function decideRelease(task: Held, agentId: string): TaskDecision {
  const { assignee, status, id } = task;
  if (assignee !== undefined && assignee !== agentId) {
    return {
      kind: "deny",
      code: "forbidden",
      reason: `Task "${id}" is held by "${assignee}", not by "${agentId}"`,
      extension: { assignee, taskStatus: status },
    };
  }
  if (status === "done") return conflict(task, `Task "${id}" is done`);
  if (assignee === undefined && status !== "in-progress") {
    return conflict(task, `Nobody holds task "${id}"`);
  }
  return ALLOW;
}

/** Its holder finishes what was begun. */
export function decideComplete(task: Held, agentId: string): TaskDecision {
  const { assignee, status, id } = task;
  if (assignee !== undefined && assignee !== agentId) {
    return conflict(task, `Task "${id}" is held by "${assignee}", not by "${agentId}"`);
  }
  if (status === "done") return conflict(task, `Task "${id}" is already done`);
  if (status === "todo" || assignee === undefined && status === "blocked") {
    return conflict(task, `Task "${id}" was not begun; claim it first`);
  }
  return ALLOW;
}

/** An agent removes what it made or holds, unless another works on it. */
export function decideDelete(task: Task, agentId: string): TaskDecision {
  const { assignee, status, id } = task;
  if (assignee === agentId) return ALLOW;
  if (task.createdBy !== agentId) {
    return {
      kind: "deny",
      code: "forbidden",
      reason: `Task "${id}" was made by "${task.createdBy}", not by "${agentId}"`,
      extension: { createdBy: task.createdBy },
    };
  }
  if (assignee !== undefined && status === "in-progress") {
    return conflict(task, `Task "${id}" is in progress by "${assignee}"; ask "${assignee}" first`);
  }
  return ALLOW;
}

/** `assignee` together with `in-progress` is a claim, unless it is so already. */
export function decidePatch(before: Held, patch: TaskPatch): PatchMeaning {
  const { status, assignee } = patch;
  if (status !== "in-progress") return { kind: "change" };
  const begun = before.status === "in-progress";
  if (typeof assignee === "string" && !(begun && before.assignee === assignee)) {
    return { kind: "claim", agentId: assignee };
  }
  return begun ? { kind: "change" } : { kind: "start" };
}

/** Who holds it: a takeover moves these, and every change of one moves the holder's fence. */
export function holderOf(task: Held | null): string | undefined {
  return task?.status === "in-progress" ? task.assignee : undefined;
}

function conflict({ assignee, status }: Held, reason: string): TaskDecision {
  return {
    kind: "deny",
    code: "conflict",
    reason,
    extension: { ...(assignee !== undefined && { assignee }), taskStatus: status },
  };
}
