/** One provider at the side: its address and key, a test, and how it answered. */
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { ProviderView, TestAnswer } from "../../../lib/gateway/directory/schema.ts";
import { Button } from "../../../lib/ui/button.tsx";
import { Dialog } from "../../../lib/ui/dialog.tsx";
import { Checkbox, Field, Input } from "../../../lib/ui/field.tsx";
import { formatDuration } from "../../../lib/ui/format.ts";
import { Notice } from "../../../lib/ui/states.tsx";
import { useUid } from "../../../lib/ui/uid.ts";
import { type Problem, toProblem } from "../../_runtime/problem.ts";
import { useGateway } from "../context.ts";

export function ProviderSheet(): JSX.Element {
  const { state } = useGateway();
  const opened = state.opened.value;
  const shown = opened?.kind === "provider" ? opened : null;
  const provider = state.data.value.providers.find(({ id }) => id === shown?.id);
  const close = () => state.opened.value = null;
  const formId = useUid();
  return (
    <Dialog
      open={shown !== null}
      onClose={close}
      title={provider ? provider.name : "Add a provider"}
      description={provider
        ? undefined
        : "Any server that speaks OpenAI’s API: its address, and a key if it asks for one."}
      size="sheet"
    >
      {shown && <Form key={shown.id ?? ""} id={formId} provider={provider} onDone={close} />}
    </Dialog>
  );
}

interface FormProps {
  readonly id: string;
  readonly provider: ProviderView | undefined;
  readonly onDone: () => void;
}

interface Draft {
  readonly id: string;
  readonly name: string;
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly enabled: boolean;
  readonly allowPrivate: boolean;
}

// deno-lint-ignore muster/function-size -- one form and what sends it
function Form({ id, provider, onDone }: FormProps): JSX.Element {
  const { state, actions } = useGateway();
  const [draft, setDraft] = useState<Draft>(draftOf(provider));
  // What the form was filled from: whoever was faster since is not overwritten.
  const [version] = useState(provider?.version);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const set = (change: Partial<Draft>) => setDraft((old) => ({ ...old, ...change }));
  const errors = new Map(problem?.errors?.map((error) => [error.path, error.message]));
  useEffect(() => setProblem(null), [draft]);

  async function run(work: () => Promise<unknown>, done = onDone): Promise<void> {
    if (busy) return;
    setBusy(true);
    setProblem(null);
    try {
      await work();
      done();
    } catch (error) {
      setProblem(toProblem(error));
    } finally {
      setBusy(false);
    }
  }
  const { apiKey, baseUrl, name, enabled, allowPrivate } = draft;
  const save = () =>
    provider
      ? actions.patchProvider(provider.id, version, {
        ...(name !== provider.name && { name: name || null }),
        ...(baseUrl !== (provider.baseUrl ?? "") && { baseUrl: baseUrl || null }),
        ...(apiKey && { apiKey }),
        ...(enabled !== provider.enabled && { enabled }),
        ...(allowPrivate !== provider.allowPrivate && { allowPrivate }),
      })
      : actions.createProvider({
        id: draft.id,
        baseUrl,
        enabled,
        allowPrivate,
        ...(name && { name }),
        ...(apiKey && { apiKey }),
      });
  const fixed = !state.mayChange;
  return (
    <form
      id={id}
      class="stack-form"
      onSubmit={(event) => {
        event.preventDefault();
        void run(save);
      }}
    >
      {problem && errors.size === 0 && <Notice tone="bad">{problem.detail}</Notice>}
      {provider?.problem && (
        <Notice tone="neutral">{`${provider.name} ${provider.problem}.`}</Notice>
      )}
      {!provider && (
        <Field
          label="Id"
          required
          hint="In model names and addresses: mine, lab-2"
          error={errors.get("id")}
        >
          {(control) => (
            <Input
              {...control}
              autofocus
              value={draft.id}
              onInput={(event) => set({ id: event.currentTarget.value })}
            />
          )}
        </Field>
      )}
      <Field label="Name" error={errors.get("name")}>
        {(control) => (
          <Input
            {...control}
            value={name}
            disabled={fixed}
            maxLength={80}
            onInput={(event) => set({ name: event.currentTarget.value })}
          />
        )}
      </Field>
      <Field label="Base URL" required={!provider} error={errors.get("baseUrl")}>
        {(control) => (
          <Input
            {...control}
            type="url"
            value={baseUrl}
            disabled={fixed}
            placeholder="https://models.example.com/v1"
            onInput={(event) => set({ baseUrl: event.currentTarget.value })}
          />
        )}
      </Field>
      <Field label="Key" hint={keyHint(provider)} error={errors.get("apiKey")}>
        {(control) => (
          <Input
            {...control}
            type="password"
            autocomplete="off"
            value={apiKey}
            disabled={fixed || provider?.key === "environment"}
            onInput={(event) => set({ apiKey: event.currentTarget.value })}
          />
        )}
      </Field>
      <Checkbox
        label="Calls may go to it"
        checked={enabled}
        disabled={fixed}
        onChange={(event) => set({ enabled: event.currentTarget.checked })}
      />
      <Checkbox
        label="Its address may be on this machine or a private network"
        checked={allowPrivate}
        disabled={fixed}
        onChange={(event) => set({ allowPrivate: event.currentTarget.checked })}
      />
      {provider && <Test provider={provider} />}
      {state.mayChange && (
        <div class="sheet-actions">
          <Button variant="primary" type="submit" busy={busy}>
            {provider ? "Save" : "Add provider"}
          </Button>
          {provider?.key === "keystore" && (
            <Button
              onClick={() =>
                run(() => actions.patchProvider(provider.id, version, { apiKey: null }))}
            >
              Forget key
            </Button>
          )}
          {provider?.own && (
            <Button
              variant="danger"
              onClick={() => run(() => actions.removeProvider(provider.id))}
            >
              Remove
            </Button>
          )}
        </div>
      )}
    </form>
  );
}

function draftOf(provider: ProviderView | undefined): Draft {
  return {
    id: provider?.id ?? "",
    name: provider?.name ?? "",
    baseUrl: provider?.baseUrl ?? "",
    apiKey: "",
    enabled: provider?.enabled ?? true,
    allowPrivate: provider?.allowPrivate ?? false,
  };
}

function keyHint(provider: ProviderView | undefined): string {
  if (provider?.key === "environment") return "From the environment; it is changed there";
  if (provider?.key === "keystore") {
    return `One is kept${provider.hint ? ` (${provider.hint})` : ""}; a new one takes its place`;
  }
  return "Sealed when it is saved; nobody can read it again";
}

/** Asks the provider which models it has: what a wrong address or key shows at once. */
function Test({ provider }: { readonly provider: ProviderView }): JSX.Element {
  const { actions } = useGateway();
  const [busy, setBusy] = useState(false);
  const [test, setTest] = useState<TestAnswer | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  async function ask(): Promise<void> {
    setBusy(true);
    setTest(null);
    setProblem(null);
    try {
      setTest(await actions.testProvider(provider.id));
    } catch (error) {
      setProblem(toProblem(error));
    }
    setBusy(false);
  }
  return (
    <div class="provider-test">
      <Button busy={busy} icon="play" onClick={ask}>Test</Button>
      <div role="status" class="provider-told">
        {test && (test.ok
          ? <span class="told-ok">{`Answered in ${formatDuration(test.latencyMs)}`}</span>
          : <span class="told-bad">{test.error?.message ?? "It did not answer"}</span>)}
        {problem && <span class="told-bad">{problem.detail}</span>}
      </div>
    </div>
  );
}
