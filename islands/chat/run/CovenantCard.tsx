/** The agreed terms of the shown run, what is used of them so far, and why the work is done this way. */
import type { ComponentChildren, JSX } from "preact";
import { useState } from "preact/hooks";
import type { Covenant } from "../../../lib/agents/covenant.ts";
import type { RunView } from "../../../lib/engine/schema.ts";
import { Badge, type Tone } from "../../../lib/ui/badge.tsx";
import { Button, IconButton } from "../../../lib/ui/button.tsx";
import { Card, CardSection, Disclosure } from "../../../lib/ui/card.tsx";
import { formatDuration, formatMoney } from "../../../lib/ui/format.ts";
import { Meter } from "../../../lib/ui/meter.tsx";
import { useChat } from "../context.ts";
import { CovenantDialog } from "./CovenantDialog.tsx";
import { scoreOf, workedMs } from "../figures.ts";
import { isTerminal, openApprovals } from "../state.ts";

/** The engine's own cap where the terms set none. */
const MAX_STEPS = 1_000;

export function CovenantCard({ view }: { view: RunView }): JSX.Element {
  const { covenant, run } = view;
  const [editing, setEditing] = useState(false);
  const editable = !isTerminal(run);
  return (
    <Card
      class="covenant"
      title="Covenant"
      aside={
        <>
          <Badge tone={tones[covenant.status]}>{labels[covenant.status]}</Badge>
          <Badge>{covenant.mode}</Badge>
        </>
      }
      actions={editable
        ? <IconButton size="s" icon="edit" label="Edit terms" onClick={() => setEditing(true)} />
        : undefined}
    >
      <Intent text={covenant.intent} />
      <Meters view={view} />
      <Why covenant={covenant} />
      <More covenant={covenant} />
      <Accept view={view} />
      <CovenantDialog view={view} open={editing} onClose={() => setEditing(false)} />
    </Card>
  );
}

const tones: Record<Covenant["status"], Tone> = {
  draft: "warn",
  active: "accent",
  completed: "ok",
  broken: "bad",
  canceled: "neutral",
};

const labels: Record<Covenant["status"], string> = {
  draft: "Draft",
  active: "Active",
  completed: "Completed",
  broken: "Broken",
  canceled: "Canceled",
};

const LONG_INTENT = 220;

function Intent({ text }: { text: string }): JSX.Element {
  const [open, setOpen] = useState(false);
  const long = text.length > LONG_INTENT;
  return (
    <p class="covenant-intent" dir="auto">
      {long && !open ? `${text.slice(0, LONG_INTENT).trimEnd()}… ` : `${text} `}
      {long && (
        <button
          type="button"
          class="link-button"
          aria-expanded={open}
          onClick={() => setOpen(!open)}
        >
          {open ? "less" : "more"}
        </button>
      )}
    </p>
  );
}

function Meters({ view }: { view: RunView }): JSX.Element {
  const { covenant, run } = view;
  const { budget, constraints, used } = covenant;
  const costLimit = budget.costMicros ?? constraints.costMicros;
  const score = scoreOf(view);
  const steps = budget.spawns ?? MAX_STEPS;
  return (
    <CardSection class="meters">
      <Meter
        label="Cost"
        kind={budget.costMicros === undefined ? "target" : "limit"}
        value={used.costMicros}
        max={costLimit}
        text={`${formatMoney(used.costMicros)} / ${formatMoney(costLimit, { short: true })}`}
      />
      <TimeMeter view={view} />
      {budget.tokens !== undefined && (
        <Meter
          label="Tokens"
          value={used.tokens}
          max={budget.tokens}
          text={`${used.tokens} / ${budget.tokens}`}
        />
      )}
      <Meter
        label="Quality"
        kind="goal"
        value={score ?? 0}
        max={constraints.quality}
        text={score === undefined
          ? `${isTerminal(run) ? "not judged" : "not yet"} / ${constraints.quality}`
          : `${score} / ${constraints.quality}`}
      />
      <Meter
        label="Steps"
        kind={budget.spawns === undefined ? "plain" : "limit"}
        value={used.spawns}
        max={steps}
        text={`${used.spawns} / ${steps}`}
      />
    </CardSection>
  );
}

function TimeMeter({ view }: { view: RunView }): JSX.Element {
  const { state } = useChat();
  const { budget, constraints } = view.covenant;
  const now = view.run.status === "running" ? state.nowMs.value : 0;
  const limit = budget.timeMs ?? constraints.latencyMs;
  const worked = workedMs(view, now);
  return (
    <Meter
      label="Time"
      kind={budget.timeMs === undefined ? "target" : "limit"}
      value={worked}
      max={limit}
      text={`${formatDuration(worked)} / ${formatDuration(limit)}`}
    />
  );
}

function Why({ covenant }: { covenant: Covenant }): JSX.Element | null {
  const { decision, complexity } = covenant;
  if (!decision) return null;
  return (
    <CardSection class="covenant-why">
      <p dir="auto">
        <strong>{decision.kind === "delegate" ? "Delegated." : "Answered directly."}</strong>{" "}
        {decision.reason}
      </p>
      {complexity && complexity.features.length > 0 && (
        <Disclosure summary={`Complexity ${complexity.score.toFixed(2)}`}>
          <dl class="features">
            {complexity.features.map((feature) => (
              <div key={feature.name}>
                <dt>{feature.name}</dt>
                <dd class="figure">
                  {feature.weight >= 0 ? "+" : "−"}
                  {Math.abs(feature.weight).toFixed(2)}
                </dd>
                <dd>{feature.reason}</dd>
              </div>
            ))}
          </dl>
        </Disclosure>
      )}
    </CardSection>
  );
}

function More({ covenant }: { covenant: Covenant }): JSX.Element | null {
  const { plan, acceptance, scope, broken } = covenant;
  if (plan.length + acceptance.length + scope.in.length + scope.out.length === 0 && !broken) {
    return null;
  }
  return (
    <CardSection class="covenant-more">
      {broken && (
        <p class="covenant-broken">
          <strong>Broken: {broken.clause}.</strong> {broken.evidence}
        </p>
      )}
      {plan.length > 0 && (
        <Disclosure summary={`Plan · ${plan.length} ${plan.length === 1 ? "part" : "parts"}`}>
          <ol class="plan">
            {plan.map((item) => (
              <li key={item.id}>
                {item.title}{" "}
                <small>
                  {item.agent}
                  {item.dependsOn.length > 0 && `, after ${item.dependsOn.join(", ")}`}
                </small>
              </li>
            ))}
          </ol>
        </Disclosure>
      )}
      <ListDisclosure title="Acceptance" items={acceptance} />
      <ListDisclosure title="In scope" items={scope.in} />
      <ListDisclosure title="Out of scope" items={scope.out} />
    </CardSection>
  );
}

function ListDisclosure(
  { title, items }: { title: string; items: readonly string[] },
): JSX.Element | null {
  if (items.length === 0) return null;
  return (
    <Disclosure summary={`${title} · ${items.length}`}>
      <ul class="plan">{items.map((item) => <li key={item}>{item}</li>)}</ul>
    </Disclosure>
  );
}

/** A draft waits for its person here as well as in the conversation. */
function Accept({ view }: { view: RunView }): ComponentChildren {
  const { actions } = useChat();
  const [busy, setBusy] = useState(false);
  const asked = openApprovals(view).find((approval) => approval.kind === "covenant");
  if (!asked) return null;
  async function accept(): Promise<void> {
    setBusy(true);
    await actions.accept(asked!);
    setBusy(false);
  }
  return (
    <CardSection class="covenant-accept">
      <Button busy={busy} onClick={accept}>Accept terms</Button>
      <span>Nothing is done before you accept.</span>
    </CardSection>
  );
}

export interface Term {
  readonly name: string;
  readonly text: string;
}

/** The terms in short, for a question about them. */
export function formatTerms(covenant: Covenant): Term[] {
  const { constraints, budget } = covenant;
  const limits = [
    budget.costMicros !== undefined && `${formatMoney(budget.costMicros, { short: true })}`,
    budget.tokens !== undefined && `${budget.tokens} tokens`,
    budget.timeMs !== undefined && formatDuration(budget.timeMs),
    budget.spawns !== undefined && `${budget.spawns} steps`,
  ].filter(Boolean);
  const targets = [
    formatMoney(constraints.costMicros, { short: true }),
    formatDuration(constraints.latencyMs),
    `quality ${constraints.quality} of 10`,
  ];
  return [
    { name: "Intent", text: covenant.intent },
    { name: "Target", text: targets.join(" · ") },
    { name: "Limits", text: limits.length > 0 ? limits.join(" · ") : "none beyond the targets" },
    ...named("Accepted if", covenant.acceptance),
    ...named("Plan", covenant.plan.map((item) => item.title)),
  ];
}

function named(name: string, lines: readonly string[]): Term[] {
  return lines.map((text, index) => ({ name: index === 0 ? name : "", text }));
}
