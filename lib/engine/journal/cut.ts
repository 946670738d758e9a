/**
 * What rewind, override and retry take back. A step's function is a black box: whatever it asked for
 * after it was given a result may depend on it. So a cut at a completion takes back every effect asked
 * for later in that step (with the sub-trees of spawned steps), and then climbs: a parent that had used
 * the step's result is cut at that join, up to the root.
 */
import type { Packed } from "./journal.ts";
import type { Ledger, RecordedEffect, RecordedStep } from "./ledger.ts";

export type Cut =
  | { readonly kind: "rewind"; readonly stepId: string; readonly input?: Packed }
  | { readonly kind: "override"; readonly stepId: string; readonly output: Packed }
  | { readonly kind: "retry"; readonly stepId: string };

export interface CutOutcome {
  /** Steps whose work no longer counts. */
  readonly superseded: string[];
  /** Finished steps that run again. */
  readonly reopened: string[];
}

export function applyCut(ledger: Ledger, cut: Cut): CutOutcome {
  const outcome: CutOutcome = { superseded: [], reopened: [] };
  const step = ledger.steps.get(cut.stepId);
  if (!step || step.status === "superseded") return outcome;
  switch (cut.kind) {
    case "rewind":
      takeBack(ledger, step, () => true, outcome);
      if (cut.input) step.input = cut.input;
      restart(step);
      break;
    case "override":
      if (step.status === "open") takeBack(ledger, step, () => true, outcome);
      step.status = "completed";
      step.output = cut.output;
      step.error = undefined;
      break;
    case "retry":
      cutAtFailure(ledger, step, outcome);
  }
  climb(ledger, step, cut.kind === "override", outcome);
  return outcome;
}

/** A failed step goes back to its last failed effect; one that failed by itself starts anew. */
function cutAtFailure(ledger: Ledger, step: RecordedStep, outcome: CutOutcome): void {
  const failed = step.effects
    .filter((e): e is RecordedEffect =>
      e?.status === "failed" && e.error?.code === step.error?.code
    )
    .sort((x, y) => (y.s ?? 0) - (x.s ?? 0))[0];
  if (failed?.s === undefined) {
    takeBack(ledger, step, () => true, outcome);
    return restart(step);
  }
  cutAt(ledger, step, failed.s, outcome);
  step.effects[failed.n] = undefined;
  reopen(ledger, step, outcome);
}

/** Cuts each ancestor where it was given the result of the one below. */
function climb(ledger: Ledger, from: RecordedStep, keepJoin: boolean, outcome: CutOutcome): void {
  let step = from;
  let keep = keepJoin;
  for (;;) {
    const parent = step.parentId === undefined ? undefined : ledger.steps.get(step.parentId);
    const join = ledger.joinOf(step);
    if (!parent || !join) return;
    const given = join.s;
    if (given === undefined) {
      // An overridden result nobody was given yet is given next.
      if (keep) join.s = nextCompletion(parent);
      if (parent.status === "open") return;
    } else {
      cutAt(ledger, parent, given, outcome);
      if (!keep) {
        join.s = undefined;
        join.v = undefined;
      }
    }
    if (parent.status === "open") return;
    reopen(ledger, parent, outcome);
    outcome.reopened.push(parent.id);
    step = parent;
    keep = false;
  }
}

/** Takes back what the step asked for once it had been given completion `s`. */
function cutAt(ledger: Ledger, step: RecordedStep, s: number, outcome: CutOutcome): void {
  step.generation++;
  takeBack(ledger, step, (effect) => effect.a >= s, outcome);
  step.lines = step.lines.filter((given) => given < s);
}

function takeBack(
  ledger: Ledger,
  step: RecordedStep,
  which: (effect: RecordedEffect) => boolean,
  outcome: CutOutcome,
): void {
  for (let n = 0; n < step.effects.length; n++) {
    const effect = step.effects[n];
    if (!effect || !which(effect)) continue;
    step.effects[n] = undefined;
    if (effect.once && effect.status !== "failed" && effect.status !== "waiting") {
      ledger.takenBack.push(effect);
    }
    const child = effect.childId === undefined ? undefined : ledger.steps.get(effect.childId);
    if (child) supersede(ledger, child, outcome);
  }
  while (step.effects.length > 0 && step.effects.at(-1) === undefined) step.effects.pop();
}

function supersede(ledger: Ledger, step: RecordedStep, outcome: CutOutcome): void {
  takeBack(ledger, step, () => true, outcome);
  step.status = "superseded";
  outcome.superseded.push(step.id);
}

function restart(step: RecordedStep): void {
  step.generation++;
  step.attempt++;
  step.lines = [];
  step.status = "open";
  step.output = undefined;
  step.error = undefined;
  step.startedAt = undefined;
}

/** A finished step runs again, and so do the children that were stopped because it ended. */
function reopen(ledger: Ledger, step: RecordedStep, outcome: CutOutcome): void {
  step.status = "open";
  step.output = undefined;
  step.error = undefined;
  for (const effect of step.effects) {
    const child = effect?.childId === undefined ? undefined : ledger.steps.get(effect.childId);
    if (child?.status !== "canceled") continue;
    reopen(ledger, child, outcome);
    outcome.reopened.push(child.id);
  }
}

function nextCompletion(step: RecordedStep): number {
  return step.effects.reduce((most, e) => Math.max(most, e?.s ?? 0), 0) + 1;
}
