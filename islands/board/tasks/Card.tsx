/** One task on the board. What is done with it is heard by the columns, so that a card costs little. */
import type { JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Task } from "../../../lib/coordination/tasks/schema.ts";
import { IconButton } from "../../../lib/ui/button.tsx";
import { Icon } from "../../../lib/ui/icons.tsx";
import { memo } from "../../chat/log/memo.ts";
import { useBoard } from "../context.ts";
import { Avatar } from "../team/Avatar.tsx";

export interface CardProps {
  readonly task: Task;
  /** Tab reaches it. */
  readonly active: boolean;
  readonly grabbed: boolean;
  /** A change of it is on its way. */
  readonly pending: boolean;
  /** Unfinished tasks it waits for. */
  readonly waitsFor: number;
}

export const Card = memo<CardProps>(
  (props) => <CardBody {...props} />,
  (a, b) =>
    a.task === b.task && a.active === b.active && a.grabbed === b.grabbed &&
    a.pending === b.pending && a.waitsFor === b.waitsFor,
);

function CardBody({ task, active, grabbed, pending, waitsFor }: CardProps): JSX.Element {
  const { state } = useBoard();
  const link = useRef<HTMLAnchorElement>(null);
  useLayoutEffect(() => {
    if (!active || !state.focusWanted.peek()) return;
    state.focusWanted.value = false;
    link.current?.focus();
  });
  const tabIndex = active ? 0 : -1;
  return (
    <li
      class="task"
      data-task={task.id}
      data-grabbed={grabbed ? "" : undefined}
      aria-busy={pending ? "true" : undefined}
      draggable={state.mayWrite}
    >
      <a
        ref={link}
        class="task-title"
        href={`/board?task=${encodeURIComponent(task.id)}`}
        tabIndex={tabIndex}
        draggable={false}
        aria-describedby="board-keys"
        dir="auto"
      >
        {task.title}
      </a>
      <div class="task-foot">
        <Priority priority={task.priority} />
        <span class="task-facts">{facts(task, waitsFor)}</span>
        {task.assignee && <Avatar id={task.assignee} />}
      </div>
      {state.mayWrite && (
        <IconButton
          class="task-more"
          size="s"
          icon="more"
          label={`Actions for ${task.title}`}
          tooltip="none"
          aria-haspopup="menu"
          tabIndex={tabIndex}
        />
      )}
    </li>
  );
}

/** A bar whose height and colour say it; low and medium stay quiet. */
export function Priority({ priority }: Pick<Task, "priority">): JSX.Element {
  return (
    <span class="pri" data-priority={priority} title={`Priority: ${priority}`}>
      <span class="visually-hidden">{priority} priority</span>
    </span>
  );
}

/** What comes last is left out where the card has no room: further tags before the files. */
function facts(task: Task, waitsFor: number): JSX.Element {
  const [first, ...more] = task.tags;
  const files = task.files.length === 1 ? lastPart(task.files[0]!) : `${task.files.length} files`;
  return (
    <>
      {waitsFor > 0 && (
        <span class="task-waits">
          <Icon name="link" size={12} />
          {`waits for ${waitsFor}`}
        </span>
      )}
      {first !== undefined && <span>{first}</span>}
      {task.files.length > 0 && <span title={task.files.join("\n")}>{files}</span>}
      {more.slice(0, 2).map((tag) => <span key={tag}>{tag}</span>)}
    </>
  );
}

function lastPart(file: string): string {
  return file.split("/").at(-1)!;
}
