/** The tree in its two sizes: a run with details, and ten thousand rows. Seeded, so that it is the same each time. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { formatCount, formatDuration, formatMoney } from "../../lib/ui/format.ts";
import { Progress } from "../../lib/ui/meter.tsx";
import { Resizer } from "../../lib/ui/resizer.tsx";
import { StatusDot, type StatusName, statusNames } from "../../lib/ui/status.tsx";
import { Tree } from "../../lib/ui/tree.tsx";
import type { TreeNode } from "../../lib/ui/tree_model.ts";

interface StepNode extends TreeNode {
  readonly note: string;
  readonly status: StatusName;
  readonly ms?: number;
  readonly micros?: number;
  readonly percent?: number;
  readonly thought?: string;
}

const run: readonly StepNode[] = [
  {
    id: "m",
    label: "Mediator",
    note: "covenant, delegate",
    status: "completed",
    ms: 1200,
    micros: 800,
  },
  {
    id: "c",
    label: "Classifier",
    note: "analysis, 3 parts",
    status: "completed",
    ms: 800,
    micros: 400,
  },
  { id: "r", label: "Router", note: "3 × primary, 1 × flagship", status: "completed", ms: 2 },
  {
    id: "e",
    label: "Executor",
    note: "3 sub-tasks",
    status: "running",
    ms: 14_000,
    micros: 10_900,
    percent: 62,
  },
  {
    id: "e1",
    parentId: "e",
    label: "Counter key",
    note: "gpt-oss-20b",
    status: "completed",
    ms: 4_100,
    micros: 2_900,
  },
  {
    id: "e2",
    parentId: "e",
    label: "Commit stamp",
    note: "llama-3.3-70b",
    status: "running",
    ms: 6_100,
    micros: 5_100,
    percent: 78,
    thought:
      "The stamp is only known after the commit, so the event cannot carry its own position; readers take it from the key.",
  },
  {
    id: "e3",
    parentId: "e",
    label: "ULID key with a name so long that it has to be cut off somewhere",
    note: "waits for approval",
    status: "waiting",
    ms: 41_000,
    micros: 2_900,
  },
  { id: "v", label: "Evaluator", note: "", status: "pending" },
  { id: "f", label: "Coordinator", note: "retried twice", status: "failed", ms: 300 },
  { id: "s", label: "Planner", note: "first attempt", status: "superseded", ms: 500 },
];

function manySteps(count: number): StepNode[] {
  return Array.from({ length: count }, (_, index) => ({
    id: `n${index}`,
    parentId: index % 10 === 0 ? undefined : `n${index - index % 10}`,
    label: `Step ${index + 1}`,
    note: index % 10 === 0 ? "9 parts" : "worker",
    status: statusNames[(index * 7) % statusNames.length]!,
    ms: (index * 37) % 9000,
    micros: (index * 131) % 20_000,
  }));
}

function Row({ step }: { step: StepNode }): JSX.Element {
  return (
    <>
      {/* The spaces part the words of the row's name. */}
      <StatusDot status={step.status} />{" "}
      <span class="tree-label">
        {step.label} {step.note && <small>{step.note}</small>}
      </span>{" "}
      <span class="tree-figure">{step.ms === undefined ? "" : formatDuration(step.ms)}</span>{" "}
      <span class="tree-figure">{step.micros === undefined ? "–" : formatMoney(step.micros)}</span>
      {" "}
      {step.percent !== undefined && (
        <Progress class="tree-progress" label={`${step.label} progress`} percent={step.percent} />
      )}
    </>
  );
}

function StepTree({ label, nodes, open }: {
  label: string;
  nodes: readonly StepNode[];
  open: readonly string[];
}): JSX.Element {
  const expanded = useSignal<ReadonlySet<string>>(new Set(open));
  const selected = useSignal<string | undefined>(undefined);
  return (
    <Tree
      label={label}
      nodes={nodes}
      expanded={expanded.value}
      selected={selected.value}
      onSelect={(id) => selected.value = id}
      onToggle={(id, wanted) => {
        const next = new Set(expanded.value);
        if (wanted) next.add(id);
        else next.delete(id);
        expanded.value = next;
      }}
      renderRow={(step) => <Row step={step} />}
      hasDetail={hasThought}
      renderDetail={(step) => <p>{step.thought}</p>}
      serverRows={30}
    />
  );
}

function hasThought(step: StepNode): boolean {
  return step.thought !== undefined;
}

export function Trees({ rows }: { rows: number }): JSX.Element {
  const many = useMemo(() => manySteps(rows), [rows]);
  const all = useMemo(() => many.filter((step) => !step.parentId).map((step) => step.id), [many]);
  return (
    <div class="specimens">
      <div class="specimen specimen-pane">
        <h3>Tree with details, beside a resizer</h3>
        <StepTree label="Steps" nodes={run} open={["e", "e2"]} />
        <Resizer name="ui-pane" label="Tree pane" min={280} max={560} initial={400} edge="end" />
      </div>
      <div class="specimen">
        <h3>{formatCount(rows)} rows</h3>
        <div class="specimen-scroll" id="many">
          <StepTree label="Many steps" nodes={many} open={all} />
        </div>
      </div>
    </div>
  );
}
