/** Reads of tasks, and the one way a task is written. */
import type { AppContext } from "../../kernel/context.ts";
import { AppError } from "../../kernel/core/errors.ts";
import type { Page, PageQuery } from "../../kernel/core/page.ts";
import { stageIndexes, type Tx } from "../../kernel/kv/mod.ts";
import { stageHoldingsChanged } from "../keys.ts";
import { pointedPage } from "../pointed_page.ts";
import { BOARD_STREAM } from "../streams.ts";
import { holderOf } from "./decide.ts";
import { NOBODY, type StoredTask, taskByKey, taskCountKey, taskIndexes, taskKey } from "./keys.ts";
import { type Task, taskId as taskIdSchema, type TaskStatus, taskStatus } from "./schema.ts";

type Reads = Pick<AppContext, "kv">;

const OPEN_STATUSES: readonly TaskStatus[] = ["todo", "in-progress", "blocked"];
const OPEN_LIMIT = 2_000;

export interface TaskQuery extends Partial<PageQuery> {
  readonly status?: TaskStatus | undefined;
  readonly assignee?: string | undefined;
  /** Only tasks nobody is to do. */
  readonly unassigned?: boolean | undefined;
}

export async function getTask(
  ctx: Reads,
  workspaceId: string,
  taskId: string,
): Promise<Task | null> {
  // What cannot be an id must not become a key either.
  if (!taskIdSchema.safeParse(taskId).success) return null;
  const { value } = await ctx.kv.get<StoredTask>(taskKey(workspaceId, taskId));
  return value && shownTask(value);
}

/** Throws `not_found`. */
export async function requireTask(ctx: Reads, workspaceId: string, taskId: string): Promise<Task> {
  return await getTask(ctx, workspaceId, taskId) ?? taskNotFound(taskId);
}

/** As `requireTask`, checked at commit. */
export async function requireTaskIn(tx: Tx, taskId: string): Promise<Task> {
  return await getTaskIn(tx, taskId) ?? taskNotFound(taskId);
}

/** Checked at commit, also that there is none. */
export async function getTaskIn(tx: Tx, taskId: string): Promise<Task | null> {
  if (!taskIdSchema.safeParse(taskId).success) return null;
  const stored = await tx.get<StoredTask>(taskKey(tx.workspaceId, taskId));
  return stored && shownTask(stored);
}

/** Newest first. */
export async function listTasks(
  ctx: Reads,
  workspaceId: string,
  query: TaskQuery = {},
): Promise<Page<Task>> {
  const { status, limit, cursor } = query;
  const assignee = query.unassigned ? NOBODY : query.assignee;
  const by = (...parts: string[]) => taskByKey.prefix(workspaceId, ...parts);
  const range = assignee !== undefined
    ? (status ? by("assignee_status", assignee, status) : by("assignee", assignee))
    : (status ? by("status", status) : by("all"));
  const page = await pointedPage<StoredTask>(ctx, {
    ranges: [range],
    query: `tasks:${workspaceId}:${assignee ?? "*"}:${status ?? ""}`,
    limit,
    cursor,
    record: (id) => taskKey(workspaceId, id),
    fits: (task) =>
      (!status || task.status === status) &&
      (assignee === undefined || (task.assignee ?? NOBODY) === assignee),
  });
  return { ...page, items: page.items.map(shownTask) };
}

/** All that are not done, newest first, at most `limit`. */
export async function listOpenTasks(
  ctx: Reads,
  workspaceId: string,
  { limit = OPEN_LIMIT }: { readonly limit?: number } = {},
): Promise<Task[]> {
  const { items } = await pointedPage<StoredTask>(ctx, {
    ranges: OPEN_STATUSES.map((status) => taskByKey.prefix(workspaceId, "status", status)),
    query: `tasks:${workspaceId}:open`,
    limit,
    record: (id) => taskKey(workspaceId, id),
    fits: (task) => task.status !== "done",
  });
  return items.map(shownTask);
}

/** In progress by the agent, all of them. For a takeover that checks the holdings fence. */
export async function listTasksOf(
  ctx: Reads,
  workspaceId: string,
  agentId: string,
): Promise<Task[]> {
  const { items } = await listTasks(ctx, workspaceId, {
    assignee: agentId,
    status: "in-progress",
    limit: OPEN_LIMIT,
  });
  return items;
}

/** How many there are of each status; never a walk. */
export async function countTasks(
  ctx: Reads,
  workspaceId: string,
): Promise<Record<TaskStatus, number>> {
  const counts: Record<TaskStatus, number> = { todo: 0, "in-progress": 0, blocked: 0, done: 0 };
  const prefix = taskCountKey.prefix(workspaceId);
  for await (const { key, value } of ctx.kv.list<number>({ prefix })) {
    const status = taskStatus.parse(key.at(-2));
    counts[status] += key.at(-1) === "in" ? value : -value;
  }
  return counts;
}

export interface TaskEvent {
  readonly type: `task.${"created" | "updated" | "claimed" | "released" | "completed" | "deleted"}`;
  readonly actor: string;
  /** Whom a takeover took it from. */
  readonly takenFrom?: string;
}

/** The record as it becomes (null: removed), its pointers, counts, its holders' fences and the event. */
export function stageTask(tx: Tx, before: Task | null, after: Task | null, event: TaskEvent): void {
  const { workspaceId } = tx;
  const id = (after ?? before)!.id;
  if (after) tx.set(taskKey(workspaceId, id), { v: 1, ...after } satisfies StoredTask);
  else tx.delete(taskKey(workspaceId, id));
  stageIndexes(tx, taskIndexes, workspaceId, before, after);
  if (before?.status !== after?.status) {
    if (before) tx.sum(taskCountKey(workspaceId, before.status, "out"), 1);
    if (after) tx.sum(taskCountKey(workspaceId, after.status, "in"), 1);
  }
  for (const holder of new Set([holderOf(before), holderOf(after)])) {
    if (holder !== undefined) stageHoldingsChanged(tx, holder);
  }
  tx.emit(BOARD_STREAM, {
    ...event,
    ...(after ? { task: after } : { taskId: id, task: before }),
  });
}

function shownTask({ v: _, ...task }: StoredTask): Task {
  return task;
}

function taskNotFound(taskId: string): never {
  throw new AppError("not_found", { detail: `There is no task "${taskId.slice(0, 128)}"` });
}
