/** The board page's island: tasks, team and talk, kept current by one stream. */
import { effect } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import type { TaskStatus } from "../../lib/coordination/tasks/schema.ts";
import { Resizer } from "../../lib/ui/resizer.tsx";
import { Notice } from "../../lib/ui/states.tsx";
import { ClockContext } from "../_runtime/server_clock.ts";
import { createActions } from "./actions.ts";
import { BoardBar } from "./BoardBar.tsx";
import { GroupChat } from "./chat/GroupChat.tsx";
import {
  BoardContext,
  type BoardProps,
  type BoardState,
  createBoardState,
  useBoard,
} from "./context.ts";
import { readFilter, writeFilter } from "./filter.ts";
import { goLive } from "./live.ts";
import { shareOpenCount } from "./open_count.ts";
import { STATUS_NAMES, STATUSES } from "./columns.ts";
import { Columns } from "./tasks/Columns.tsx";
import { NewTask } from "./tasks/NewTask.tsx";
import { TaskSheet } from "./tasks/TaskSheet.tsx";
import { Team } from "./team/Team.tsx";

export function Board(props: BoardProps): JSX.Element {
  const board = useMemo(() => {
    const state = createBoardState(props);
    return { state, actions: createActions(state) };
  }, []);
  const { state } = board;
  const [creating, setCreating] = useState<TaskStatus | null>(null);
  useEffect(() => {
    const stops = [goLive(state, props.snapshot.cursor), keepAddress(state), shareOpenCount(state)];
    return () => stops.forEach((stop) => stop());
  }, []);
  return (
    <ClockContext.Provider value={state.nowMs}>
      <BoardContext.Provider value={board}>
        <div class="board" data-view={state.view.value}>
          <BoardBar onNew={() => setCreating("todo")} />
          <main id="main" class="board-main" tabIndex={-1}>
            <div class="board-tasks">
              {state.tasksCut && (
                <Notice tone="warn">
                  There are more open tasks than a board can hold; the oldest are not shown here
                </Notice>
              )}
              <ColumnTabs />
              <Columns onNew={setCreating} />
              <TaskSheet />
              <NewTask status={creating} onClose={() => setCreating(null)} />
              <p class="visually-hidden" role="status" aria-live="assertive">{state.said.value}</p>
            </div>
            <section class="board-side" aria-label="Team and chat">
              <Resizer
                name="board"
                label="Team and chat"
                min={280}
                max={640}
                initial={340}
                edge="start"
              />
              <Team />
              <GroupChat />
            </section>
          </main>
        </div>
      </BoardContext.Provider>
    </ClockContext.Provider>
  );
}

/** Phones show one column at a time. */
function ColumnTabs(): JSX.Element {
  const { state } = useBoard();
  return (
    <div class="column-tabs" role="group" aria-label="Column">
      {STATUSES.map((status) => (
        <button
          key={status}
          type="button"
          class="column-tab"
          aria-pressed={state.column.value === status}
          onClick={() => state.column.value = status}
        >
          {STATUS_NAMES[status]} <span class="count">{state.columns.value[status].length}</span>
        </button>
      ))}
    </div>
  );
}

/** The address says what is looked at: the filter and the open task. Back closes the task. */
function keepAddress(state: BoardState): () => void {
  const read = () => {
    const params = new URLSearchParams(location.search);
    state.filter.value = readFilter(params);
    state.openTask.value = params.get("task");
  };
  const stop = effect(() => {
    const url = new URL(location.href);
    writeFilter(url.searchParams, state.filter.value);
    const before = url.searchParams.get("task");
    const task = state.openTask.value;
    if (task === null) url.searchParams.delete("task");
    else url.searchParams.set("task", task);
    if (url.href === location.href) return;
    // A task is a place one goes to; a filter that is being typed is not a place a letter.
    if (task !== null && before === null) history.pushState(null, "", url);
    else history.replaceState(null, "", url);
  });
  addEventListener("popstate", read);
  return () => {
    stop();
    removeEventListener("popstate", read);
  };
}
