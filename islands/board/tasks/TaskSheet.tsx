/** One task in full, beside the board: every field is changed where it stands. */
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Task } from "../../../lib/coordination/tasks/schema.ts";
import { Button } from "../../../lib/ui/button.tsx";
import { ConfirmDialog, Dialog } from "../../../lib/ui/dialog.tsx";
import { Field, Input, Textarea } from "../../../lib/ui/field.tsx";
import { ErrorState, Skeleton } from "../../../lib/ui/states.tsx";
import { type Problem, toProblem } from "../../_runtime/problem.ts";
import { useBoard } from "../context.ts";
import { unfinished } from "../columns.ts";
import { nameOf } from "../team/Avatar.tsx";
import { Ago } from "../team/Ago.tsx";
import { focusAgain } from "./card_menu.ts";
import { TaskFields } from "./TaskFields.tsx";

export function TaskSheet(): JSX.Element {
  const { state, actions } = useBoard();
  const id = state.openTask.value;
  const known = id === null ? undefined : state.data.value.tasks.get(id);
  const task = known && { ...known, ...state.pending.value.get(known.id) };
  const [problem, setProblem] = useState<Problem | null>(null);
  const [loading, setLoading] = useState(false);
  const [deleting, setDeleting] = useState(false);
  const begun = useRef(false);
  useEffect(() => {
    setProblem(null);
    // The server has just looked for the one the address names.
    const sought = begun.current || known !== undefined;
    begun.current = true;
    if (id === null || !sought) return;
    setLoading(true);
    // The board's copy may lack the long parts.
    actions.loadTask(id)
      .catch((error) => setProblem(toProblem(error)))
      .finally(() => setLoading(false));
  }, [id]);
  const close = () => {
    if (id !== null) focusAgain(state, id);
    state.openTask.value = null;
  };
  return (
    <>
      <Dialog
        open={id !== null}
        onClose={close}
        title="Task"
        size="sheet"
        footer={task && state.mayWrite && <Deeds task={task} onDelete={() => setDeleting(true)} />}
      >
        {task
          ? <Sheet key={task.id} task={task} />
          : loading
          ? <Skeleton label="Loading the task" shape="rows" lines={6} />
          : (
            <ErrorState title="This task cannot be shown" compact>
              {problem?.detail ?? "It was deleted, or there never was one at this address"}
            </ErrorState>
          )}
      </Dialog>
      <ConfirmDialog
        open={deleting}
        title="Delete this task?"
        confirm="Delete task"
        danger
        onClose={() => setDeleting(false)}
        onConfirm={async () => {
          setDeleting(false);
          if (task && await actions.deleteTask(task)) state.openTask.value = null;
        }}
      >
        {task && `“${task.title}” disappears for everybody. Its history stays in the log.`}
      </ConfirmDialog>
    </>
  );
}

function Deeds({ task, onDelete }: { task: Task; onDelete: () => void }): JSX.Element {
  const { actions } = useBoard();
  return (
    <>
      <Button variant="danger" icon="trash" collapse onClick={onDelete}>Delete</Button>
      <span class="spacer" />
      {task.status === "in-progress" && (
        <Button onClick={() => void actions.move(task, "todo")}>Give back</Button>
      )}
      {task.status !== "done" && (
        <Button
          variant="primary"
          icon="approve"
          onClick={() => void actions.move(task, "done")}
        >
          Done
        </Button>
      )}
      {task.status === "done" && (
        <Button onClick={() => void actions.move(task, "todo")}>Open again</Button>
      )}
    </>
  );
}

function Sheet({ task }: { task: Task }): JSX.Element {
  const { state, actions } = useBoard();
  const waits = unfinished(state.data.value.tasks, task);
  const holds = [...state.data.value.tasks.values()].filter((other) =>
    other.status !== "done" && other.dependsOn.includes(task.id)
  );
  return (
    <div class="sheet">
      <Draft
        label="Title"
        value={task.title}
        required
        onSave={(title) => actions.edit(task, { title }, true)}
      />
      <Draft
        label="Description"
        value={task.description ?? ""}
        many
        onSave={(text) => actions.edit(task, { description: text.trim() ? text : null }, true)}
      />
      <TaskFields
        taskId={task.id}
        value={{ ...task, assignee: task.assignee ?? "" }}
        onChange={({ status, assignee, ...change }) => {
          if (status) void actions.move(task, status);
          else if (assignee !== undefined) void actions.edit(task, { assignee: assignee || null });
          else void actions.edit(task, change as Partial<Pick<Task, "tags" | "files">>);
        }}
      />
      <TaskLinks title="Still to be done before" tasks={waits} />
      <TaskLinks title="Waiting for this" tasks={holds} />
      <dl class="facts">
        <dt>Made by</dt>
        <dd>
          {nameOf(task.createdBy)}, <Ago iso={task.createdAt} />
        </dd>
        <dt>Changed</dt>
        <dd>
          <Ago iso={task.updatedAt} />
        </dd>
        <dt>Id</dt>
        <dd>
          <code class="mono">{task.id}</code>
        </dd>
      </dl>
    </div>
  );
}

function TaskLinks({ title, tasks }: { title: string; tasks: readonly Task[] }) {
  const { state } = useBoard();
  if (tasks.length === 0) return null;
  return (
    <div>
      <h3 class="field-label">{title}</h3>
      <ul class="task-links">
        {tasks.map((task) => (
          <li key={task.id}>
            <a
              href={`/board?task=${encodeURIComponent(task.id)}`}
              onClick={(event) => {
                event.preventDefault();
                state.openTask.value = task.id;
              }}
            >
              {task.title}
            </a>
          </li>
        ))}
      </ul>
    </div>
  );
}

interface DraftProps {
  readonly label: string;
  readonly value: string;
  readonly many?: boolean;
  readonly required?: boolean;
  readonly onSave: (text: string) => Promise<boolean>;
}

/** A text that is saved when it is left; Escape takes back what was typed. Until touched it follows the server. */
function Draft({ label, value, many, required, onSave }: DraftProps): JSX.Element {
  const { state } = useBoard();
  const [typed, setTyped] = useState<string | null>(null);
  const [saving, setSaving] = useState(false);
  async function save(): Promise<void> {
    if (typed === null || saving) return;
    if (typed === value || (required && !typed.trim())) return setTyped(null);
    setSaving(true);
    // Refused, it stays in the field: it is not typed a second time.
    if (await onSave(typed)) setTyped(null);
    setSaving(false);
  }
  const handlers = {
    value: typed ?? value,
    disabled: !state.mayWrite,
    onBlur: () => void save(),
    onKeyDown: (event: KeyboardEvent) => {
      if (event.key === "Escape" && typed !== null) {
        event.preventDefault();
        event.stopPropagation();
        setTyped(null);
      } else if (event.key === "Enter" && (!many || event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        void save();
      }
    },
  };
  return (
    <Field label={label} hint={typed !== null && many ? "Saved when you leave it" : undefined}>
      {(control) =>
        many
          ? (
            <Textarea
              {...control}
              {...handlers}
              grow
              dir="auto"
              placeholder="What it is about, and when it is done"
              onInput={(event) => setTyped(event.currentTarget.value)}
            />
          )
          : (
            <Input
              {...control}
              {...handlers}
              class="sheet-title"
              dir="auto"
              maxLength={500}
              onInput={(event) => setTyped(event.currentTarget.value)}
            />
          )}
    </Field>
  );
}
