/** Beside the conversation: the terms of the shown run, and its steps as a tree or over time. */
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { RunView } from "../../../lib/engine/schema.ts";
import { Button, IconButton } from "../../../lib/ui/button.tsx";
import { Disclosure } from "../../../lib/ui/card.tsx";
import { formatDuration, formatMoney } from "../../../lib/ui/format.ts";
import { Resizer } from "../../../lib/ui/resizer.tsx";
import { ErrorState, Notice, Skeleton } from "../../../lib/ui/states.tsx";
import { Tabs } from "../../../lib/ui/tabs.tsx";
import { useChat } from "../context.ts";
import { CovenantCard } from "./CovenantCard.tsx";
import { shownSteps, workedMs } from "../figures.ts";
import { RunTree } from "./RunTree.tsx";
import { Timeline } from "./Timeline.tsx";

export interface SidebarProps {
  /** On narrow screens it lies over the conversation. */
  readonly open: boolean;
  readonly onClose: () => void;
}

export function Sidebar({ open, onClose }: SidebarProps): JSX.Element {
  useEffect(() => {
    if (!open) return;
    const onKey = (event: KeyboardEvent) => {
      if (event.key === "Escape" && !event.defaultPrevented) onClose();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [open]);
  return (
    <aside class="run-side" id="run-side" aria-label="Run" data-open={open ? "" : undefined}>
      <Resizer
        name="run"
        label="Width of the run sidebar"
        min={300}
        max={800}
        initial={400}
        edge="start"
      />
      <div class="run-side-head">
        <span>Run</span>
        <IconButton icon="close" label="Close" tooltip="none" onClick={onClose} />
      </div>
      <div class="run-side-scroll">
        <Shown />
      </div>
    </aside>
  );
}

function Shown(): JSX.Element {
  const { state, actions } = useChat();
  const id = state.shownRunId.value;
  const view = id ? state.view(id).value : null;
  const problem = id ? state.runProblems.value.get(id) : undefined;
  if (view) {
    return (
      <>
        {!state.runIds.value.includes(view.run.id) && <Fork />}
        <RunPanel key={view.run.id} view={view} />
      </>
    );
  }
  if (problem) {
    return (
      <ErrorState
        compact
        title={problem.title}
        code={problem.requestId}
        actions={<Button icon="retry" onClick={() => actions.reload(id!)}>Try again</Button>}
      >
        {problem.detail}
      </ErrorState>
    );
  }
  return <Skeleton label="Loading the run" shape="rows" lines={8} />;
}

function Fork(): JSX.Element {
  const { state } = useChat();
  return (
    <Notice
      tone="neutral"
      actions={<Button size="s" onClick={() => state.chosenRunId.value = null}>Back</Button>}
    >
      A fork, beside the conversation
    </Notice>
  );
}

function RunPanel({ view }: { view: RunView }): JSX.Element {
  const [tab, setTab] = useState("tree");
  const root = view.steps.find((step) => step.parentId === undefined);
  const steps = shownSteps(view);
  return (
    <>
      <CovenantCard view={view} />
      <div class="run-steps" data-free={view.run.costMicros === 0 ? "" : undefined}>
        <Tabs
          label="View of the steps"
          look="pill"
          selected={tab}
          onSelect={setTab}
          tabs={[{ id: "tree", label: "Tree" }, { id: "timeline", label: "Timeline" }]}
          lead={<RunHeading view={view} count={steps.length} />}
        >
          {view.steps.length === 0
            ? <p class="run-none">No step has begun.</p>
            : tab === "tree"
            ? <RunTree view={view} />
            : <Timeline view={view} />}
        </Tabs>
      </div>
      {root && steps.length > 0 && root.thoughts.length + root.actions.length > 0 && (
        <Disclosure class="run-log" summary="What the run itself decided">
          {[...root.thoughts, ...root.actions].sort((a, b) =>
            a.at < b.at ? -1 : 1
          ).map((line, index) => <p key={index} dir="auto">{line.text}</p>)}
        </Disclosure>
      )}
    </>
  );
}

function RunHeading({ view, count }: { view: RunView; count: number }): JSX.Element {
  const { state } = useChat();
  const now = view.run.status === "running" ? state.nowMs.value : 0;
  return (
    <h2 class="run-heading">
      Run
      <span>
        {[
          count === 1 ? "1 step" : `${count} steps`,
          formatDuration(workedMs(view, now)),
          formatMoney(view.run.costMicros),
        ].join(" · ")}
      </span>
    </h2>
  );
}
