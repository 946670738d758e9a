/** Sets a budget, changes its limit, or takes it away. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { BudgetPeriod, BudgetScope, BudgetView } from "../../../lib/gateway/budgets/schema.ts";
import { Button } from "../../../lib/ui/button.tsx";
import { Dialog } from "../../../lib/ui/dialog.tsx";
import { Field, Input, Select } from "../../../lib/ui/field.tsx";
import { Notice } from "../../../lib/ui/states.tsx";
import { useUid } from "../../../lib/ui/uid.ts";
import { type Problem, toProblem } from "../../_runtime/problem.ts";
import { useGateway } from "../context.ts";

const MICROS = 1_000_000;

export interface BudgetDialogProps {
  /** `new` for one that does not exist yet; null: closed. */
  readonly budget: BudgetView | "new" | null;
  readonly onClose: () => void;
}

export function BudgetDialog({ budget, onClose }: BudgetDialogProps): JSX.Element {
  const id = useUid();
  const known = budget === "new" ? null : budget;
  return (
    <Dialog
      open={budget !== null}
      onClose={onClose}
      title={known ? "Change the budget" : "Set a budget"}
      description="A call that could cost more than what is left is refused before any money is spent."
      size="s"
      footer={<Footer formId={id} budget={known} onClose={onClose} />}
    >
      {budget && <Form id={id} budget={known} onDone={onClose} />}
    </Dialog>
  );
}

interface FormProps {
  readonly id: string;
  readonly budget: BudgetView | null;
  readonly onDone: () => void;
}

const scopes: readonly { value: BudgetScope; label: string }[] = [
  { value: "workspace", label: "The workspace" },
  { value: "key", label: "An API key" },
  { value: "agent", label: "An agent" },
  { value: "session", label: "A session" },
];
const periods: readonly { value: BudgetPeriod; label: string }[] = [
  { value: "day", label: "Each day, UTC" },
  { value: "month", label: "Each month, UTC" },
  { value: "total", label: "In all" },
];

// deno-lint-ignore muster/function-size -- one form and what sends it
function Form({ id, budget, onDone }: FormProps): JSX.Element {
  const { state, actions } = useGateway();
  const [scope, setScope] = useState<BudgetScope>(budget?.scope ?? "workspace");
  const [subject, setSubject] = useState(budget?.subject ?? "*");
  const [period, setPeriod] = useState<BudgetPeriod>(budget?.period ?? "month");
  const [dollars, setDollars] = useState(budget ? String(budget.limitMicros / MICROS) : "");
  const [problem, setProblem] = useState<Problem | null>(null);
  async function save(): Promise<void> {
    const amount = Number(dollars.replace(",", "."));
    if (dollars.trim() === "" || !(amount >= 0)) {
      return setProblem({ ...noAmount, detail: "Say how many dollars, such as 5 or 0.50" });
    }
    try {
      const of = scope === "workspace" ? state.data.peek().workspaceId : subject.trim();
      await actions.setBudget([budget?.scope ?? scope, budget?.subject ?? of, period], {
        limitMicros: Math.round(amount * MICROS),
      });
      onDone();
    } catch (error) {
      setProblem(toProblem(error));
    }
  }
  return (
    <form
      id={id}
      class="stack-form"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      {problem && <Notice tone="bad">{problem.detail}</Notice>}
      {!budget && (
        <>
          <Field label="For">
            {(control) => (
              <Select
                {...control}
                value={scope}
                options={scopes}
                onChange={(event) => setScope(event.currentTarget.value as BudgetScope)}
              />
            )}
          </Field>
          {scope !== "workspace" && (
            <Field label="Its id" hint="* is for each that has no budget of its own">
              {(control) => (
                <Input
                  {...control}
                  value={subject}
                  onInput={(event) => setSubject(event.currentTarget.value)}
                />
              )}
            </Field>
          )}
          <Field label="How long it lasts">
            {(control) => (
              <Select
                {...control}
                value={period}
                options={periods}
                onChange={(event) => setPeriod(event.currentTarget.value as BudgetPeriod)}
              />
            )}
          </Field>
        </>
      )}
      <Field label="Dollars" required>
        {(control) => (
          <Input
            {...control}
            autofocus
            inputMode="decimal"
            value={dollars}
            onInput={(event) => setDollars(event.currentTarget.value)}
          />
        )}
      </Field>
    </form>
  );
}

const noAmount = { status: 400, code: "invalid_input", title: "Invalid input" } as const;

interface FooterProps {
  readonly formId: string;
  readonly budget: BudgetView | null;
  readonly onClose: () => void;
}

function Footer({ formId, budget, onClose }: FooterProps): JSX.Element {
  const { actions } = useGateway();
  const [busy, setBusy] = useState(false);
  async function remove({ scope, subject, period }: BudgetView): Promise<void> {
    setBusy(true);
    if (await actions.removeBudget([scope, subject, period])) onClose();
    setBusy(false);
  }
  return (
    <>
      {budget && (
        <Button
          class="footer-start"
          variant="danger"
          busy={busy}
          onClick={() => remove(budget)}
        >
          Remove
        </Button>
      )}
      <Button onClick={onClose}>Cancel</Button>
      <Button variant="primary" type="submit" form={formId}>
        {budget ? "Save" : "Set budget"}
      </Button>
    </>
  );
}
