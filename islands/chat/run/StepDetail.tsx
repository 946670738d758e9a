/** Everything known of one step: what it thought and did, what it said, what it touched, what may be done with it. */
import type { ComponentChildren, JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Effect, RunView, Step } from "../../../lib/engine/schema.ts";
import { Badge, type Tone } from "../../../lib/ui/badge.tsx";
import { Disclosure } from "../../../lib/ui/card.tsx";
import { formatCount, formatDuration, formatMoney } from "../../../lib/ui/format.ts";
import { ErrorState, Skeleton } from "../../../lib/ui/states.tsx";
import { Button } from "../../../lib/ui/button.tsx";
import type { Json } from "../../../lib/kernel/core/json.ts";
import { api } from "../../_runtime/api.ts";
import { type Problem, toProblem } from "../../_runtime/problem.ts";
import { queuedMs } from "../figures.ts";
import { CopyButton } from "../log/CopyButton.tsx";
import { Markdown } from "../log/Markdown.tsx";
import { outputText } from "../state.ts";
import { StepControls } from "./StepControls.tsx";

/** A wait shorter than this is not worth a word. */
const QUEUE_WORTH_MS = 50;

export function StepDetail({ step, view }: { step: Step; view: RunView }): JSX.Element {
  const output = step.output === undefined ? step.text : outputText(step.output as Json);
  return (
    <div class="detail">
      {step.error && (
        <p class="detail-error">
          <strong>{step.error.message}</strong> <code>{step.error.code}</code>
        </p>
      )}
      <Facts step={step} />
      <Part title="Thoughts" count={step.thoughts.length}>
        {step.thoughts.map((line, index) => <p key={index} dir="auto">{line.text}</p>)}
      </Part>
      <Part title="Actions" count={step.actions.length}>
        {step.actions.map((line, index) => (
          <div key={index} class="detail-action">
            <time dateTime={line.at}>{offset(step, line.at)}</time>
            <span dir="auto">{line.text}</span>
          </div>
        ))}
      </Part>
      <Part
        title="Output"
        count={output.length}
        aside={<CopyButton text={output} label="Copy output" />}
      >
        <div class="detail-output" dir="auto" tabIndex={0} role="group" aria-label="Output">
          <Markdown text={output} streaming={step.status === "running"} />
        </div>
      </Part>
      <Effects step={step} />
      <StepControls step={step} view={view} />
    </div>
  );
}

interface PartProps {
  readonly title: string;
  readonly count: number;
  readonly aside?: ComponentChildren;
  readonly children: ComponentChildren;
}

function Part({ title, count, aside, children }: PartProps): JSX.Element | null {
  if (count === 0) return null;
  return (
    <section class="detail-part">
      <header>
        <h3>{title}</h3>
        {aside}
      </header>
      {children}
    </section>
  );
}

function Facts({ step }: { step: Step }): JSX.Element {
  const waited = step.startedAt ? queuedMs(step, 0) : 0;
  const { inputTokens, outputTokens } = step.usage;
  const facts = [
    step.role,
    step.model,
    inputTokens + outputTokens > 0 &&
    `${formatCount(inputTokens)} in, ${formatCount(outputTokens)} out`,
    step.costMicros > 0 && formatMoney(step.costMicros),
    step.attempt > 1 && `attempt ${step.attempt}`,
    waited >= QUEUE_WORTH_MS && `waited ${formatDuration(waited)} to start`,
    step.dependsOn.length > 0 && `after ${step.dependsOn.join(", ")}`,
  ].filter(Boolean);
  return <p class="detail-facts">{facts.join(" · ")}</p>;
}

function offset(step: Step, at: string): string {
  const from = Date.parse(step.startedAt ?? step.queuedAt);
  return `+${(Math.max(0, Date.parse(at) - from) / 1_000).toFixed(1)} s`;
}

/** Asked for when opened; again when the step has ended since. */
function Effects({ step }: { step: Step }): JSX.Element {
  const [open, setOpen] = useState(false);
  const [effects, setEffects] = useState<readonly Effect[] | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [asked, setAsked] = useState(0);
  useEffect(() => {
    if (!open) return;
    let wanted = true;
    api.effects(step.runId, step.id).then(
      (page) => wanted && (setEffects(page.items), setProblem(null)),
      (error) => wanted && setProblem(toProblem(error)),
    );
    return () => {
      wanted = false;
    };
  }, [open, asked, step.id, step.status]);
  return (
    <Disclosure class="detail-effects" summary="Effects" open={open} onToggle={setOpen}>
      {problem
        ? (
          <ErrorState
            compact
            title={problem.title}
            code={problem.requestId}
            actions={<Button size="s" onClick={() => setAsked(asked + 1)}>Try again</Button>}
          >
            {problem.detail}
          </ErrorState>
        )
        : effects === null
        ? <Skeleton label="Loading effects" lines={2} shape="rows" />
        : effects.length === 0
        ? <p class="detail-facts">None recorded yet.</p>
        : effects.map((effect) => <EffectRow key={effect.id} effect={effect} />)}
    </Disclosure>
  );
}

const effectTones: Record<Effect["status"], Tone> = {
  intended: "accent",
  done: "ok",
  failed: "bad",
  outcome_unknown: "warn",
};

function EffectRow({ effect }: { effect: Effect }): JSX.Element {
  const took = effect.completedAt
    ? Date.parse(effect.completedAt) - Date.parse(effect.startedAt)
    : undefined;
  return (
    <div class="effect">
      <span class="effect-kind">{effect.kind}</span>
      <span class="effect-name">{effect.name}</span>
      <Badge tone={effectTones[effect.status]}>{effect.status.replace("_", " ")}</Badge>
      <span class="effect-figures">
        {[
          effect.attempts > 1 && `${effect.attempts} attempts`,
          took !== undefined && formatDuration(took),
          effect.costMicros > 0 && formatMoney(effect.costMicros),
        ].filter(Boolean).join(" · ")}
      </span>
      {effect.error && <span class="effect-error">{effect.error.message}</span>}
    </div>
  );
}
