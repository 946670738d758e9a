/** Drag, keys and clicks on the cards, heard once for all columns. */
import { type Signal, useSignal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import type { Task, TaskStatus } from "../../../lib/coordination/tasks/schema.ts";
import type { Board } from "../context.ts";
import { STATUS_NAMES, STATUSES } from "../columns.ts";
import { focusAgain } from "./card_menu.ts";

export interface OpenMenu {
  readonly taskId: string;
  readonly anchor: HTMLElement;
}

export interface Cards {
  readonly handlers: Readonly<Record<string, (event: never) => void>>;
  /** The column a dragged card is held over. */
  readonly over: Signal<TaskStatus | null>;
  readonly menu: Signal<OpenMenu | null>;
}

export function useCards(board: Board, onNew: (status: TaskStatus) => void): Cards {
  const over = useSignal<TaskStatus | null>(null);
  const menu = useSignal<OpenMenu | null>(null);
  const handlers = useMemo(() => ({
    ...clickHandlers(board, menu),
    ...dragHandlers(board, over),
    onKeyDown: (event: KeyboardEvent) => onKey(board, menu, onNew, event),
    // What is taken up is put back when the person turns to something else.
    onFocusOut: (event: FocusEvent) => {
      const to = event.relatedTarget as Element | null;
      if (to && !to.closest(".columns") && board.state.grab.peek()) board.state.grab.value = null;
    },
  }), []);
  return { handlers, over, menu };
}

function taskOf({ state }: Board, target: EventTarget | null): Task | undefined {
  const id = (target as Element | null)?.closest<HTMLElement>("[data-task]")?.dataset.task;
  const task = id === undefined ? undefined : state.data.peek().tasks.get(id);
  return task && { ...task, ...state.pending.peek().get(task.id) };
}

const isMore = (target: EventTarget | null) =>
  (target as Element | null)?.closest<HTMLElement>(".task-more") ?? null;

function clickHandlers(board: Board, menu: Signal<OpenMenu | null>) {
  let openAtPress: string | null = null;
  return {
    onPointerDown: () => openAtPress = menu.peek()?.taskId ?? null,
    onClick: (event: MouseEvent) => {
      const task = taskOf(board, event.target);
      if (!task) return;
      const more = isMore(event.target);
      if (more) {
        // The press has closed the menu of this very card already.
        if (openAtPress !== task.id) menu.value = { taskId: task.id, anchor: more };
        openAtPress = null;
        return;
      }
      // A new tab is a new tab.
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
      event.preventDefault();
      board.state.active.value = task.id;
      board.state.openTask.value = task.id;
    },
    onFocusIn: (event: FocusEvent) => {
      const task = taskOf(board, event.target);
      if (task) board.state.active.value = task.id;
    },
  };
}

const DRAG_TYPE = "application/x-muster-task";

function dragHandlers(board: Board, over: Signal<TaskStatus | null>) {
  let dragged: Task | undefined;
  const statusAt = (event: DragEvent) =>
    (event.target as Element).closest<HTMLElement>("[data-status]")?.dataset.status as
      | TaskStatus
      | undefined;
  const end = () => {
    dragged = undefined;
    over.value = null;
    document.querySelector(".task[data-dragged]")?.removeAttribute("data-dragged");
  };
  return {
    onDragStart: (event: DragEvent) => {
      dragged = taskOf(board, event.target);
      if (!dragged || !event.dataTransfer) return;
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", dragged.title);
      event.dataTransfer.setData(DRAG_TYPE, dragged.id);
      (event.target as HTMLElement).setAttribute("data-dragged", "");
    },
    onDragOver: (event: DragEvent) => {
      const status = statusAt(event);
      over.value = dragged && status && status !== dragged.status ? status : null;
      if (over.value) event.preventDefault();
    },
    onDragLeave: (event: DragEvent) => {
      if (!(event.currentTarget as Element).contains(event.relatedTarget as Node | null)) {
        over.value = null;
      }
    },
    onDrop: (event: DragEvent) => {
      const status = over.peek();
      const task = dragged;
      if (!task || !status) return;
      event.preventDefault();
      end();
      void board.actions.move(task, status);
    },
    onDragEnd: end,
  };
}

function onKey(
  board: Board,
  menu: Signal<OpenMenu | null>,
  onNew: (status: TaskStatus) => void,
  event: KeyboardEvent,
): void {
  const task = taskOf(board, event.target);
  if (!task || isMore(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
  const handled = board.state.grab.peek()
    ? onHeldKey(board, event.key)
    : onFreeKey(board, task, event.key);
  if (handled) return event.preventDefault();
  if (event.key === "ContextMenu" || (event.key === "F10" && event.shiftKey)) {
    const anchor = (event.target as Element).closest("[data-task]")?.querySelector(".task-more");
    if (!anchor) return;
    event.preventDefault();
    menu.value = { taskId: task.id, anchor: anchor as HTMLElement };
  } else if (event.key === "n" && board.state.mayWrite) {
    event.preventDefault();
    onNew(task.status === "done" ? "todo" : task.status);
  }
}

/** Keys while a card is taken up. */
function onHeldKey(board: Board, key: string): boolean {
  const { state, actions } = board;
  const held = state.grab.peek()!;
  const rtl = getComputedStyle(document.documentElement).direction === "rtl" ? -1 : 1;
  const step = key === "ArrowRight" ? rtl : key === "ArrowLeft" ? -rtl : 0;
  if (step !== 0) {
    const to = STATUSES[STATUSES.indexOf(held.to) + step];
    if (!to) return true;
    focusAgain(state, held.taskId);
    state.column.value = to;
    state.grab.value = { ...held, to };
    state.said.value = `Over ${STATUS_NAMES[to]}, ${
      state.columns.peek()[to].length - 1
    } others there`;
    return true;
  }
  if (key === "ArrowUp" || key === "ArrowDown") {
    state.said.value = "Within a column tasks stand by priority, then age";
    return true;
  }
  if (key === "Escape") return cancel(board);
  if (key !== " " && key !== "Enter") return key !== "Tab";
  const task = state.data.peek().tasks.get(held.taskId);
  focusAgain(state, held.taskId);
  state.grab.value = null;
  if (!task || held.to === held.from) {
    state.said.value = `Put down in ${STATUS_NAMES[held.from]}, where it was`;
    return true;
  }
  state.said.value = `Put down in ${STATUS_NAMES[held.to]}`;
  void actions.move(task, held.to).then((moved) => {
    if (!moved) focusAgain(state, held.taskId);
  });
  return true;
}

function cancel({ state }: Board): true {
  const held = state.grab.peek();
  if (!held) return true;
  focusAgain(state, held.taskId);
  state.column.value = held.from;
  state.grab.value = null;
  state.said.value = `Back in ${STATUS_NAMES[held.from]}`;
  return true;
}

/** Keys that go from card to card, and Space, which takes one up. */
function onFreeKey({ state }: Board, task: Task, key: string): boolean {
  if (key === " ") {
    if (!state.mayWrite) return true;
    state.grab.value = { taskId: task.id, from: task.status, to: task.status };
    focusAgain(state, task.id);
    state.said.value = `Taken up: ${task.title}, in ${
      STATUS_NAMES[task.status]
    }. Arrows move it, Space puts it down, Escape takes it back`;
    return true;
  }
  const target = neighbour(state, task, key);
  if (!target) return key.startsWith("Arrow");
  focusAgain(state, target.id);
  state.column.value = target.status;
  return true;
}

function neighbour(state: Board["state"], task: Task, key: string): Task | undefined {
  const columns = state.columns.peek();
  const column = columns[task.status];
  const at = column.findIndex((other) => other.id === task.id);
  switch (key) {
    case "ArrowDown":
      return column[at + 1];
    case "ArrowUp":
      return column[at - 1];
    case "Home":
      return column[0];
    case "End":
      return column[Math.min(column.length, state.shown.peek()[task.status]) - 1];
    case "ArrowRight":
    case "ArrowLeft": {
      const step = key === "ArrowRight" ? 1 : -1;
      for (let i = STATUSES.indexOf(task.status) + step; STATUSES[i]; i += step) {
        const other = columns[STATUSES[i]!];
        if (other.length > 0) return other[Math.min(at, other.length - 1)];
      }
      return undefined;
    }
    default:
      return undefined;
  }
}
