/** What a fold works on. Browser-safe. */
import type { Approval, Covenant, Run, RunView, Step } from "./schema.ts";

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
    this.run = copyOnWrite ? { ...view.run, usage: { ...view.run.usage } } : view.run;
    this.covenant = copyOnWrite
      ? { ...view.covenant, used: { ...view.covenant.used } }
      : view.covenant;
    this.steps = copyOnWrite ? view.steps.slice() : view.steps;
    this.approvals = copyOnWrite ? view.approvals.slice() : view.approvals;
    this.cursor = view.cursor;
    this.#copied = copyOnWrite ? new Set() : null;
    for (let i = 0; i < this.steps.length; i++) this.#index.set(this.steps[i]!.id, i);
  }

  /** The step, free to be changed; undefined when the run has none of that id. */
  step(id: string): Step | undefined {
    const at = this.#index.get(id);
    if (at === undefined) return undefined;
    const step = this.steps[at]!;
    if (!this.#copied || this.#copied.has(id)) return step;
    this.#copied.add(id);
    return this.steps[at] = copied(step);
  }

  addStep(step: Step): void {
    if (this.#index.has(step.id)) return;
    this.#index.set(step.id, this.steps.length);
    // Owned state takes the step itself: its event is written by then.
    this.steps.push(this.#copied ? copied(step) : step);
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
}

function copied(step: Step): Step {
  return {
    ...step,
    thoughts: step.thoughts.slice(),
    actions: step.actions.slice(),
    usage: { ...step.usage },
  };
}
