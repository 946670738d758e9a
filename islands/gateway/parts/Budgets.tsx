/** Budgets, and how much of each is gone. */
import type { JSX } from "preact";
import type { BudgetView } from "../../../lib/gateway/budgets/schema.ts";
import { Badge } from "../../../lib/ui/badge.tsx";
import { formatMoney } from "../../../lib/ui/format.ts";
import { Meter } from "../../../lib/ui/meter.tsx";
import { useGateway } from "../context.ts";

const periodNames = { total: "in all", day: "today", month: "this month" } as const;

export function Budgets(): JSX.Element {
  const { state } = useGateway();
  const budgets = state.data.value.budgets;
  return (
    <section class="panel gateway-budgets" aria-labelledby="panel-budgets">
      <header class="panel-head">
        <h2 id="panel-budgets">Budgets</h2>
      </header>
      {budgets.length === 0
        ? (
          <p class="quiet-text">
            None is set: calls are only bounded by what providers allow. Set one with{" "}
            <code>PUT /api/v1/budgets/workspace/default/month</code>.
          </p>
        )
        : (
          <ul class="plain-list budgets">
            {budgets.map((budget) => (
              <li key={`${budget.scope} ${budget.subject} ${budget.period}`}>
                <One budget={budget} />
              </li>
            ))}
          </ul>
        )}
    </section>
  );
}

function One({ budget }: { readonly budget: BudgetView }): JSX.Element {
  const gone = budget.spentMicros + budget.unsettledMicros;
  const subject = budget.subject === "*" ? `each ${budget.scope}` : budget.subject;
  return (
    <>
      <Meter
        label={`${budget.scope === "workspace" ? "Workspace" : subject} ${
          periodNames[budget.period]
        }`}
        value={gone + budget.heldMicros}
        max={budget.limitMicros}
        text={`${formatMoney(gone)} / ${formatMoney(budget.limitMicros, { short: true })}`}
      />
      <p class="quiet-text">
        {budget.heldMicros > 0 && `${formatMoney(budget.heldMicros)} set aside for calls `}
        {budget.exhaustedAt && <Badge tone="bad">refuses calls</Badge>}
      </p>
    </>
  );
}
