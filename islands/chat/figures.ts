/** Figures of a run as the page shows them, derived from its view alone. */
import type { RunView, Step } from "../../lib/engine/schema.ts";
import { isTerminal } from "./state.ts";

/**
 * Active time so far. The log states it whenever the run waits, pauses or ends; between these it is
 * what passed since the run last began to work.
 */
export function workedMs(view: RunView, nowMs: number): number {
  const { run, covenant } = view;
  if (!run.startedAt || run.status !== "running") return covenant.used.timeMs;
  const answered = view.approvals.map((approval) => Date.parse(approval.answeredAt ?? "") || 0);
  const since = Math.max(Date.parse(run.startedAt), ...answered);
  return covenant.used.timeMs + Math.max(0, nowMs - since);
}

/** Time from the step's start to its end or now; undefined before it started. */
export function stepMs(step: Step, nowMs: number): number | undefined {
  if (!step.startedAt) return undefined;
  const end = step.completedAt ? Date.parse(step.completedAt) : nowMs;
  return Math.max(0, end - Date.parse(step.startedAt));
}

/** Time the step waited before it started. */
export function queuedMs(step: Step, nowMs: number): number {
  const start = step.startedAt ?? step.completedAt;
  return Math.max(0, (start ? Date.parse(start) : nowMs) - Date.parse(step.queuedAt));
}

/** The latest score an evaluator gave, of 10. */
export function scoreOf(view: RunView): number | undefined {
  const judged = view.steps.findLast((step) =>
    step.role === "evaluator" && step.status === "completed"
  );
  const output = judged?.output;
  if (!output || typeof output !== "object" || Array.isArray(output)) return undefined;
  return typeof output.score === "number" ? output.score : undefined;
}

/** Steps a person sees as work: all but the root, which is the run itself, and what was taken back. */
export function shownSteps(view: RunView): Step[] {
  return view.steps.filter((step) => step.status !== "superseded" && step.parentId !== undefined);
}

export function doneCount(steps: readonly Step[]): number {
  return steps.filter((step) => step.status === "completed").length;
}

/** The running steps nothing below which runs: where the work is now. */
export function busySteps(view: RunView): Step[] {
  if (isTerminal(view.run)) return [];
  const running = view.steps.filter((step) => step.status === "running");
  const parents = new Set(
    view.steps.filter((step) => step.status === "running" || step.status === "waiting").map((
      step,
    ) => step.parentId),
  );
  return running.filter((step) => !parents.has(step.id));
}
