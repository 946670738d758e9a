/** What a task waits for: which of it is unfinished, and that no task waits for itself. */
import { AppError } from "../../kernel/core/errors.ts";
import type { Tx } from "../../kernel/kv/mod.ts";
import { type StoredTask, taskGraphKey, taskKey, taskNeedsKey } from "./keys.ts";
import type { Task } from "./schema.ts";

type Needs = Pick<Task, "id" | "dependsOn">;

/** Not done, in the order given. One that was deleted holds nothing up. */
export async function unfinishedOf(tx: Tx, task: Needs): Promise<string[]> {
  // Unchecked: one that is reopened at this moment was done when this task started.
  const found = await peekTasks(tx, task.dependsOn);
  return found.filter((needed) => needed && needed.status !== "done").map((needed) => needed!.id);
}

/**
 * In every commit that adds dependencies: they exist and do not lead back. Throws `invalid_input` naming
 * the circle.
 */
export async function stageDependencies(
  tx: Tx,
  task: Needs,
  added: readonly string[],
): Promise<void> {
  if (added.length === 0) return;
  if (added.includes(task.id)) throw circle([task.id, task.id]);
  await stageGraphChange(tx);
  const found = await peekTasks(tx, added);
  const missing = added.filter((_, i) => !found[i]);
  if (missing.length > 0) {
    throw refused(`There is no task "${missing.join('", "')}" to depend on`, "names no task");
  }
  await requireNoWayBack(tx, task.id, found as StoredTask[]);
}

/** Whoever changes the graph, or removes a part of it, after this sees what others did before. */
export async function stageGraphChange(tx: Tx): Promise<void> {
  await tx.get(taskGraphKey(tx.workspaceId));
  tx.set(taskGraphKey(tx.workspaceId), 1);
}

/** Tasks that wait for this one and are not done. Right only after `stageGraphChange`. */
export async function dependentsOf(tx: Tx, taskId: string): Promise<string[]> {
  const ids: string[] = [];
  for await (
    const { value } of tx.list<string>({ prefix: taskNeedsKey.prefix(tx.workspaceId, taskId) })
  ) {
    ids.push(value);
  }
  const found = await peekTasks(tx, ids);
  return found.filter((task) => task && task.status !== "done").map((task) => task!.id);
}

/** Level by level through everything these wait for. The graph's fence makes unchecked reads right. */
async function requireNoWayBack(
  tx: Tx,
  taskId: string,
  from: readonly StoredTask[],
): Promise<void> {
  const reachedFrom = new Map<string, string>(from.map(({ id }) => [id, taskId]));
  let level = from;
  while (level.length > 0) {
    const next: string[] = [];
    for (const { id, dependsOn } of level) {
      for (const needed of dependsOn) {
        if (needed === taskId) throw circle(wayTo(reachedFrom, id, taskId));
        if (reachedFrom.has(needed)) continue;
        reachedFrom.set(needed, id);
        next.push(needed);
      }
    }
    level = (await peekTasks(tx, next)).filter((task) => task !== null);
  }
}

function wayTo(reachedFrom: ReadonlyMap<string, string>, last: string, taskId: string): string[] {
  const way = [taskId];
  for (let at = last; at !== taskId; at = reachedFrom.get(at)!) way.unshift(at);
  return [taskId, ...way];
}

function peekTasks(tx: Tx, ids: readonly string[]): Promise<(StoredTask | null)[]> {
  return Promise.all(ids.map((id) => tx.peek<StoredTask>(taskKey(tx.workspaceId, id))));
}

function circle(way: readonly string[]): AppError {
  const shown = way.length > 8 ? [...way.slice(0, 4), "…", ...way.slice(-2)] : way;
  return refused(
    `These dependencies form a cycle: ${shown.map((id) => `"${id}"`).join(" → ")}`,
    "forms a cycle",
  );
}

function refused(detail: string, message: string): AppError {
  return new AppError("invalid_input", {
    detail: `dependsOn: ${detail}`,
    fields: [{ path: "dependsOn", message }],
  });
}
