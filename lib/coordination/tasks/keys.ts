/**
 * `["w", ws, "task", id]` – the record. `["w", ws, "task_by", list, …, createdMs, id]` – pointers, newest last,
 * in the lists `all`, `status/<status>`, `assignee/<agent or "">`, `assignee_status/<agent or "">/<status>`.
 * `["w", ws, "task_needs", taskId, id]` – pointer from a task to one that depends on it.
 * `["w", ws, "task_graph"]` – a fence: who adds dependencies or deletes a task reads it checked and
 * writes it, so that two changes cannot close a circle together. `["w", ws, "task_count", status, "in"|"out"]`
 * – sums of tasks that entered and left a status. Kept until deleted. Trade-off: changes of the graph wait
 * for each other; tasks without dependencies never touch it.
 */
import { defineKey, type IndexedAggregate } from "../../kernel/kv/mod.ts";
import type { Task } from "./schema.ts";

const options = { slice: "coordination", version: 1, retention: "keep" } as const;
export const taskKey = defineKey("task", options);
export const taskByKey = defineKey("task_by", options);
export const taskNeedsKey = defineKey("task_needs", options);
export const taskGraphKey = defineKey("task_graph", options);
export const taskCountKey = defineKey("task_count", { ...options, encoding: "sum" });

export const taskKeys = [taskKey, taskByKey, taskNeedsKey, taskGraphKey, taskCountKey];

export type StoredTask = Task & { readonly v: 1 };

/** Stands where an assignee would for a task nobody is to do. */
export const NOBODY = "";

export const taskIndexes: IndexedAggregate<Task> = {
  id: (task) => task.id,
  records: (ws) => taskKey.prefix(ws),
  indexKeys: (ws, task) => {
    const place = [Date.parse(task.createdAt), task.id] as const;
    const assignee = task.assignee ?? NOBODY;
    return [
      taskByKey(ws, "all", ...place),
      taskByKey(ws, "status", task.status, ...place),
      taskByKey(ws, "assignee", assignee, ...place),
      taskByKey(ws, "assignee_status", assignee, task.status, ...place),
      ...task.dependsOn.map((needed) => taskNeedsKey(ws, needed, task.id)),
    ];
  },
  indexes: (ws) => [taskByKey.prefix(ws), taskNeedsKey.prefix(ws)],
};
