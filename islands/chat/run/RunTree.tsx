/** The steps of the shown run as a tree that fills while they work. */
import type { JSX } from "preact";
import { useMemo, useState } from "preact/hooks";
import type { RunView, Step } from "../../../lib/engine/schema.ts";
import { formatDuration, formatMoney } from "../../../lib/ui/format.ts";
import { Progress } from "../../../lib/ui/meter.tsx";
import { StatusDot } from "../../../lib/ui/status.tsx";
import { Tree } from "../../../lib/ui/tree.tsx";
import type { TreeNode } from "../../../lib/ui/tree_model.ts";
import { useChat } from "../context.ts";
import { stepMs } from "../figures.ts";
import { StepDetail } from "./StepDetail.tsx";

interface StepNode extends TreeNode {
  readonly step: Step;
  /** As shown: a parent whose children work is at work. */
  readonly status: Step["status"];
  /** Where it is not the one most steps use. */
  readonly model: string | undefined;
  readonly parent: boolean;
  /** A parent opened by hand shows its own detail above its children. */
  readonly detailed: boolean;
}

export function RunTree({ view }: { view: RunView }): JSX.Element {
  const [toggled, setToggled] = useState<ReadonlyMap<string, boolean>>(new Map());
  const [selected, setSelected] = useState<string | undefined>();
  const nodes = useMemo(() => toNodes(view.steps, toggled), [view.steps, toggled]);
  const expanded = useMemo(() => expandedIds(nodes, toggled), [nodes, toggled]);
  return (
    <Tree
      label="Steps"
      nodes={nodes}
      expanded={expanded}
      selected={selected}
      onSelect={setSelected}
      onToggle={(id, open) => setToggled(new Map(toggled).set(id, open))}
      hasDetail={(node) => !node.parent || node.detailed}
      renderRow={(node) => <StepRow node={node} />}
      renderDetail={(node) => <StepDetail step={node.step} view={view} />}
    />
  );
}

/** The root is the run itself and stands above the tree, unless it works alone. */
function toNodes(steps: readonly Step[], toggled: ReadonlyMap<string, boolean>): StepNode[] {
  const parents = new Set(steps.map((step) => step.parentId));
  const alone = steps.length === 1;
  const usual = usualModel(steps);
  const busy = parentsAtWork(steps);
  return steps.filter((step) => alone || step.parentId !== undefined).map((step) => ({
    id: step.id,
    parentId: step.parentId,
    label: step.title,
    step,
    status: busy.has(step.id) && step.status === "waiting" ? "running" : step.status,
    model: step.model === usual ? undefined : step.model,
    parent: parents.has(step.id),
    detailed: toggled.get(step.id) === true,
  }));
}

/** Parents stand open until they are closed by hand; what was taken back stays closed. */
function expandedIds(
  nodes: readonly StepNode[],
  toggled: ReadonlyMap<string, boolean>,
): Set<string> {
  const open = new Set<string>();
  for (const node of nodes) {
    const byDefault = node.parent && node.step.status !== "superseded";
    if (toggled.get(node.id) ?? byDefault) open.add(node.id);
  }
  return open;
}

/** What most steps were done by says nothing in each row. */
function usualModel(steps: readonly Step[]): string | undefined {
  const counts = new Map<string, number>();
  for (const { model } of steps) if (model) counts.set(model, (counts.get(model) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0];
}

/** Steps that wait only for work below them: that is working, not waiting for anybody. */
function parentsAtWork(steps: readonly Step[]): Set<string> {
  const busy = new Set<string>();
  for (const step of steps.toReversed()) {
    const works = step.status === "running" || step.status === "queued" || busy.has(step.id);
    if (works && step.parentId) busy.add(step.parentId);
  }
  return busy;
}

function StepRow({ node }: { node: StepNode }): JSX.Element {
  const { step, status } = node;
  const idle = status === "pending" || status === "queued";
  const gone = status === "superseded" || status === "canceled";
  return (
    <>
      <StatusDot status={status} />{" "}
      <span class="tree-label" data-quiet={idle || gone ? "" : undefined}>
        {step.title} <small>{subtitle(node)}</small>
      </span>{" "}
      <StepTime step={step} />{" "}
      <span class="tree-figure step-cost">
        {step.costMicros > 0 ? formatMoney(step.costMicros) : ""}
      </span>
      {status === "running" && step.progress > 0 && (
        <Progress
          class="tree-progress"
          label={`Progress of ${step.title}`}
          percent={step.progress}
        />
      )}
    </>
  );
}

function subtitle({ step, model }: StepNode): string {
  const parts = [step.agent];
  if (model) parts.push(model);
  if (step.attempt > 1) parts.push(`attempt ${step.attempt}`);
  return parts.join(" · ");
}

export function StepTime({ step }: { step: Step }): JSX.Element {
  const { state } = useChat();
  const live = step.startedAt !== undefined && step.completedAt === undefined;
  const ms = stepMs(step, live ? state.nowMs.value : 0);
  return <span class="tree-figure">{ms === undefined ? "" : formatDuration(ms)}</span>;
}
