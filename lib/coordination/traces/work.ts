/** What the steps of a trace add up to, kept with the trace so that no judgement reads all of them. Pure. */
import type { StepInput, StepOutcome, TraceSummary } from "./schema.ts";

export interface RecentStep {
  readonly tool: string;
  readonly outcome: StepOutcome;
}

export interface Work {
  readonly steps: number;
  readonly nothing: number;
  readonly errors: number;
  /** Nothing, error, or of minimal use. */
  readonly unproductive: number;
  /** Found something, or contributed directly. */
  readonly solving: number;
  /** Steps that said what they were for. */
  readonly explained: number;
  readonly explorationMs: number;
  readonly solutionMs: number;
  /** The newest, oldest of them first. */
  readonly recent: readonly RecentStep[];
}

export const NO_WORK: Work = {
  steps: 0,
  nothing: 0,
  errors: 0,
  unproductive: 0,
  solving: 0,
  explained: 0,
  explorationMs: 0,
  solutionMs: 0,
  recent: [],
};

/** The largest window a setting can ask for. */
const RECENT_STEPS = 20;

type Judged = Pick<
  StepInput,
  "tool" | "intent" | "outcome" | "durationMs" | "contributionType"
>;

export function isProductive({ outcome, contributionType }: Judged): boolean {
  return outcome !== "nothing" && outcome !== "error" && contributionType !== "minimal";
}

export function foldStep(work: Work, step: Judged): Work {
  const { tool, outcome, contributionType } = step;
  const solves = outcome === "found" || contributionType === "direct";
  const durationMs = step.durationMs ?? 0;
  return {
    steps: work.steps + 1,
    nothing: work.nothing + Number(outcome === "nothing"),
    errors: work.errors + Number(outcome === "error"),
    unproductive: work.unproductive + Number(!isProductive(step)),
    solving: work.solving + Number(solves),
    explained: work.explained + Number(!!step.intent?.trim()),
    explorationMs: work.explorationMs + durationMs,
    solutionMs: work.solutionMs + (solves ? durationMs : 0),
    recent: [...work.recent, { tool, outcome }].slice(-RECENT_STEPS),
  };
}

export function summarize(work: Work): TraceSummary {
  return {
    totalSteps: work.steps,
    deadEnds: work.nothing + work.errors,
    explorationTimeMs: work.explorationMs,
    solutionTimeMs: work.solutionMs,
    efficiency: efficiencyOf(work),
  };
}

/** Agents that do not say how long a step took are measured by steps. */
function efficiencyOf({ steps, solving, explorationMs, solutionMs }: Work): number {
  if (explorationMs > 0) return Math.min(1, solutionMs / explorationMs);
  return steps > 0 ? solving / steps : 0;
}
