/** The dialog by which a person hands work to an agent, or to whoever takes it. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Priority } from "../../../lib/coordination/schema.ts";
import { Button } from "../../../lib/ui/button.tsx";
import { Dialog } from "../../../lib/ui/dialog.tsx";
import { Field, Input, Select, Textarea } from "../../../lib/ui/field.tsx";
import { Notice } from "../../../lib/ui/states.tsx";
import { type Problem, toProblem } from "../../_runtime/problem.ts";
import { useBoard } from "../context.ts";

const EMPTY = {
  title: "",
  context: "",
  toAgent: "",
  filePath: "",
  nextSteps: "",
  priority: "medium",
};
const priorities = ["urgent", "high", "medium", "low"];

export interface NewHandoffProps {
  readonly open: boolean;
  readonly onClose: () => void;
}

// deno-lint-ignore muster/function-size -- one form, a field after the other
export function NewHandoff({ open, onClose }: NewHandoffProps): JSX.Element {
  const { state, actions } = useBoard();
  const [draft, setDraft] = useState(EMPTY);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const set = (change: Partial<typeof EMPTY>) => setDraft((old) => ({ ...old, ...change }));
  const errors = new Map(problem?.errors?.map((error) => [error.path, error.message]));
  const ready = draft.title.trim() !== "" && draft.context.trim() !== "";

  async function create(): Promise<void> {
    if (busy || !ready) return;
    setBusy(true);
    setProblem(null);
    try {
      await actions.handOver({
        title: draft.title,
        context: draft.context,
        priority: draft.priority as Priority,
        nextSteps: draft.nextSteps.split("\n").map((step) => step.trim()).filter(Boolean),
        ...(draft.toAgent && { toAgent: draft.toAgent }),
        ...(draft.filePath.trim() && { filePath: draft.filePath }),
      });
      setDraft(EMPTY);
      onClose();
    } catch (error) {
      setProblem(toProblem(error));
    } finally {
      setBusy(false);
    }
  }
  const agents = [...state.data.value.agents.keys()].sort();
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title="New handoff"
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" busy={busy} disabled={!ready} onClick={create}>
            Hand over
          </Button>
        </>
      }
    >
      {problem && errors.size === 0 && <Notice tone="bad">{problem.detail}</Notice>}
      <Field label="Title" required error={errors.get("title")}>
        {(control) => (
          <Input
            {...control}
            autofocus
            value={draft.title}
            onInput={(event) => set({ title: event.currentTarget.value })}
          />
        )}
      </Field>
      <Field
        label="Context"
        required
        error={errors.get("context")}
        hint="What is done, what is known, what is left"
      >
        {(control) => (
          <Textarea
            {...control}
            grow
            value={draft.context}
            onInput={(event) => set({ context: event.currentTarget.value })}
          />
        )}
      </Field>
      <Field label="Next steps" error={errors.get("nextSteps")} hint="One a line">
        {(control) => (
          <Textarea
            {...control}
            rows={2}
            grow
            value={draft.nextSteps}
            onInput={(event) => set({ nextSteps: event.currentTarget.value })}
          />
        )}
      </Field>
      <div class="field-row">
        <Field label="To" error={errors.get("toAgent")}>
          {(control) => (
            <Select
              {...control}
              value={draft.toAgent}
              options={[
                { value: "", label: "Anyone" },
                ...agents.map((id) => ({ value: id, label: id })),
              ]}
              onChange={(event) => set({ toAgent: event.currentTarget.value })}
            />
          )}
        </Field>
        <Field label="Priority">
          {(control) => (
            <Select
              {...control}
              value={draft.priority}
              options={priorities.map((value) => ({
                value,
                label: value[0]!.toUpperCase() + value.slice(1),
              }))}
              onChange={(event) => set({ priority: event.currentTarget.value })}
            />
          )}
        </Field>
        <Field label="File" error={errors.get("filePath")}>
          {(control) => (
            <Input
              {...control}
              value={draft.filePath}
              placeholder="src/queue.ts"
              onInput={(event) => set({ filePath: event.currentTarget.value })}
            />
          )}
        </Field>
      </div>
    </Dialog>
  );
}
