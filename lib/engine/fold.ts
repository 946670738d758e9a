/**
 * The view of a run as the fold of its events: the server's GET, the page and the CLI all use this
 * function, and the run's owner keeps its own state by it, so a record is the fold by construction.
 * Browser-safe: types only from elsewhere.
 */
import type { RunEvent } from "./events.ts";
import { applyEvent } from "./fold_events.ts";
import { RunState } from "./fold_state.ts";
import type { RunView } from "./schema.ts";

/** The view after one more event. The given view is not changed. */
export function foldRun(view: RunView, event: RunEvent): RunView {
  return foldEvents(view, [event]);
}

/** The view after more events, oldest first. The given view is not changed. */
export function foldEvents(view: RunView, events: readonly RunEvent[]): RunView {
  const state = new RunState(view, true);
  for (const event of events) applyEvent(state, event);
  return state.view();
}

/** The view to start from when all events of a run are folded; `run.created` fills it. */
export function emptyView(runId: string): RunView {
  return {
    run: {
      id: runId,
      intent: "",
      status: "pending",
      pattern: "",
      mode: "auto",
      covenantId: "",
      progress: 0,
      costMicros: 0,
      usage: { inputTokens: 0, outputTokens: 0 },
      createdAt: "",
    },
    covenant: {
      id: "",
      runId,
      status: "draft",
      mode: "auto",
      intent: "",
      constraints: { costMicros: 0, latencyMs: 1, quality: 0 },
      budget: {},
      used: { costMicros: 0, tokens: 0, timeMs: 0, spawns: 0 },
      scope: { in: [], out: [] },
      acceptance: [],
      plan: [],
      version: 1,
    },
    steps: [],
    approvals: [],
    cursor: "",
  };
}

/** The answer as far as it is known: the final text, else what the answering step streamed so far. */
export function answerText(view: Pick<RunView, "run" | "steps">): string {
  if (view.run.output !== undefined) return textOf(view.run.output);
  for (let i = view.steps.length - 1; i >= 0; i--) {
    const step = view.steps[i]!;
    if (!step.answer || step.status === "superseded") continue;
    if (step.text !== "") return step.text;
    if (step.output !== undefined) return textOf(step.output);
  }
  return "";
}

function textOf(output: unknown): string {
  if (typeof output === "string") return output;
  if (typeof output === "object" && output !== null && !Array.isArray(output)) {
    if ("text" in output && typeof output.text === "string") return output.text;
  }
  return JSON.stringify(output, null, 2);
}

export { compareIds } from "./fold_events.ts";
