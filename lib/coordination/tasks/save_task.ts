/** Makes a task, changes one, or whichever of the two its id asks for. */
import type { AppContext } from "../../kernel/context.ts";
import { AppError } from "../../kernel/core/errors.ts";
import { transact, type Tx } from "../../kernel/kv/mod.ts";
import type { Call } from "../call.ts";
import { requireSize } from "../record_size.ts";
import { decideClaim, decidePatch, decideStart } from "./decide.ts";
import { stageDependencies, unfinishedOf } from "./dependencies.ts";
import { stageTaskGuard, type TaskGuard } from "./guard.ts";
import { requireAllowed } from "./refusal.ts";
import { type Task, TASK_LIMITS, type TaskInput, taskInput, type TaskPatch } from "./schema.ts";
import { getTaskIn, requireTaskIn, stageTask, type TaskEvent } from "./store.ts";

type Ctx = Pick<AppContext, "kv" | "clock" | "ids">;

export type TaskSave =
  & TaskPatch
  & Partial<Pick<TaskInput, "id" | "title" | "createdBy">>;

export interface TaskUpdate {
  readonly taskId: string;
  readonly patch: TaskPatch;
  /** Throws `precondition_failed` when the caller knew another version. */
  readonly check?: (current: Task) => void;
}

/**
 * Throws `conflict` when its id is taken, `invalid_input` for unknown dependencies and cycles. `staged` joins
 * the commit.
 */
export async function createTask(
  ctx: Ctx,
  call: Call,
  input: TaskInput,
  staged?: (tx: Tx, task: Task) => Promise<void>,
): Promise<Task> {
  const fresh = newTask(ctx, call, input);
  return await transact(ctx, call.workspaceId, async (tx) => {
    const taken = await getTaskIn(tx, fresh.id);
    if (taken) {
      throw new AppError("conflict", {
        detail:
          `There is already a task "${fresh.id}", "${taken.title}"; change it, or leave the id out`,
        extension: { taskStatus: taken.status },
      });
    }
    const task = await stageNewTask(tx, fresh, call.actor);
    await staged?.(tx, task);
    return task;
  });
}

export interface TaskSaveOptions extends TaskGuard {
  /** May refuse what it finds. */
  readonly check?: (current: Task | null) => void;
}

/** Creates, or with an `id` that exists changes what the input carries. `conflict` for a stale token. */
export async function saveTask(
  ctx: Ctx,
  call: Call,
  input: TaskSave,
  { check, ...guard }: TaskSaveOptions = {},
): Promise<{ task: Task; created: boolean }> {
  const { id, createdBy: _, ...patch } = input;
  const fallbackId = ctx.ids.next("task");
  return await transact(ctx, call.workspaceId, async (tx) => {
    const before = id === undefined ? null : await getTaskIn(tx, id);
    check?.(before);
    if (before) {
      const nowMs = ctx.clock.now();
      await stageTaskGuard(tx, before, guard, nowMs);
      return { task: await stagePatch(tx, nowMs, before, patch, call.actor), created: false };
    }
    const { description, assignee, title, ...rest } = input;
    if (title === undefined) throw titleRequired();
    const fresh = newTask(ctx, call, {
      ...rest,
      id: id ?? fallbackId,
      title,
      ...(description != null && { description }),
      ...(assignee != null && { assignee }),
    });
    await stageTaskGuard(tx, fresh, guard, ctx.clock.now());
    return { task: await stageNewTask(tx, fresh, call.actor), created: true };
  });
}

/**
 * Last write wins, unless `check` throws for the version it finds. `assignee` together with
 * `in-progress` is a claim: `conflict` when another holds it.
 */
export async function updateTask(ctx: Ctx, call: Call, input: TaskUpdate): Promise<Task> {
  return await transact(ctx, call.workspaceId, async (tx) => {
    const before = await requireTaskIn(tx, input.taskId);
    input.check?.(before);
    return await stagePatch(tx, ctx.clock.now(), before, input.patch, call.actor);
  });
}

function newTask(ctx: Ctx, call: Call, input: TaskInput): Task {
  const { id, createdBy, ...fields } = taskInput.parse(input);
  const now = new Date(ctx.clock.now()).toISOString();
  const task: Task = {
    id: id ?? ctx.ids.next("task"),
    ...fields,
    dependsOn: [...new Set(fields.dependsOn)],
    createdBy: createdBy ?? call.actor.replace(/^agent:/, ""),
    createdAt: now,
    updatedAt: now,
    version: 1,
  };
  requireSize("task", task, TASK_LIMITS.recordBytes);
  return task;
}

async function stageNewTask(tx: Tx, task: Task, actor: string): Promise<Task> {
  await stageDependencies(tx, task, task.dependsOn);
  if (task.status === "in-progress") {
    requireAllowed(decideStart(task, await unfinishedOf(tx, task)));
  }
  stageTask(tx, null, task, { type: "task.created", actor });
  return task;
}

/** Nothing is written when nothing changes. */
async function stagePatch(
  tx: Tx,
  nowMs: number,
  before: Task,
  patch: TaskPatch,
  actor: string,
): Promise<Task> {
  const changed = patched(before, patch);
  if (JSON.stringify(changed) === JSON.stringify(before)) return before;
  const meaning = decidePatch(before, patch);
  const unfinished = meaning.kind === "change" ? [] : await unfinishedOf(tx, changed);
  if (meaning.kind === "claim") requireAllowed(decideClaim(before, meaning.agentId, unfinished));
  if (meaning.kind === "start") requireAllowed(decideStart(before, unfinished));
  const known = new Set(before.dependsOn);
  await stageDependencies(tx, changed, changed.dependsOn.filter((id) => !known.has(id)));
  const after: Task = {
    ...changed,
    updatedAt: new Date(nowMs).toISOString(),
    version: before.version + 1,
  };
  requireSize("task", after, TASK_LIMITS.recordBytes);
  stageTask(tx, before, after, { type: eventOf(before, after, meaning.kind), actor });
  return after;
}

function patched(before: Task, patch: TaskPatch): Task {
  const { description, assignee, dependsOn, ...plain } = patch;
  const given = Object.fromEntries(
    Object.entries(plain).filter(([, value]) => value !== undefined),
  );
  const after: Task = {
    ...before,
    ...given,
    ...(dependsOn && { dependsOn: [...new Set(dependsOn)] }),
    ...(description != null && { description }),
    ...(assignee != null && { assignee }),
  };
  if (description === null) delete after.description;
  if (assignee === null) delete after.assignee;
  return after;
}

function eventOf(
  before: Task,
  after: Task,
  meaning: "claim" | "start" | "change",
): TaskEvent["type"] {
  if (meaning === "claim") return "task.claimed";
  if (after.status === "done" && before.status !== "done") return "task.completed";
  const given = before.assignee !== undefined && after.assignee === undefined;
  return given && after.status === "todo" ? "task.released" : "task.updated";
}

function titleRequired(): AppError {
  return new AppError("invalid_input", {
    detail: "title required",
    fields: [{ path: "title", message: "is required" }],
  });
}
