/** Agents that are stuck and said so by what they did: first on the board, because a person can help. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Escalation } from "../../../lib/coordination/traces/schema.ts";
import { Badge } from "../../../lib/ui/badge.tsx";
import { Button } from "../../../lib/ui/button.tsx";
import { formatCount } from "../../../lib/ui/format.ts";
import { useBoard } from "../context.ts";
import { Ago } from "./Ago.tsx";
import { ResolveDialog } from "./ResolveDialog.tsx";

/** More would push everybody else out of sight. */
const SHOWN = 3;

export function Escalations(): JSX.Element | null {
  const { state, actions } = useBoard();
  const [all, setAll] = useState(false);
  const [asked, setAsked] = useState<Escalation | null>(null);
  const open = [...state.data.value.escalations.values()].sort((a, b) =>
    b.highestLevel - a.highestLevel || (a.triggeredAt < b.triggeredAt ? -1 : 1)
  );
  // Without any there is nothing to say: it is no part of the day's work.
  if (open.length === 0) return null;
  return (
    <section class="side-section escalations" aria-labelledby="side-escalations">
      <h2 id="side-escalations">
        Needs help <span class="count">{formatCount(open.length)}</span>
      </h2>
      <ul>
        {open.slice(0, all ? undefined : SHOWN).map((escalation) => (
          <EscalationRow
            key={escalation.id}
            escalation={escalation}
            onResolve={state.mayWrite ? () => setAsked(escalation) : undefined}
          />
        ))}
      </ul>
      {open.length > SHOWN && (
        <Button
          size="s"
          variant="quiet"
          aria-expanded={all}
          onClick={() => setAll(!all)}
        >
          {all ? "Show fewer" : `Show ${formatCount(open.length - SHOWN)} more`}
        </Button>
      )}
      <ResolveDialog
        escalation={asked}
        onClose={() => setAsked(null)}
        onResolve={(hint) => actions.resolve(asked!, hint)}
      />
    </section>
  );
}

export interface EscalationRowProps {
  readonly escalation: Escalation;
  readonly onResolve: (() => void) | undefined;
  /** Its agent's own page needs no name. */
  readonly own?: boolean;
}

export function EscalationRow({ escalation, onResolve, own }: EscalationRowProps): JSX.Element {
  const { agentId, triggers, highestLevel, task, recommendation, triggeredAt } = escalation;
  return (
    <li class="escalation" data-tone={highestLevel > 1 ? "bad" : "warn"}>
      <div class="escalation-head">
        {!own && <a href={`/agents/${encodeURIComponent(agentId)}`} title={agentId}>{agentId}</a>}
        <Badge tone={highestLevel > 1 ? "bad" : "warn"}>level {highestLevel}</Badge>
        {onResolve && <Button size="s" onClick={onResolve}>Resolve</Button>}
      </div>
      <p title={task} class="escalation-why">
        {triggers.map((trigger) => trigger.reason).join(" · ")}
      </p>
      <p class="escalation-task" title={recommendation}>
        <Ago iso={triggeredAt} /> · {task}
      </p>
    </li>
  );
}
