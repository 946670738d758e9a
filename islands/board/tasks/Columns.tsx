/** The columns of tasks: one list each, moved by drag, by keys, or by a card's menu. */
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { TaskStatus } from "../../../lib/coordination/tasks/schema.ts";
import { Button, IconButton } from "../../../lib/ui/button.tsx";
import { formatCount } from "../../../lib/ui/format.ts";
import { FloatingMenu } from "../../../lib/ui/menu.tsx";
import { CARDS_STEP, useBoard } from "../context.ts";
import { isFiltered } from "../filter.ts";
import { STATUS_NAMES, STATUSES, unfinished } from "../columns.ts";
import { Card } from "./Card.tsx";
import { cardMenu } from "./card_menu.ts";
import { useCards } from "./use_cards.ts";

export interface ColumnsProps {
  readonly onNew: (status: TaskStatus) => void;
}

export function Columns({ onNew }: ColumnsProps): JSX.Element {
  const board = useBoard();
  const { state } = board;
  const { handlers, over, menu } = useCards(board, onNew);
  const task = menu.value && state.data.value.tasks.get(menu.value.taskId);
  return (
    <div class="columns" data-column={state.column.value} {...handlers}>
      <p class="visually-hidden" id="board-keys">
        Enter opens the task. {state.mayWrite &&
          "Space takes it up: arrows then move it between columns, Space puts it down, Escape takes it back."}
      </p>
      {STATUSES.map((status) => (
        <Column key={status} status={status} over={over.value === status} onNew={onNew} />
      ))}
      <FloatingMenu
        label={task ? `Actions for ${task.title}` : "Actions"}
        anchor={menu.value?.anchor ?? null}
        items={task ? cardMenu(board, task) : []}
        onClose={() => menu.value = null}
      />
    </div>
  );
}

interface ColumnProps extends ColumnsProps {
  readonly status: TaskStatus;
  /** A card is held over it. */
  readonly over: boolean;
}

function Column({ status, over, onNew }: ColumnProps): JSX.Element {
  const { state } = useBoard();
  const { tasks: known } = state.data.value;
  const tasks = state.columns.value[status];
  const activeId = state.active.value ?? firstCard(state.columns.value);
  const held = state.grab.value;
  const limit = Math.max(
    state.shown.value[status],
    tasks.findIndex((task) => task.id === activeId) + 1,
  );
  return (
    <section
      class="column"
      data-status={status}
      data-over={over || held?.to === status ? "" : undefined}
      aria-labelledby={`column-${status}`}
    >
      <header class="column-head">
        <h2 id={`column-${status}`}>
          {STATUS_NAMES[status]} <span class="count">{count(status)}</span>
        </h2>
        {state.mayWrite && status !== "done" && (
          <IconButton
            icon="plus"
            size="s"
            label={`New task in ${STATUS_NAMES[status]}`}
            tooltip="none"
            onClick={() => onNew(status)}
          />
        )}
      </header>
      <ul class="column-cards">
        {tasks.slice(0, limit).map((task) => (
          <Card
            key={task.id}
            task={task}
            active={task.id === activeId}
            grabbed={held?.taskId === task.id}
            pending={state.pending.value.has(task.id)}
            waitsFor={status === "done" || task.dependsOn.length === 0
              ? 0
              : unfinished(known, task).length}
          />
        ))}
      </ul>
      {tasks.length === 0 && <p class="column-empty">{emptyText(status)}</p>}
      <More status={status} hidden={tasks.length - limit} />
    </section>
  );

  function count(status: TaskStatus): string {
    if (status !== "done") return formatCount(tasks.length);
    if (!isFiltered(state.filter.value)) return formatCount(state.data.value.doneTotal);
    return formatCount(tasks.length) + (state.doneCursor.value ? "+" : "");
  }
  function emptyText(status: TaskStatus): string {
    if (isFiltered(state.filter.value)) return "Nothing fits the filter";
    return EMPTY[status];
  }
}

const EMPTY: Readonly<Record<TaskStatus, string>> = {
  "todo": "Nothing to do",
  "in-progress": "Nobody is at work",
  "blocked": "Nothing is blocked",
  "done": "Nothing finished yet",
};

/** The card Tab reaches before any was chosen. */
function firstCard(columns: Readonly<Record<TaskStatus, readonly { id: string }[]>>) {
  for (const status of STATUSES) if (columns[status][0]) return columns[status][0].id;
  return null;
}

/** Shows more as it comes into view; finished tasks beyond those known are asked for. */
function More({ status, hidden }: { status: TaskStatus; hidden: number }): JSX.Element | null {
  const { state, actions } = useBoard();
  const button = useRef<HTMLButtonElement>(null);
  const older = status === "done" && state.doneCursor.value !== null;
  const more = () => {
    if (hidden > 0) {
      const shown = state.shown.peek();
      state.shown.value = { ...shown, [status]: shown[status] + CARDS_STEP };
    } else void actions.loadDone();
  };
  useEffect(() => {
    if (hidden <= 0 || !button.current) return;
    const seen = new IntersectionObserver(
      (entries) => entries.some((entry) => entry.isIntersecting) && more(),
      { rootMargin: "400px" },
    );
    seen.observe(button.current);
    return () => seen.disconnect();
  }, [hidden]);
  if (hidden <= 0 && !older) return null;
  return (
    <Button class="column-more" variant="quiet" size="s" buttonRef={button} onClick={more}>
      {hidden > 0 ? `Show ${formatCount(Math.min(hidden, CARDS_STEP))} more` : "Show older"}
    </Button>
  );
}
