/** Plans of sub-tasks with dependencies: their form, the rules a plan must keep, and running them in order. */
import { z } from "zod";
import { AppError, toAppError } from "../kernel/core/errors.ts";

/** More sub-tasks than this cost more to put together than they gain. */
export const MAX_TASKS = 8;

export const subTask = z.object({
  id: z.string().trim().min(1).max(40).describe("short and unique: t1, t2, …"),
  title: z.string().trim().min(1).max(120).describe("three to eight words"),
  instructions: z.string().trim().min(1).max(8_000).describe(
    "everything the worker needs: what to find out or make, for which purpose, in which form",
  ),
  agent: z.string().trim().min(1).describe("who does it: worker"),
  dependsOn: z.array(z.string().trim()).describe(
    "ids of tasks whose results it needs; usually empty",
  ),
});

export type SubTask = z.infer<typeof subTask>;

/** What is wrong with a plan, one sentence each, naming the task; empty when it can be carried out. */
export function planErrors(tasks: readonly SubTask[], agents: ReadonlySet<string>): string[] {
  const errors: string[] = [];
  if (tasks.length === 0) errors.push("tasks: the plan has no task; give at least one");
  if (tasks.length > MAX_TASKS) {
    errors.push(`tasks: ${tasks.length} tasks are too many; give at most ${MAX_TASKS}`);
  }
  const seen = new Set<string>();
  for (const task of tasks) {
    if (seen.has(task.id)) errors.push(`task "${task.id}": the id is used twice`);
    seen.add(task.id);
    if (!agents.has(task.agent)) {
      errors.push(
        `task "${task.id}": agent "${task.agent}" is unknown; use ${[...agents].join(", ")}`,
      );
    }
  }
  for (const task of tasks) {
    for (const id of task.dependsOn) {
      if (!seen.has(id)) {
        errors.push(`task "${task.id}": dependsOn names "${id}", which is no task`);
      }
    }
  }
  const cycle = findCycle(tasks);
  if (cycle) {
    errors.push(`dependsOn: the tasks wait for each other in a circle: ${cycle.join(" → ")}`);
  }
  return errors;
}

type Node = Pick<SubTask, "id" | "dependsOn">;

/** The ids along one cycle, its first id repeated at the end; undefined when there is none. */
export function findCycle(tasks: readonly Node[]): string[] | undefined {
  const byId = new Map(tasks.map((task) => [task.id, task]));
  const done = new Set<string>();
  const visit = (id: string, path: readonly string[]): string[] | undefined => {
    const at = path.indexOf(id);
    if (at !== -1) return [...path.slice(at), id];
    if (done.has(id)) return undefined;
    for (const next of byId.get(id)?.dependsOn ?? []) {
      const cycle = visit(next, [...path, id]);
      if (cycle) return cycle;
    }
    done.add(id);
    return undefined;
  };
  for (const task of tasks) {
    const cycle = visit(task.id, []);
    if (cycle) return cycle;
  }
  return undefined;
}

/** What became of one sub-task. */
export const taskResult = z.object({
  id: z.string(),
  title: z.string(),
  status: z.enum(["done", "failed", "skipped"]),
  text: z.string(),
  error: z.object({ code: z.string(), message: z.string() }).optional(),
});

export type TaskResult = z.infer<typeof taskResult>;

/** Limits of the whole run: no sub-task's failure to tolerate, the run ends with them. */
const RUN_LIMITS: ReadonlySet<string> = new Set([
  "budget_exhausted",
  "spawn_limit",
  "canceled",
  "nondeterministic_agent",
]);

export function endsRun(error: AppError): boolean {
  return RUN_LIMITS.has(error.code);
}

/** The run limit that stopped the work, as an error says it. */
export const runLimit = z.object({
  code: z.string(),
  message: z.string(),
  /** Which clause, its limit and what is used. */
  data: z.record(z.string(), z.unknown()).optional(),
});

export interface Worked {
  readonly results: TaskResult[];
  /** Set when a run limit stopped the work before it was complete. */
  readonly limit?: AppError;
}

/**
 * Does every task as soon as what it depends on is done, all that can at once. `known` holds results from
 * before. A task whose dependency failed is skipped with the reason; a run limit starts nothing new and
 * lets what runs finish.
 */
export async function inDependencyOrder(
  tasks: readonly Pick<SubTask, "id" | "title" | "dependsOn">[],
  known: ReadonlyMap<string, TaskResult>,
  work: (id: string, needed: TaskResult[]) => Promise<string>,
  onSettled: (result: TaskResult, settled: number) => void,
): Promise<Worked> {
  const running = new Map<string, Promise<TaskResult>>();
  let limit: AppError | undefined;
  let settled = 0;

  const attempt = async (task: typeof tasks[number]): Promise<TaskResult> => {
    const needed = (await Promise.all(task.dependsOn.map((id) => running.get(id) ?? known.get(id))))
      .filter((result) => result !== undefined);
    const missing = needed.find((result) => result.status !== "done");
    const base = { id: task.id, title: task.title };
    if (missing || limit) {
      const message = missing
        ? `It needs “${missing.title}”, which did not succeed`
        : limit!.detail;
      return { ...base, status: "skipped", text: "", error: { code: "skipped", message } };
    }
    try {
      return { ...base, status: "done", text: await work(task.id, needed) };
    } catch (thrown) {
      const error = toAppError(thrown);
      if (endsRun(error)) limit ??= error;
      return {
        ...base,
        status: "failed",
        text: "",
        error: { code: error.code, message: error.detail },
      };
    }
  };
  for (const task of inOrder(tasks)) {
    running.set(task.id, attempt(task).then((result) => (onSettled(result, ++settled), result)));
  }
  return { results: await Promise.all(tasks.map((task) => running.get(task.id)!)), limit };
}

/** Dependencies before dependents; otherwise as given. */
function inOrder<T extends Node>(tasks: readonly T[]): T[] {
  const ordered: T[] = [];
  const placed = new Set<string>();
  const place = (task: T) => {
    if (placed.has(task.id)) return;
    placed.add(task.id);
    for (const other of tasks) if (task.dependsOn.includes(other.id)) place(other);
    ordered.push(task);
  };
  tasks.forEach(place);
  return ordered;
}
