/** One model at the side: its price, limits and what it can; or a new one. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { MODEL_CAPABILITIES, MODEL_TIERS } from "../../../lib/gateway/directory/kinds.ts";
import type { ModelView, NewModel } from "../../../lib/gateway/directory/schema.ts";
import { Button } from "../../../lib/ui/button.tsx";
import { Dialog } from "../../../lib/ui/dialog.tsx";
import { Checkbox, Field, Input, Select } from "../../../lib/ui/field.tsx";
import { Notice } from "../../../lib/ui/states.tsx";
import { type Problem, toProblem } from "../../_runtime/problem.ts";
import { useGateway } from "../context.ts";
import { draftOf, type ModelDraft, newModelOf, patchOf } from "./model_draft.ts";

export function ModelSheet(): JSX.Element {
  const { state } = useGateway();
  const opened = state.opened.value;
  const shown = opened?.kind === "model" ? opened : null;
  const model = state.data.value.models.find(({ id }) => id === shown?.id);
  const close = () => state.opened.value = null;
  return (
    <Dialog
      open={shown !== null}
      onClose={close}
      title={model?.id ?? "Add a model"}
      description={model &&
        `${model.provider}, ${model.origin}${model.asOf ? `, price of ${model.asOf}` : ""}`}
      size="sheet"
    >
      {shown && <Form key={shown.id ?? ""} model={model} onDone={close} />}
    </Dialog>
  );
}

interface FormProps {
  readonly model: ModelView | undefined;
  readonly onDone: () => void;
}

// deno-lint-ignore muster/function-size -- one form and what sends it
function Form({ model, onDone }: FormProps): JSX.Element {
  const { state, actions } = useGateway();
  const { providers } = state.data.value;
  const [draft, setDraft] = useState<ModelDraft>(() => draftOf(model, providers[0]?.id ?? ""));
  // What the form was filled from: whoever was faster since is not overwritten.
  const [version] = useState(model?.version);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const fixed = !state.mayChange;
  const errors = new Map(problem?.errors?.map((error) => [error.path, error.message]));
  const set = (change: Partial<ModelDraft>) => {
    setProblem(null);
    setDraft((old) => ({ ...old, ...change }));
  };
  async function run(work: () => Promise<unknown>): Promise<void> {
    if (busy) return;
    setBusy(true);
    try {
      await work();
      onDone();
    } catch (error) {
      setProblem(toProblem(error));
    } finally {
      setBusy(false);
    }
  }
  const text = (name: keyof ModelDraft, label: string, path: string, hint?: string) => (
    <Field label={label} hint={hint} error={errors.get(path)}>
      {(control) => (
        <Input
          {...control}
          value={String(draft[name])}
          disabled={fixed}
          inputMode="decimal"
          onInput={(event) => set({ [name]: event.currentTarget.value })}
        />
      )}
    </Field>
  );
  return (
    <form
      class="stack-form"
      onSubmit={(event) => {
        event.preventDefault();
        void run(() =>
          model
            ? actions.patchModel(model.id, version, patchOf(draft, model))
            : actions.createModel(newModelOf(draft) as NewModel)
        );
      }}
    >
      {problem && errors.size === 0 && <Notice tone="bad">{problem.detail}</Notice>}
      {model?.problem && <Notice tone="neutral">{`${model.id} ${model.problem}.`}</Notice>}
      {!model && (
        <>
          <Field label="Id" required hint="As callers name it" error={errors.get("id")}>
            {(control) => (
              <Input
                {...control}
                autofocus
                value={draft.id}
                onInput={(event) => set({ id: event.currentTarget.value })}
              />
            )}
          </Field>
          <Field label="Provider" error={errors.get("provider")}>
            {(control) => (
              <Select
                {...control}
                value={draft.provider}
                options={providers.map(({ id, name }) => ({ value: id, label: name }))}
                onChange={(event) => set({ provider: event.currentTarget.value })}
              />
            )}
          </Field>
        </>
      )}
      <Field label="Tier" error={errors.get("tier")}>
        {(control) => (
          <Select
            {...control}
            value={draft.tier}
            disabled={fixed}
            options={MODEL_TIERS.map((tier) => ({ value: tier, label: tier }))}
            onChange={(event) => set({ tier: event.currentTarget.value as ModelDraft["tier"] })}
          />
        )}
      </Field>
      <div class="field-pair">
        {text("priceIn", "In, $ per million", "priceInMicrosPerMTok", "Empty: not known")}
        {text("priceOut", "Out, $ per million", "priceOutMicrosPerMTok")}
      </div>
      <div class="field-pair">
        {text("context", "Context, tokens", "contextTokens")}
        {text("output", "Longest answer", "maxOutputTokens")}
      </div>
      {text("speed", "Tokens per second", "tokensPerSecond")}
      <fieldset class="capabilities" disabled={fixed}>
        <legend class="field-label">Can</legend>
        {MODEL_CAPABILITIES.map((capability) => (
          <Checkbox
            key={capability}
            label={capability}
            checked={draft.capabilities.includes(capability)}
            onChange={(event) =>
              set({
                capabilities: event.currentTarget.checked
                  ? [...draft.capabilities, capability]
                  : draft.capabilities.filter((known) => known !== capability),
              })}
          />
        ))}
      </fieldset>
      <Checkbox
        label="Calls may go to it"
        checked={draft.enabled}
        disabled={fixed}
        onChange={(event) => set({ enabled: event.currentTarget.checked })}
      />
      {state.mayChange && (
        <div class="sheet-actions">
          <Button variant="primary" type="submit" busy={busy}>
            {model ? "Save" : "Add model"}
          </Button>
          {model?.origin === "own" && (
            <Button
              variant="danger"
              onClick={() => run(() => actions.removeModel(model.id))}
            >
              Remove
            </Button>
          )}
        </div>
      )}
    </form>
  );
}
