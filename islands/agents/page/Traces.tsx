/** Recent traces, each with its steps: what was tried, what came of it, what was learned. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Trace, TraceStep } from "../../../lib/coordination/traces/schema.ts";
import { Badge, type Tone } from "../../../lib/ui/badge.tsx";
import { formatDuration, formatPercent } from "../../../lib/ui/format.ts";
import { Icon } from "../../../lib/ui/icons.tsx";
import { Skeleton } from "../../../lib/ui/states.tsx";
import { StatusDot } from "../../../lib/ui/status.tsx";
import { Ago } from "../../board/team/Ago.tsx";
import { useAgent } from "./context.ts";
import { Panel } from "./Panel.tsx";

export function Traces(): JSX.Element {
  const { state } = useAgent();
  const traces = [...state.data.value.traces.values()];
  return (
    <Panel id="traces" title="Traces" count={traces.length}>
      {traces.length === 0
        ? <p class="quiet-text">It has recorded no work yet</p>
        : (
          <ol class="plain-list traces">
            {traces.map((trace, index) => (
              <TraceRow key={trace.sessionId} trace={trace} open={index === 0} />
            ))}
          </ol>
        )}
    </Panel>
  );
}

function TraceRow({ trace, open: first }: { trace: Trace; open: boolean }): JSX.Element {
  const { state, actions } = useAgent();
  // Decided once: who reads a trace keeps it open when a newer one begins.
  const [open] = useState(first);
  const steps = state.data.value.steps.get(trace.sessionId);
  return (
    <li>
      <details
        open={open}
        onToggle={(event) => {
          if (event.currentTarget.open && !state.data.peek().steps.has(trace.sessionId)) {
            void actions.loadSteps(trace.sessionId);
          }
        }}
      >
        <summary class="trace-head">
          <Icon name="chevronRight" size={12} />
          <StatusDot status={trace.completedAt ? "completed" : "running"} />
          <span class="trace-task" dir="auto" title={trace.task}>{trace.task}</span>
          <span class="trace-facts mono">{traceFacts(trace)}</span>
          <Ago iso={trace.completedAt ?? trace.startedAt} />
        </summary>
        {steps ? <Steps steps={steps} /> : (
          <Skeleton
            label="Loading the steps"
            shape="rows"
            lines={Math.min(6, trace.stepCount)}
          />
        )}
      </details>
    </li>
  );
}

function traceFacts({ stepCount, summary, startedAt, completedAt }: Trace): string {
  const parts = [stepCount === 1 ? "1 step" : `${stepCount} steps`];
  if (summary && summary.deadEnds > 0) parts.push(`${summary.deadEnds} dead ends`);
  if (summary) parts.push(`${formatPercent(summary.efficiency)} efficient`);
  if (completedAt) parts.push(formatDuration(Date.parse(completedAt) - Date.parse(startedAt)));
  return parts.join(" · ");
}

const tones: Readonly<Record<TraceStep["outcome"], Tone>> = {
  found: "ok",
  partial: "neutral",
  nothing: "warn",
  error: "bad",
};

/** The newest last, as they happened. */
function Steps({ steps }: { readonly steps: readonly TraceStep[] }): JSX.Element {
  if (steps.length === 0) return <p class="quiet-text steps-none">No step yet</p>;
  return (
    <ol class="plain-list steps">
      {steps.map((step) => (
        <li key={step.id} class="step">
          <span class="mono step-number">{step.number}</span>
          <span class="mono step-tool" title={step.tool}>{step.tool}</span>
          <div class="step-text" dir="auto">
            {step.intent && <p>{step.intent}</p>}
            {step.knowledgeGained?.map((text) => <p key={text} class="quiet-text">{text}</p>)}
            {step.eliminatedPaths?.map((text) => (
              <p key={text} class="quiet-text">{`not: ${text}`}</p>
            ))}
          </div>
          <span class="step-end">
            {step.contributionType && step.contributionType !== "direct" && (
              <span class="quiet-text">{step.contributionType}</span>
            )}
            <Badge tone={tones[step.outcome]}>{step.outcome}</Badge>
            <span class="mono step-time">
              {step.durationMs === undefined ? "" : formatDuration(step.durationMs)}
            </span>
          </span>
        </li>
      ))}
    </ol>
  );
}
