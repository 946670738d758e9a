/** One call at the side: where it went and why, every attempt, and who was passed over. */
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { GatewayCall } from "../../../lib/gateway/ledger/schema.ts";
import type { StoredDecision } from "../../../lib/gateway/routing/schema.ts";
import { Badge } from "../../../lib/ui/badge.tsx";
import { Dialog } from "../../../lib/ui/dialog.tsx";
import { formatCount, formatDuration, formatMoney } from "../../../lib/ui/format.ts";
import { useGateway } from "../context.ts";
import { Status } from "./Calls.tsx";
import { Decision } from "../play/Decision.tsx";

export function CallSheet(): JSX.Element {
  const { state } = useGateway();
  const opened = state.opened.value;
  const id = opened?.kind === "call" ? opened.id : null;
  const { calls, live } = state.data.value;
  const known = [...live, ...calls].find((call) => call.id === id);
  // A call stays open here after it has left the list.
  const [last, setLast] = useState<GatewayCall | undefined>(known);
  useEffect(() => {
    if (known) setLast(known);
  }, [known]);
  const call = known ?? (last?.id === id ? last : undefined);
  return (
    <Dialog
      open={id !== null}
      onClose={() => state.opened.value = null}
      title={call ? call.model || call.requested || "Call" : "Call"}
      description={<code>{id}</code>}
      size="sheet"
    >
      {call && <Body key={call.id} call={call} />}
    </Dialog>
  );
}

function Body({ call }: { readonly call: GatewayCall }): JSX.Element {
  const { actions } = useGateway();
  const [decision, setDecision] = useState<StoredDecision | null>(null);
  useEffect(() => {
    // Kept in batches and not for ever: a call without one still shows its route.
    actions.decision(call.id).then((found) => setDecision(found.decision), () => setDecision(null));
  }, [call.id, call.status]);
  return (
    <div class="call-sheet">
      <dl class="facts">
        <dt>Status</dt>
        <dd>
          <Status call={call} />
        </dd>
        {call.error && (
          <>
            <dt>Error</dt>
            <dd>{call.error.message}</dd>
          </>
        )}
        <dt>Asked for</dt>
        <dd>
          <code>{call.requested || "no model"}</code>
        </dd>
        <dt>Route</dt>
        <dd>{call.route}</dd>
        <dt>Caller</dt>
        <dd>{call.caller.agentId ?? call.caller.id}</dd>
        {call.usage && (
          <>
            <dt>Tokens</dt>
            <dd>
              {`${formatCount(call.usage.inputTokens)} in, ${
                formatCount(call.usage.outputTokens)
              } out${call.usageBy === "counted" ? ", counted here" : ""}`}
            </dd>
          </>
        )}
        {call.costMicros !== undefined && (
          <>
            <dt>Cost</dt>
            <dd>
              {formatMoney(call.costMicros)}
              {call.savedMicros !== undefined && call.savedMicros !== 0 &&
                `, ${formatMoney(call.savedMicros)} saved`}
            </dd>
          </>
        )}
        {call.latencyMs !== undefined && (
          <>
            <dt>Took</dt>
            <dd>
              {formatDuration(call.latencyMs)}
              {call.firstTokenMs !== undefined &&
                `, first token after ${formatDuration(call.firstTokenMs)}`}
              {call.tokensPerSecond !== undefined &&
                `, ${formatCount(Math.round(call.tokensPerSecond))} tokens/s`}
            </dd>
          </>
        )}
      </dl>
      {call.attempts.length > 0 && <Attempts call={call} />}
      {decision && <Decision decision={decision} />}
    </div>
  );
}

function Attempts({ call }: { readonly call: GatewayCall }): JSX.Element {
  return (
    <>
      <h3>Attempts</h3>
      <ol class="plain-list rows">
        {call.attempts.map((attempt) => (
          <li key={`${attempt.startedAt} ${attempt.model}`} class="attempt">
            <Badge tone={attempt.outcome === "ok" ? "ok" : "bad"}>
              {attempt.status ?? attempt.outcome}
            </Badge>
            <code>{attempt.model}</code>
            <span class="quiet-text">
              {`${formatDuration(attempt.durationMs)}, ${formatMoney(attempt.costMicros)}`}
            </span>
            <span class="attempt-why">{attempt.reason}</span>
          </li>
        ))}
      </ol>
    </>
  );
}
