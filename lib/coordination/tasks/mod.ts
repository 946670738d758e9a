/**
 * Tasks of the board: what is to be done, by whom, after what. Claims are atomic, dependencies hold a
 * task back, completing under a lock's token is fenced.
 */
import type { AppContext } from "../../kernel/context.ts";
import type { Page, PageQuery } from "../../kernel/core/page.ts";
import type { Tx } from "../../kernel/kv/mod.ts";
import type { Call } from "../call.ts";
import type { Task, TaskInput, TaskPatch, TaskStatus } from "./schema.ts";

export type { Task, TaskInput, TaskPatch, TaskStatus } from "./schema.ts";

type Ctx = Pick<AppContext, "kv" | "clock" | "ids">;
type Reads = Pick<AppContext, "kv">;

/** Throws `conflict` when its id is taken, `invalid_input` for unknown dependencies and cycles. */
export function createTask(_ctx: Ctx, _call: Call, _input: TaskInput): Promise<Task> {
  throw new Error("not built yet");
}

/** Creates, or with an `id` that exists changes what the input carries. */
export function saveTask(
  _ctx: Ctx,
  _call: Call,
  _input: TaskPatch & Partial<Pick<TaskInput, "id" | "title" | "createdBy">>,
): Promise<{ task: Task; created: boolean }> {
  throw new Error("not built yet");
}

/**
 * Last write wins, unless `check` throws for the version it finds. `assignee` together with
 * `in-progress` is a claim: `conflict` when another holds it.
 */
export function updateTask(
  _ctx: Ctx,
  _call: Call,
  _input: {
    readonly taskId: string;
    readonly patch: TaskPatch;
    readonly check?: (current: Task) => void;
  },
): Promise<Task> {
  throw new Error("not built yet");
}

/** `conflict` with `assignee`, `status` or the unfinished `dependsOn` beside the detail. */
export function claimTask(
  _ctx: Ctx,
  _call: Call,
  _input: { readonly taskId: string; readonly agentId: string },
): Promise<Task> {
  throw new Error("not built yet");
}

/** Gives it back: to do, nobody's. `forbidden` when another holds it. */
export function releaseTask(
  _ctx: Ctx,
  _call: Call,
  _input: { readonly taskId: string; readonly agentId: string },
): Promise<Task> {
  throw new Error("not built yet");
}

/** `conflict` for a task of another, one not begun, or a stale token. */
export function completeTask(
  _ctx: Ctx,
  _call: Call,
  _input: {
    readonly taskId: string;
    readonly agentId: string;
    readonly token?: number | undefined;
    readonly resourcePath?: string | undefined;
  },
): Promise<Task> {
  throw new Error("not built yet");
}

/** Without `agentId` whoever holds or made it (the edge asked for the right to). `conflict` while others depend on it. */
export function deleteTask(
  _ctx: Ctx,
  _call: Call,
  _input: {
    readonly taskId: string;
    readonly agentId?: string | undefined;
    readonly check?: (current: Task) => void;
  },
): Promise<void> {
  throw new Error("not built yet");
}

export function getTask(_ctx: Reads, _workspaceId: string, _taskId: string): Promise<Task | null> {
  throw new Error("not built yet");
}

/** Throws `not_found`. */
export function requireTask(_ctx: Reads, _workspaceId: string, _taskId: string): Promise<Task> {
  throw new Error("not built yet");
}

export interface TaskQuery extends Partial<PageQuery> {
  readonly status?: TaskStatus | undefined;
  readonly assignee?: string | undefined;
  /** Only tasks nobody is to do. */
  readonly unassigned?: boolean | undefined;
}

/** Newest first. */
export function listTasks(
  _ctx: Reads,
  _workspaceId: string,
  _query?: TaskQuery,
): Promise<Page<Task>> {
  throw new Error("not built yet");
}

/** All that are not done, newest first, at most `limit` (2 000). */
export function listOpenTasks(
  _ctx: Reads,
  _workspaceId: string,
  _options?: { readonly limit?: number },
): Promise<Task[]> {
  throw new Error("not built yet");
}

/** How many there are of each status; two reads, never a walk. */
export function countTasks(
  _ctx: Reads,
  _workspaceId: string,
): Promise<Record<TaskStatus, number>> {
  throw new Error("not built yet");
}

/** In progress by the agent. For a takeover that checks the holdings fence. */
export function listTasksOf(
  _ctx: Reads,
  _workspaceId: string,
  _agentId: string,
): Promise<Task[]> {
  throw new Error("not built yet");
}

/** The task with its new assignee, and `task.claimed {task, takenFrom}`. Blind: the holdings fence is the check. */
export function stageTaskTransfer(
  _tx: Tx,
  _task: Task,
  _toAgent: string,
  _options: { readonly nowMs: number; readonly actor: string },
): Task {
  throw new Error("not built yet");
}
