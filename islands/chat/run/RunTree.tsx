/** The steps of the shown run as a tree that fills while they work. */
import type { JSX } from "preact";
import { useMemo, useState } from "preact/hooks";
import type { RunView, Step } from "../../../lib/engine/schema.ts";
import { formatDuration, formatMoney } from "../../../lib/ui/format.ts";
import { StatusDot } from "../../../lib/ui/status.tsx";
import { Tree } from "../../../lib/ui/tree.tsx";
import type { TreeNode } from "../../../lib/ui/tree_model.ts";
import { useChat } from "../context.ts";
import { stepMs } from "../figures.ts";
import { StepDetail } from "./StepDetail.tsx";

interface StepNode extends TreeNode {
  readonly step: Step;
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
  return steps.filter((step) => alone || step.parentId !== undefined).map((step) => ({
    id: step.id,
    parentId: step.parentId,
    label: step.title,
    step,
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

function StepRow({ node }: { node: StepNode }): JSX.Element {
  const { step } = node;
  const idle = step.status === "pending" || step.status === "queued";
  const gone = step.status === "superseded" || step.status === "canceled";
  return (
    <span class="step" data-status={step.status} data-quiet={idle || gone ? "" : undefined}>
      <StatusDot status={step.status} />
      <span class="step-name">
        {step.title}
        <small>{subtitle(step)}</small>
      </span>
      <StepTime step={step} />
      <span class="step-figure">{step.costMicros > 0 ? formatMoney(step.costMicros) : ""}</span>
      {step.status === "running" && step.progress > 0 && (
        <svg class="step-hair" width="100%" height="2" aria-hidden="true">
          <rect width={`${step.progress}%`} height="2" />
        </svg>
      )}
    </span>
  );
}

function subtitle(step: Step): string {
  const parts = [step.agent];
  if (step.model) parts.push(step.model);
  if (step.attempt > 1) parts.push(`attempt ${step.attempt}`);
  return parts.join(" · ");
}

export function StepTime({ step }: { step: Step }): JSX.Element {
  const { state } = useChat();
  const live = step.startedAt !== undefined && step.completedAt === undefined;
  const ms = stepMs(step, live ? state.nowMs.value : 0);
  return <span class="step-figure">{ms === undefined ? "" : formatDuration(ms)}</span>;
}
