/** What a person can do on the board. Moves show at once and are taken back, with the reason, when refused. */
import { batch } from "@preact/signals";
import type {
  Task,
  TaskInput,
  TaskPatch,
  TaskStatus,
} from "../../lib/coordination/tasks/schema.ts";
import { get, type Listed, patch, path, post, remove } from "../_runtime/http.ts";
import { type Problem, toProblem } from "../_runtime/problem.ts";
import { attempt, report, short } from "./attempt.ts";
import { chatActions } from "./chat/actions.ts";
import type { BoardState } from "./context.ts";
import { STATUS_NAMES } from "./columns.ts";
import { dropTask, putTask } from "./state.ts";
import { movePlan } from "./tasks/move_plan.ts";
import { holdingActions } from "./team/actions.ts";

export type Actions = ReturnType<typeof createActions>;

const DONE_PAGE = 50;

export function createActions(state: BoardState) {
  return {
    move: (task: Task, to: TaskStatus) => move(state, task, to),
    /** `exact`: refused when somebody changed the task since. */
    edit: (task: Task, change: TaskPatch, exact = false) => edit(state, task, change, exact),
    /** Rejects with the ApiError, which the form shows. */
    createTask: async (input: TaskInput) => {
      const { task } = await post<{ task: Task }>("/tasks", input);
      state.data.value = putTask(state.data.peek(), task);
      return task;
    },
    loadTask: async (id: string) => {
      const { task } = await get<{ task: Task }>(path("tasks", id));
      state.data.value = putTask(state.data.peek(), task);
    },
    deleteTask: (task: Task) =>
      attempt(`“${short(task.title)}” was not deleted`, async () => {
        await remove(path("tasks", task.id));
        state.data.value = dropTask(state.data.peek(), task.id);
      }),
    loadDone: () => loadDone(state),
    ...chatActions(state),
    ...holdingActions(state),
  };
}

async function move(state: BoardState, task: Task, to: TaskStatus): Promise<boolean> {
  if (task.status === to) return true;
  const plan = movePlan(task, to, state.me);
  const moved = await optimistic(
    state,
    task.id,
    plan.shown,
    () =>
      plan.claimFor === undefined
        ? patch<{ task: Task }>(path("tasks", task.id), plan.patch)
        : post<{ task: Task }>(path("tasks", task.id, "claim"), { agentId: plan.claimFor }),
  );
  if (moved === null) return true;
  report(`“${short(task.title)}” stays in ${STATUS_NAMES[task.status]}`, moved);
  state.said.value = `Not moved: ${moved.detail}`;
  return false;
}

async function edit(
  state: BoardState,
  task: Task,
  change: TaskPatch,
  exact: boolean,
): Promise<boolean> {
  const failed = await optimistic(
    state,
    task.id,
    withoutNulls(change),
    () => patch<{ task: Task }>(path("tasks", task.id), change, exact ? task.version : undefined),
  );
  if (failed === null) return true;
  report(`“${short(task.title)}” was not changed`, failed);
  return false;
}

function withoutNulls(change: TaskPatch): Partial<Task> {
  return Object.fromEntries(
    Object.entries(change).map(([name, value]) => [name, value ?? undefined]),
  );
}

/** Shows the change until the server has answered; its problem, or null when the change was made. */
async function optimistic(
  state: BoardState,
  id: string,
  shown: Partial<Task>,
  send: () => Promise<{ task: Task }>,
): Promise<Problem | null> {
  const pending = new Map(state.pending.peek());
  state.pending.value = pending.set(id, { ...pending.get(id), ...shown });
  try {
    const { task } = await send();
    batch(() => {
      state.data.value = putTask(state.data.peek(), task);
      settle(state, id, shown);
    });
    return null;
  } catch (error) {
    settle(state, id, shown);
    return toProblem(error);
  }
}

/** Takes away what was shown ahead; what another change of the same task shows stays. */
function settle(state: BoardState, id: string, shown: Partial<Task>): void {
  const pending = new Map(state.pending.peek());
  const rest = Object.entries(pending.get(id) ?? {}).filter(([name, value]) =>
    !(name in shown) || shown[name as keyof Task] !== value
  );
  if (rest.length > 0) pending.set(id, Object.fromEntries(rest));
  else pending.delete(id);
  state.pending.value = pending;
}

async function loadDone(state: BoardState): Promise<void> {
  const cursor = state.doneCursor.peek();
  if (!cursor) return;
  await attempt("Older finished tasks could not be loaded", async () => {
    const query = `?status=done&limit=${DONE_PAGE}&cursor=${encodeURIComponent(cursor)}`;
    const page = await get<Listed<Task>>(`/tasks${query}`);
    batch(() => {
      state.data.value = page.items.reduce(putTask, state.data.peek());
      state.doneCursor.value = page.nextCursor;
    });
  });
}
