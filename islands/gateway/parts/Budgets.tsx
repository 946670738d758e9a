/** Budgets, and how much of each is gone. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { BudgetView } from "../../../lib/gateway/budgets/schema.ts";
import { Badge } from "../../../lib/ui/badge.tsx";
import { Button } from "../../../lib/ui/button.tsx";
import { formatMoney } from "../../../lib/ui/format.ts";
import { Meter } from "../../../lib/ui/meter.tsx";
import { useGateway } from "../context.ts";
import { BudgetDialog, type BudgetDialogProps } from "./BudgetDialog.tsx";

const periodNames = { total: "in all", day: "today", month: "this month" } as const;

export function Budgets(): JSX.Element {
  const { state } = useGateway();
  const budgets = state.data.value.budgets;
  const [open, setOpen] = useState<BudgetDialogProps["budget"]>(null);
  return (
    <section class="panel gateway-budgets" aria-labelledby="panel-budgets">
      <header class="panel-head">
        <h2 id="panel-budgets">Budgets</h2>
        {state.mayChange && (
          <Button
            size="s"
            variant="quiet"
            class="panel-action"
            onClick={() => setOpen("new")}
          >
            Set
          </Button>
        )}
      </header>
      {budgets.length === 0
        ? (
          <p class="quiet-text">
            None is set: calls are bounded by what providers allow, and by the terms of their runs.
          </p>
        )
        : (
          <ul class="plain-list budgets">
            {budgets.map((budget) => (
              <li key={`${budget.scope} ${budget.subject} ${budget.period}`}>
                <One budget={budget} onOpen={() => setOpen(budget)} />
              </li>
            ))}
          </ul>
        )}
      <BudgetDialog budget={open} onClose={() => setOpen(null)} />
    </section>
  );
}

interface OneProps {
  readonly budget: BudgetView;
  readonly onOpen: () => void;
}

function One({ budget, onOpen }: OneProps): JSX.Element {
  const { state } = useGateway();
  const gone = budget.spentMicros + budget.unsettledMicros;
  const subject = budget.subject === "*" ? `each ${budget.scope}` : budget.subject;
  const name = `${budget.scope === "workspace" ? "Workspace" : subject} ${
    periodNames[budget.period]
  }`;
  return (
    <>
      <Meter
        label={name}
        value={gone + budget.heldMicros}
        max={budget.limitMicros}
        text={`${formatMoney(gone)} / ${formatMoney(budget.limitMicros, { short: true })}`}
      />
      <p class="quiet-text budget-line">
        {budget.heldMicros > 0 && `${formatMoney(budget.heldMicros)} set aside for calls `}
        {budget.exhaustedAt && <Badge tone="bad">refuses calls</Badge>}
        {state.mayChange && (
          <button type="button" class="link-button" aria-label={`Change: ${name}`} onClick={onOpen}>
            Change
          </button>
        )}
      </p>
    </>
  );
}
