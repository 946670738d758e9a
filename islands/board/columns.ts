/** The tasks as columns of the board: what is in each, in which order, what waits for what. Pure. */
import type { Task, TaskStatus } from "../../lib/coordination/tasks/schema.ts";

export const STATUSES: readonly TaskStatus[] = ["todo", "in-progress", "blocked", "done"];

export const STATUS_NAMES: Readonly<Record<TaskStatus, string>> = {
  "todo": "Todo",
  "in-progress": "In progress",
  "blocked": "Blocked",
  "done": "Done",
};

/** Changes on their way to the server, by task. */
export type Pending = ReadonlyMap<string, Partial<Task>>;

const priorities = ["urgent", "high", "medium", "low"];

/** The most urgent first, among those the newest; finished ones by when they were. */
function byUrgency(a: Task, b: Task): number {
  return priorities.indexOf(a.priority) - priorities.indexOf(b.priority) ||
    (a.createdAt > b.createdAt ? -1 : a.createdAt < b.createdAt ? 1 : a.id > b.id ? -1 : 1);
}

const byEnd = (a: Task, b: Task) => a.updatedAt > b.updatedAt ? -1 : 1;

export type Columns = Readonly<Record<TaskStatus, readonly Task[]>>;

export function columnsOf(
  tasks: ReadonlyMap<string, Task>,
  pending: Pending,
  wanted: (task: Task) => boolean,
): Columns {
  const columns: Record<TaskStatus, Task[]> = {
    "todo": [],
    "in-progress": [],
    "blocked": [],
    "done": [],
  };
  for (const known of tasks.values()) {
    const change = pending.get(known.id);
    const task = change ? { ...known, ...change } : known;
    if (wanted(task)) columns[task.status].push(task);
  }
  for (const status of STATUSES) columns[status].sort(status === "done" ? byEnd : byUrgency);
  return columns;
}

/** What a task still waits for, of the tasks known here. */
export function unfinished(tasks: ReadonlyMap<string, Task>, task: Task): Task[] {
  return task.dependsOn.flatMap((id) => {
    const other = tasks.get(id);
    return other && other.status !== "done" ? [other] : [];
  });
}
