/** The board's signals and deeds, for every component on it. */
import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { TaskStatus } from "../../lib/coordination/tasks/schema.ts";
import { serverClock } from "../_runtime/server_clock.ts";
import type { StreamState } from "../_runtime/sse.ts";
import type { Actions } from "./actions.ts";
import { type Filter, taskMatches } from "./filter.ts";
import { type Columns, columnsOf, type Pending } from "./columns.ts";
import { type BoardData, boardData, type BoardSnapshot } from "./state.ts";

/** What narrow windows show of the board; wide ones show all at once. */
export type BoardView = "tasks" | "team" | "chat";

/** Cards a column shows at first, and how many more at a time. */
export const CARDS_STEP = 40;

export interface BoardProps {
  readonly snapshot: BoardSnapshot;
  readonly filter: Filter;
  /** The task the address names. */
  readonly taskId: string | null;
  /** Who looks, as events name them. */
  readonly me: string;
  /** May change things. */
  readonly mayWrite: boolean;
  /** May take away what others hold. */
  readonly mayForce: boolean;
}

/** A task taken up by the keyboard, on its way. */
export interface Grab {
  readonly taskId: string;
  readonly from: TaskStatus;
  readonly to: TaskStatus;
}

export interface BoardState {
  readonly data: Signal<BoardData>;
  readonly pending: Signal<Pending>;
  readonly filter: Signal<Filter>;
  readonly columns: ReadonlySignal<Columns>;
  readonly stream: Signal<StreamState>;
  readonly nowMs: Signal<number>;
  readonly doneCursor: Signal<string | null>;
  readonly tasksCut: boolean;
  readonly me: string;
  readonly mayWrite: boolean;
  readonly mayForce: boolean;
  /** The task shown in full. */
  readonly openTask: Signal<string | null>;
  readonly view: Signal<BoardView>;
  /** Cards each column shows at most. */
  readonly shown: Signal<Readonly<Record<TaskStatus, number>>>;
  /** The one column phones show. */
  readonly column: Signal<TaskStatus>;
  /** The one card that Tab reaches; arrows move on from it. */
  readonly active: Signal<string | null>;
  /** Set with `active` when the card is to be focused once it stands there. */
  readonly focusWanted: Signal<boolean>;
  readonly grab: Signal<Grab | null>;
  /** Read out to who does not see what moved. */
  readonly said: Signal<string>;
  /** The message whose replies the chat shows. */
  readonly thread: Signal<string | null>;
}

export function createBoardState(props: BoardProps): BoardState {
  const data = signal(boardData(props.snapshot));
  const pending = signal<Pending>(new Map());
  const filter = signal(props.filter);
  const grab = signal<Grab | null>(null);
  const tasks = computed(() => data.value.tasks);
  const columns = computed(() => {
    const held = grab.value;
    const moved: Pending = held
      ? new Map(pending.value).set(held.taskId, {
        ...pending.value.get(held.taskId),
        status: held.to,
      })
      : pending.value;
    const wanted = filter.value;
    const columns = columnsOf(tasks.value, moved, (task) => taskMatches(task, wanted));
    return held ? withFirst(columns, held) : columns;
  });
  return {
    data,
    pending,
    filter,
    columns,
    stream: signal<StreamState>("connecting"),
    nowMs: serverClock(props.snapshot.nowMs),
    doneCursor: signal(props.snapshot.doneCursor),
    tasksCut: props.snapshot.tasksCut,
    me: props.me,
    mayWrite: props.mayWrite,
    mayForce: props.mayForce,
    openTask: signal(props.taskId),
    view: signal<BoardView>("tasks"),
    shown: signal({
      "todo": CARDS_STEP,
      "in-progress": CARDS_STEP,
      "blocked": CARDS_STEP,
      "done": CARDS_STEP,
    }),
    column: signal<TaskStatus>("todo"),
    active: signal(null),
    focusWanted: signal(false),
    grab,
    said: signal(""),
    thread: signal(null),
  };
}

/** A task on its way stands at the top of the column it would go to, where it is seen. */
function withFirst(columns: Columns, { taskId, to }: Grab): Columns {
  const first = columns[to].filter((task) => task.id === taskId);
  return { ...columns, [to]: [...first, ...columns[to].filter((task) => task.id !== taskId)] };
}

export interface Board {
  readonly state: BoardState;
  readonly actions: Actions;
}

export const BoardContext = createContext<Board | null>(null);

export function useBoard(): Board {
  const board = useContext(BoardContext);
  if (!board) throw new Error("A part of the board stands outside BoardContext");
  return board;
}
