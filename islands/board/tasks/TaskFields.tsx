/** The fields of a task that are set the same way in a new one and in one that exists. */
import type { JSX } from "preact";
import type { Priority } from "../../../lib/coordination/schema.ts";
import type { TaskStatus } from "../../../lib/coordination/tasks/schema.ts";
import { Field, Input, Select } from "../../../lib/ui/field.tsx";
import { useBoard } from "../context.ts";
import { STATUS_NAMES, STATUSES } from "../columns.ts";
import { nameOf } from "../team/Avatar.tsx";
import { Tokens } from "./Tokens.tsx";

export interface TaskDraft {
  readonly status: TaskStatus;
  readonly priority: Priority;
  readonly assignee: string;
  readonly tags: readonly string[];
  readonly files: readonly string[];
  readonly dependsOn: readonly string[];
}

export interface TaskFieldsProps {
  readonly value: TaskDraft;
  /** The task itself, which cannot wait for itself. */
  readonly taskId?: string;
  readonly onChange: (change: Partial<TaskDraft>) => void;
  readonly errors?: ReadonlyMap<string, string>;
}

const priorities: readonly Priority[] = ["urgent", "high", "medium", "low"];

// deno-lint-ignore muster/function-size -- one form, a field after the other
export function TaskFields({ value, taskId, onChange, errors }: TaskFieldsProps): JSX.Element {
  const { state } = useBoard();
  const disabled = !state.mayWrite;
  const { agents, tasks } = state.data.value;
  const people = [state.me, ...agents.keys()].filter((id, at, all) => all.indexOf(id) === at);
  const others = [...tasks.values()].filter((task) => task.id !== taskId);
  const tags = [...new Set(others.flatMap((task) => task.tags))].sort();
  return (
    <>
      <div class="field-row">
        <Field label="Status" error={errors?.get("status")}>
          {(control) => (
            <Select
              {...control}
              value={value.status}
              disabled={disabled}
              options={STATUSES.map((status) => ({ value: status, label: STATUS_NAMES[status] }))}
              onChange={(event) => onChange({ status: event.currentTarget.value as TaskStatus })}
            />
          )}
        </Field>
        <Field label="Priority" error={errors?.get("priority")}>
          {(control) => (
            <Select
              {...control}
              value={value.priority}
              disabled={disabled}
              options={priorities.map((priority) => ({
                value: priority,
                label: priority[0]!.toUpperCase() + priority.slice(1),
              }))}
              onChange={(event) => onChange({ priority: event.currentTarget.value as Priority })}
            />
          )}
        </Field>
        <Field label="Assignee" error={errors?.get("assignee")}>
          {(control) => (
            <>
              <Input
                {...control}
                value={value.assignee}
                disabled={disabled}
                placeholder="No one"
                autocomplete="off"
                list={`${control.id}-people`}
                onChange={(event) => onChange({ assignee: event.currentTarget.value.trim() })}
              />
              <datalist id={`${control.id}-people`}>
                {people.map((id) => (
                  <option key={id} value={id}>{id === state.me ? "You" : nameOf(id)}</option>
                ))}
              </datalist>
            </>
          )}
        </Field>
      </div>
      <Field label="Tags" error={errors?.get("tags")}>
        {(control) => (
          <Tokens
            control={control}
            values={value.tags}
            disabled={disabled}
            placeholder="auth, docs"
            choices={tags.map((tag) => ({ value: tag, label: tag }))}
            onChange={(tags) => onChange({ tags })}
          />
        )}
      </Field>
      <Field label="Files" error={errors?.get("files")}>
        {(control) => (
          <Tokens
            control={control}
            values={value.files}
            disabled={disabled}
            placeholder="src/queue.ts"
            onChange={(files) => onChange({ files })}
          />
        )}
      </Field>
      <Field label="Waits for" error={errors?.get("dependsOn")}>
        {(control) => (
          <Tokens
            control={control}
            values={value.dependsOn}
            disabled={disabled}
            placeholder="The title of a task that must be done before"
            strict
            choices={others.map((task) => ({ value: task.id, label: task.title }))}
            onChange={(dependsOn) => onChange({ dependsOn })}
          />
        )}
      </Field>
    </>
  );
}
