/** The dialog that makes a task; what the server refuses is said at its field, and nothing typed is lost. */
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { TaskStatus } from "../../../lib/coordination/tasks/schema.ts";
import { Button } from "../../../lib/ui/button.tsx";
import { Dialog } from "../../../lib/ui/dialog.tsx";
import { Field, Input, Textarea } from "../../../lib/ui/field.tsx";
import { useUid } from "../../../lib/ui/uid.ts";
import { Notice } from "../../../lib/ui/states.tsx";
import { type Problem, toProblem } from "../../_runtime/problem.ts";
import { useBoard } from "../context.ts";
import { type TaskDraft, TaskFields } from "./TaskFields.tsx";
import { focusAgain } from "./card_menu.ts";

interface NewTaskDraft extends TaskDraft {
  readonly title: string;
  readonly description: string;
}

const EMPTY: NewTaskDraft = {
  title: "",
  description: "",
  status: "todo",
  priority: "medium",
  assignee: "",
  tags: [],
  files: [],
  dependsOn: [],
};

export interface NewTaskProps {
  /** The column it begins in; null: closed. */
  readonly status: TaskStatus | null;
  readonly onClose: () => void;
}

// deno-lint-ignore muster/function-size -- one form and what sends it
export function NewTask({ status, onClose }: NewTaskProps): JSX.Element {
  const { state, actions } = useBoard();
  const id = useUid();
  const [draft, setDraft] = useState(EMPTY);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  useEffect(() => {
    if (status) setDraft((old) => ({ ...old, status }));
  }, [status]);
  const set = (change: Partial<NewTaskDraft>) => setDraft((old) => ({ ...old, ...change }));
  const errors = new Map(problem?.errors?.map((error) => [error.path, error.message]));

  async function create(): Promise<void> {
    if (busy) return;
    if (!draft.title.trim()) return setProblem(missingTitle);
    setBusy(true);
    setProblem(null);
    try {
      const { assignee, description, ...rest } = draft;
      const task = await actions.createTask({
        ...rest,
        tags: [...rest.tags],
        files: [...rest.files],
        dependsOn: [...rest.dependsOn],
        ...(assignee && { assignee }),
        ...(description.trim() && { description }),
      });
      setDraft(EMPTY);
      onClose();
      focusAgain(state, task.id);
    } catch (error) {
      setProblem(toProblem(error));
    } finally {
      setBusy(false);
    }
  }
  return (
    <Dialog
      open={status !== null}
      onClose={onClose}
      title="New task"
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" type="submit" form={id} busy={busy}>Create task</Button>
        </>
      }
    >
      <form
        id={id}
        class="stack-form"
        onSubmit={(event) => {
          event.preventDefault();
          void create();
        }}
      >
        {problem && errors.size === 0 && <Notice tone="bad">{problem.detail}</Notice>}
        <Field label="Title" required error={errors.get("title")}>
          {(control) => (
            <Input
              {...control}
              autofocus
              value={draft.title}
              maxLength={500}
              onInput={(event) => set({ title: event.currentTarget.value })}
            />
          )}
        </Field>
        <Field label="Description" error={errors.get("description")}>
          {(control) => (
            <Textarea
              {...control}
              grow
              value={draft.description}
              onInput={(event) => set({ description: event.currentTarget.value })}
            />
          )}
        </Field>
        <TaskFields value={draft} onChange={set} errors={errors} />
      </form>
    </Dialog>
  );
}

const missingTitle: Problem = {
  status: 400,
  code: "invalid_input",
  title: "Invalid input",
  detail: "A task needs a title",
  errors: [{ path: "title", message: "Say what is to be done" }],
};
