/** What comes first on an agent's page: where it is stuck, and what would help it most. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Escalation } from "../../../lib/coordination/traces/schema.ts";
import { Ago } from "../../board/team/Ago.tsx";
import { nameOf } from "../../board/team/Avatar.tsx";
import { EscalationRow } from "../../board/team/Escalations.tsx";
import { ResolveDialog } from "../../board/team/ResolveDialog.tsx";
import { Priority } from "../../board/tasks/Card.tsx";
import { Panel } from "./Panel.tsx";
import { useAgent } from "./context.ts";
import { holdingsOf } from "./state.ts";

export function Help(): JSX.Element | null {
  const { state, actions } = useAgent();
  const [asked, setAsked] = useState<Escalation | null>(null);
  const { escalations } = holdingsOf(state.data.value, state.agentId);
  return (
    <>
      {escalations.length > 0 && (
        <Panel id="help" title="Needs help" count={escalations.length}>
          <ul class="plain-list">
            {escalations.map((escalation) => (
              <EscalationRow
                key={escalation.id}
                escalation={escalation}
                own
                onResolve={state.mayWrite ? () => setAsked(escalation) : undefined}
              />
            ))}
          </ul>
        </Panel>
      )}
      <ResolveDialog
        escalation={asked}
        onClose={() => setAsked(null)}
        onResolve={(hint) => actions.resolve(asked!, hint)}
      />
    </>
  );
}

export function Coaching(): JSX.Element | null {
  const { state } = useAgent();
  const suggestions = state.data.value.dashboard?.suggestions ?? [];
  if (suggestions.length === 0) return null;
  return (
    <Panel id="coaching" title="Coaching">
      <ul class="plain-list advice">
        {suggestions.map((suggestion) => (
          <li key={suggestion.action + suggestion.reason}>
            <Priority priority={suggestion.priority} />
            <div>
              <p>{spoken(suggestion.action)}</p>
              <p class="quiet-text">{suggestion.reason}</p>
            </div>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

/** "send-heartbeat" → "Send heartbeat". */
function spoken(action: string): string {
  const words = action.replaceAll("-", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** How it was helped before: what worked is worth reading. */
export function PastHelp(): JSX.Element | null {
  const { state } = useAgent();
  const { resolved } = state.data.value;
  if (resolved.length === 0) return null;
  return (
    <Panel id="past-help" title="Escalations resolved" count={resolved.length}>
      <ul class="plain-list rows">
        {resolved.map((escalation) => (
          <li key={escalation.id}>
            <p>{escalation.triggers.map((trigger) => trigger.reason).join(" · ")}</p>
            <p class="quiet-text">
              {`by ${
                escalation.resolverAgent ? nameOf(escalation.resolverAgent) : whoHelped(escalation)
              }, `}
              <Ago iso={escalation.resolvedAt ?? escalation.triggeredAt} />
            </p>
            {escalation.helpfulHint && <p class="hint-text" dir="auto">{escalation.helpfulHint}</p>}
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function whoHelped({ resolvedBy }: Escalation): string {
  if (resolvedBy === "human") return "a person";
  return resolvedBy === "peer" ? "another agent" : "itself";
}
