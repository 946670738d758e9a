/**
 * The view of a run as the fold of its events: the server's GET, the page and the CLI all use this
 * function, and the run's owner keeps its own state by it, so a record is the fold by construction.
 * Browser-safe: types only from elsewhere.
 */
import type { RunEvent } from "./events.ts";
import { applyRunEvent } from "./fold_events.ts";
import type { Approval, Covenant, Run, RunView, Step } from "./schema.ts";

/** Thoughts and actions shown per step; the log keeps all. */
export const MAX_LOG_LINES = 200;

const NOTHING: ReadonlySet<string> = new Set();

/**
 * What a fold works on. Directly owned state is changed in place; state over a view (`copyOnWrite`)
 * copies each part before its first change, so the view it came from stays as it was.
 */
export class RunState {
  run: Run;
  covenant: Covenant;
  steps: Step[];
  approvals: Approval[];
  cursor: string;
  readonly #index: Map<string, number> = new Map();
  readonly #copied: Set<string> | null;

  constructor(view: RunView, copyOnWrite = false) {
    this.run = copyOnWrite ? { ...view.run } : view.run;
    this.covenant = copyOnWrite ? { ...view.covenant } : view.covenant;
    this.steps = copyOnWrite ? view.steps.slice() : view.steps;
    this.approvals = copyOnWrite ? view.approvals.slice() : view.approvals;
    this.cursor = view.cursor;
    this.#copied = copyOnWrite ? new Set(NOTHING) : null;
    for (let i = 0; i < this.steps.length; i++) this.#index.set(this.steps[i]!.id, i);
  }

  /** The step, free to be changed; undefined when the run has none of that id. */
  step(id: string): Step | undefined {
    const at = this.#index.get(id);
    if (at === undefined) return undefined;
    const step = this.steps[at]!;
    if (!this.#copied || this.#copied.has(id)) return step;
    this.#copied.add(id);
    return this.steps[at] = { ...step, thoughts: step.thoughts.slice(), actions: step.actions.slice() };
  }

  addStep(step: Step): void {
    if (this.#index.has(step.id)) return;
    this.#index.set(step.id, this.steps.length);
    this.steps.push({ ...step });
    this.#copied?.add(step.id);
  }

  view(): RunView {
    return {
      run: this.run,
      covenant: this.covenant,
      steps: this.steps,
      approvals: this.approvals,
      cursor: this.cursor,
    };
  }

  /** Takes an event in; one at or before the cursor changes nothing. */
  apply(event: RunEvent): void {
    if (event.id !== undefined) {
      if (compareIds(event.id, this.cursor) <= 0) return;
      this.cursor = event.id;
    }
    applyRunEvent(this, event);
  }
}

/** The view after one more event. The given view is not changed. */
export function foldRun(view: RunView, event: RunEvent): RunView {
  return foldEvents(view, [event]);
}

/** The view after more events, oldest first. The given view is not changed. */
export function foldEvents(view: RunView, events: readonly RunEvent[]): RunView {
  const state = new RunState(view, true);
  for (const event of events) state.apply(event);
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

/** Order of event ids `<versionstamp>.<index>`; "" is before all. */
export function compareIds(a: string, b: string): number {
  const dotA = a.indexOf(".");
  const dotB = b.indexOf(".");
  const stampA = a.slice(0, Math.max(0, dotA));
  const stampB = b.slice(0, Math.max(0, dotB));
  if (stampA !== stampB) return stampA < stampB ? -1 : 1;
  return Number(a.slice(dotA + 1)) - Number(b.slice(dotB + 1));
}
