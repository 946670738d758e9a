/** The terms the next message goes out with: how much is asked, how much may be spent, which model. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { Button } from "../../../lib/ui/button.tsx";
import { Dialog } from "../../../lib/ui/dialog.tsx";
import { Field, Input } from "../../../lib/ui/field.tsx";
import { formatMoney } from "../../../lib/ui/format.ts";
import { Menu, type MenuItem } from "../../../lib/ui/menu.tsx";
import type { Terms } from "./settings.ts";
import type { ModelChoice } from "../state.ts";

export interface TermsBarProps {
  readonly terms: Terms;
  readonly models: readonly ModelChoice[];
  readonly onChange: (terms: Terms) => void;
}

const modes: readonly {
  readonly mode: Terms["mode"];
  readonly label: string;
  readonly about: string;
}[] = [
  { mode: "auto", label: "Auto", about: "Auto – asks only where a rule says so" },
  {
    mode: "strict",
    label: "Strict",
    about: "Strict – you accept the terms and every change to the world",
  },
  { mode: "dry-run", label: "Dry run", about: "Dry run – plans and estimates, does nothing" },
];

const budgets = [10_000, 50_000, 250_000, 1_000_000] as const;
const MICROS = 1_000_000;

export function TermsBar({ terms, models, onChange }: TermsBarProps): JSX.Element {
  const [asking, setAsking] = useState(false);
  const set = (change: Partial<Terms>) => onChange({ ...terms, ...change });
  const limit = terms.budgetMicros;
  return (
    <>
      <Choice
        label="Mode"
        value={modes.find((entry) => entry.mode === terms.mode)!.label}
        items={modes.map(({ mode, about }) => ({
          id: mode,
          label: about,
          checked: terms.mode === mode,
          onSelect: () => set({ mode }),
        }))}
      />
      <Choice
        label="Limit"
        value={limit === null ? "No limit" : `Limit ${formatMoney(limit, { short: true })}`}
        items={limitItems(limit, (budgetMicros) => set({ budgetMicros }), () => setAsking(true))}
      />
      {models.length > 1 && (
        <Choice
          label="Model"
          value={terms.model ?? models[0]!.id}
          items={modelItems(models, terms.model, (model) => set({ model }))}
        />
      )}
      <BudgetDialog
        open={asking}
        initial={limit}
        onClose={() => setAsking(false)}
        onSet={(budgetMicros) => set({ budgetMicros })}
      />
    </>
  );
}

function limitItems(
  limit: number | null,
  set: (micros: number | null) => void,
  onOther: () => void,
): MenuItem[] {
  const custom = limit !== null && !budgets.some((known) => known === limit);
  return [
    { id: "none", label: "No limit", checked: limit === null, onSelect: () => set(null) },
    ...budgets.map((micros) => ({
      id: String(micros),
      label: `At most ${formatMoney(micros, { short: true })}`,
      checked: limit === micros,
      onSelect: () => set(micros),
    })),
    {
      id: "other",
      label: custom ? `At most ${formatMoney(limit, { short: true })} …` : "Another amount …",
      checked: custom,
      separated: true,
      onSelect: onOther,
    },
  ];
}

function modelItems(
  models: readonly ModelChoice[],
  chosen: string | null,
  set: (model: string | null) => void,
): MenuItem[] {
  return [
    {
      id: "default",
      label: `Default (${models[0]!.id})`,
      checked: chosen === null,
      onSelect: () => set(null),
    },
    ...models.map((model) => ({
      id: model.id,
      label: model.demonstration ? `${model.id} – demonstration` : model.id,
      checked: chosen === model.id,
      onSelect: () => set(model.id),
    })),
  ];
}

interface ChoiceProps {
  readonly label: string;
  readonly value: string;
  readonly items: readonly MenuItem[];
}

function Choice({ label, value, items }: ChoiceProps): JSX.Element {
  return (
    <Menu
      side="top"
      items={items}
      trigger={(trigger) => (
        <Button {...trigger} size="s" class="terms-chip">
          <span class="visually-hidden">{label}:</span>
          {value}
        </Button>
      )}
    />
  );
}

interface BudgetDialogProps {
  readonly open: boolean;
  readonly initial: number | null;
  readonly onClose: () => void;
  readonly onSet: (micros: number) => void;
}

function BudgetDialog({ open, initial, onClose, onSet }: BudgetDialogProps): JSX.Element {
  const [text, setText] = useState(initial === null ? "" : String(initial / MICROS));
  const [error, setError] = useState<string>();
  function save(event: Event): void {
    event.preventDefault();
    const dollars = Number(text.replace(",", ".").replace("$", ""));
    if (text.trim() === "" || !Number.isFinite(dollars) || dollars < 0) {
      setError(`"${text}" is not an amount; write it like 0.05`);
      return;
    }
    onSet(Math.round(dollars * MICROS));
    onClose();
  }
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title="Limit"
      size="s"
      description="A run that reaches it ends, and says so."
    >
      <form class="terms" onSubmit={save} noValidate>
        <Field label="At most, in dollars" error={error}>
          {(control) => (
            <Input
              {...control}
              inputMode="decimal"
              autocomplete="off"
              autofocus
              value={text}
              onInput={(event) => setText(event.currentTarget.value)}
            />
          )}
        </Field>
        <div class="terms-actions">
          <Button onClick={onClose}>Keep as is</Button>
          <Button type="submit" variant="primary">Set limit</Button>
        </div>
      </form>
    </Dialog>
  );
}
