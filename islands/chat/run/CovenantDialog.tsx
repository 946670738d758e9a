/** Edits the terms in force; the next reservation takes them up. Refused when somebody was faster. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Covenant, CovenantPatch } from "../../../lib/agents/covenant.ts";
import type { RunView } from "../../../lib/engine/schema.ts";
import { Button } from "../../../lib/ui/button.tsx";
import { Dialog } from "../../../lib/ui/dialog.tsx";
import { Field, Input, Textarea } from "../../../lib/ui/field.tsx";
import { Notice } from "../../../lib/ui/states.tsx";
import { type Problem, toProblem } from "../../_runtime/problem.ts";
import { useChat } from "../context.ts";

export interface CovenantDialogProps {
  readonly view: RunView;
  readonly open: boolean;
  readonly onClose: () => void;
}

type Draft = ReturnType<typeof draftOf>;
type Errors = Partial<Record<keyof Draft, string>>;

export function CovenantDialog({ view, open, onClose }: CovenantDialogProps): JSX.Element {
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title="Edit terms"
      description="Work under way takes them up at its next step."
    >
      <TermsForm view={view} onClose={onClose} />
    </Dialog>
  );
}

type Bind = (name: keyof Draft) => {
  readonly value: string;
  readonly onInput: (event: { currentTarget: { value: string } }) => void;
};

/** Made anew each time the dialog opens, so it begins with the terms of that moment. */
function TermsForm({ view, onClose }: { view: RunView; onClose: () => void }): JSX.Element {
  const [draft, setDraft] = useState(() => draftOf(view.covenant));
  const [base] = useState(view);
  const { errors, problem, busy, save } = useSaving(base, draft, onClose);
  const bind: Bind = (name) => ({
    value: draft[name],
    onInput: (event) => setDraft({ ...draft, [name]: event.currentTarget.value }),
  });
  const number = { bind, errors };
  return (
    <form class="terms" onSubmit={save} noValidate>
      <Field label="Intent" error={errors.intent}>
        {(control) => <Textarea {...control} rows={3} {...bind("intent")} />}
      </Field>
      <div class="terms-grid">
        <NumberField label="Target cost, $" name="targetCost" {...number} />
        <NumberField label="Target time, s" name="targetTime" {...number} />
        <NumberField label="Quality, of 10" name="quality" {...number} />
        <NumberField label="Limit, $" name="limitCost" hint="Empty: no limit" {...number} />
        <NumberField label="Limit, s" name="limitTime" {...number} />
        <NumberField label="Limit, steps" name="limitSpawns" {...number} />
      </div>
      <Field label="Accepted if" hint="One condition a line">
        {(control) => <Textarea {...control} rows={3} {...bind("acceptance")} />}
      </Field>
      {problem && (
        <Notice tone="bad">
          <strong>{problem.title}.</strong> {problem.status === 412
            ? "The terms changed meanwhile; close this and look at them before editing again"
            : problem.detail}
        </Notice>
      )}
      <div class="terms-actions">
        <Button onClick={onClose}>Keep as is</Button>
        <Button type="submit" variant="primary" busy={busy}>Save terms</Button>
      </div>
    </form>
  );
}

function useSaving(base: RunView, draft: Draft, onDone: () => void) {
  const { actions } = useChat();
  const [errors, setErrors] = useState<Errors>({});
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  async function save(event: Event): Promise<void> {
    event.preventDefault();
    const { patch, errors } = readDraft(draft, base.covenant);
    setErrors(errors);
    if (Object.keys(errors).length > 0) return;
    setBusy(true);
    try {
      if (Object.keys(patch).length > 0) await actions.editCovenant(base, patch);
      onDone();
    } catch (error) {
      setProblem(toProblem(error));
    } finally {
      setBusy(false);
    }
  }
  return { errors, problem, busy, save };
}

interface NumberFieldProps {
  readonly label: string;
  readonly name: keyof Draft;
  readonly hint?: string;
  readonly errors: Errors;
  readonly bind: Bind;
}

function NumberField({ label, name, hint, errors, bind }: NumberFieldProps): JSX.Element {
  return (
    <Field label={label} hint={hint} error={errors[name]}>
      {(control) => <Input {...control} inputMode="decimal" autocomplete="off" {...bind(name)} />}
    </Field>
  );
}

const MICROS = 1_000_000;

function draftOf(covenant: Covenant) {
  const { constraints, budget } = covenant;
  const text = (value: number | undefined, unit: number) =>
    value === undefined ? "" : String(value / unit);
  return {
    intent: covenant.intent,
    targetCost: text(constraints.costMicros, MICROS),
    targetTime: text(constraints.latencyMs, 1_000),
    quality: text(constraints.quality, 1),
    limitCost: text(budget.costMicros, MICROS),
    limitTime: text(budget.timeMs, 1_000),
    limitSpawns: text(budget.spawns, 1),
    acceptance: covenant.acceptance.join("\n"),
  };
}

/** Only what was changed: what is not named stays as somebody else may have set it. */
function readDraft(draft: Draft, covenant: Covenant): { patch: CovenantPatch; errors: Errors } {
  const before = draftOf(covenant);
  const errors: Errors = {};
  const number = (name: keyof Draft, unit: number): number | undefined => {
    const value = Number(draft[name].replace(",", "."));
    if (draft[name].trim() !== "" && Number.isFinite(value) && value >= 0) {
      return Math.round(value * unit);
    }
    errors[name] = draft[name].trim() === ""
      ? "Needs a number"
      : `"${draft[name]}" is not a number from 0 on`;
    return undefined;
  };
  const changed = (name: keyof Draft) => draft[name] !== before[name];
  const constraints: NonNullable<CovenantPatch["constraints"]> = {};
  if (changed("targetCost")) constraints.costMicros = number("targetCost", MICROS);
  if (changed("targetTime")) constraints.latencyMs = number("targetTime", 1_000);
  if (changed("quality")) constraints.quality = Number(draft.quality);
  const patch: CovenantPatch = {};
  if (changed("intent")) {
    if (draft.intent.trim()) patch.intent = draft.intent.trim();
    else errors.intent = "Say what is wanted";
  }
  if (Object.keys(constraints).length > 0) patch.constraints = constraints;
  const limits: NonNullable<CovenantPatch["budget"]> = {};
  const limit = (name: keyof Draft, unit: number) => {
    if (draft[name].trim() !== "") return number(name, unit);
    errors[name] = "A limit can be raised, not taken away";
    return undefined;
  };
  if (changed("limitCost")) limits.costMicros = limit("limitCost", MICROS);
  if (changed("limitTime")) limits.timeMs = limit("limitTime", 1_000);
  if (changed("limitSpawns")) limits.spawns = limit("limitSpawns", 1);
  if (Object.keys(limits).length > 0) patch.budget = limits;
  if (changed("acceptance")) {
    patch.acceptance = draft.acceptance.split("\n").map((line) => line.trim()).filter(Boolean);
  }
  if (!(Number(draft.quality) >= 0 && Number(draft.quality) <= 10)) errors.quality = "From 0 to 10";
  return { patch, errors };
}
