/** The steps over time: how long each waited to start, how long it worked, what ran side by side. */
import type { JSX } from "preact";
import type { RunView, Step } from "../../../lib/engine/schema.ts";
import { formatDuration } from "../../../lib/ui/format.ts";
import { StatusDot } from "../../../lib/ui/status.tsx";
import { useChat } from "../context.ts";
import { queuedMs, shownSteps, stepMs } from "../figures.ts";
import { isTerminal } from "../state.ts";

/** Beyond this many the chart says nothing any more; the tree holds them all. */
const MOST_ROWS = 500;

export function Timeline({ view }: { view: RunView }): JSX.Element {
  const { state } = useChat();
  const now = isTerminal(view.run)
    ? Date.parse(view.run.completedAt ?? view.run.createdAt)
    : state.nowMs.value;
  const steps = shownSteps(view);
  const start = Math.min(
    ...steps.map((step) => Date.parse(step.queuedAt)),
    Date.parse(view.run.createdAt),
  );
  const span = Math.max(1, now - start);
  const share = (ms: number) => `${(100 * Math.max(0, Math.min(1, ms / span))).toFixed(2)}%`;
  return (
    <div class="timeline">
      <div class="timeline-scale" aria-hidden="true">
        <span>0</span>
        <span>{formatDuration(span / 2)}</span>
        <span>{formatDuration(span)}</span>
      </div>
      <ul>
        {steps.slice(0, MOST_ROWS).map((step) => (
          <li key={step.id} class="timeline-row" data-status={step.status}>
            <StatusDot status={step.status} />
            <span class="timeline-name">{step.title}</span>
            <svg class="timeline-bar" width="100%" height="12" aria-hidden="true">
              <rect
                class="timeline-wait"
                x={share(Date.parse(step.queuedAt) - start)}
                width={share(queuedMs(step, now))}
                y="5"
                height="2"
              />
              {step.startedAt && (
                <rect
                  class="timeline-work"
                  x={share(Date.parse(step.startedAt) - start)}
                  width={share(stepMs(step, now) ?? 0)}
                  height="12"
                  rx="3"
                />
              )}
            </svg>
            <span class="visually-hidden">{describe(step, start, now)}</span>
          </li>
        ))}
      </ul>
      {steps.length > MOST_ROWS && (
        <p class="detail-facts">The first {MOST_ROWS} of {steps.length} steps.</p>
      )}
    </div>
  );
}

function describe(step: Step, start: number, now: number): string {
  if (!step.startedAt) return `not started, queued for ${formatDuration(queuedMs(step, now))}`;
  const began = formatDuration(Date.parse(step.startedAt) - start);
  return `began after ${began}, worked ${formatDuration(stepMs(step, now) ?? 0)}`;
}
