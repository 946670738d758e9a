/** When a trace escalates, how far, and what its agent is told. Pure; the rules are coordination.md's. */
import type {
  Escalation,
  ResolvedBy,
  StepEscalation,
  StepInput,
  TracesSettings,
  TriggerType,
} from "./schema.ts";
import { isProductive, type Work } from "./work.ts";

export interface Firing {
  readonly type: TriggerType;
  readonly level: number;
  readonly reason: string;
}

export interface StoredTrigger extends Firing {
  readonly detectedAtMs: number;
}

/** The one escalation a trace can have open; each trigger stands in it once. */
export interface OpenEscalation {
  readonly id: string;
  readonly triggeredAtMs: number;
  readonly triggers: readonly StoredTrigger[];
  /** Number of the step that first fired a level-2 trigger. */
  readonly levelTwoStep?: number;
}

/** Triggers that were resolved in this trace, and when. */
export type ClearedTriggers = Readonly<Partial<Record<TriggerType, number>>>;

export const RECOMMENDATIONS = [
  "Continue working",
  "Consider pausing to review approach",
  "PAUSE: Ask for guidance or try different approach",
  "ESCALATE: Human intervention recommended",
] as const;

/** Every trigger whose condition holds after the newest step. */
export function decideTriggers(
  work: Work,
  startedAtMs: number,
  settings: TracesSettings,
  nowMs: number,
): Firing[] {
  const firing: Firing[] = [];
  const stuck = stuckTool(work, settings);
  if (stuck && stuck.times >= settings.stuckLoopSteps) {
    const window = Math.min(settings.stuckLoopWindow, work.steps);
    const reason = `${stuck.tool}: ${stuck.times} of the last ${window} steps found nothing new`;
    firing.push({ type: "stuck_loop", level: 2, reason });
  }
  if (work.nothing >= settings.repeatedFailures) {
    const reason = `${work.nothing} steps found nothing`;
    firing.push({ type: "repeated_failures", level: 1, reason });
  }
  if (work.errors >= settings.errorAccumulation) {
    firing.push({ type: "error_accumulation", level: 2, reason: `${work.errors} steps failed` });
  }
  const spentMs = timeSpent(work, startedAtMs, nowMs);
  if (spentMs > settings.timeExceededMs) {
    const reason = `Over ${minutes(settings.timeExceededMs)} min: ${minutes(spentMs)} min so far`;
    firing.push({ type: "time_exceeded", level: 1, reason });
  }
  const share = work.unproductive / work.steps;
  if (work.steps >= settings.lowEfficiencySteps && share > settings.lowEfficiencyShare) {
    const reason = `${work.unproductive} of ${work.steps} steps brought nothing (${
      Math.round(share * 100)
    } %)`;
    firing.push({ type: "low_efficiency", level: 1, reason });
  }
  return firing;
}

/**
 * A trigger that was resolved stays so until the work adds to it: the counts of a whole trace never fall,
 * so judged alone it would open again at once.
 */
export function decideReopened(
  firing: readonly Firing[],
  cleared: ClearedTriggers,
  step: StepInput,
  settings: TracesSettings,
  nowMs: number,
): Firing[] {
  return firing.filter(({ type }) => {
    const clearedAtMs = cleared[type];
    return clearedAtMs === undefined ||
      addsTo(type, step, nowMs - clearedAtMs > settings.timeExceededMs);
  });
}

/** Null while nothing is wrong. `raised`: a new trigger or a higher level, worth telling. */
export function decideEscalation(
  open: OpenEscalation | undefined,
  firing: readonly Firing[],
  at: { readonly id: string; readonly step: number; readonly nowMs: number },
  settings: TracesSettings,
): { escalation: OpenEscalation; change: "opened" | "raised" | "same" } | null {
  if (!open && firing.length === 0) return null;
  const levelTwo = firing.some(({ level }) => level >= 2);
  const levelTwoStep = open?.levelTwoStep ?? (levelTwo ? at.step : undefined);
  const persists = levelTwoStep !== undefined && at.step - levelTwoStep >= settings.persistSteps;
  const triggers = new Map(open?.triggers.map((trigger) => [trigger.type, trigger]));
  for (const { type, level, reason } of firing) {
    const known = triggers.get(type);
    const now = persists && level >= 2 ? 3 : level;
    triggers.set(type, {
      type,
      level: Math.max(now, known?.level ?? 0),
      reason,
      detectedAtMs: known?.detectedAtMs ?? at.nowMs,
    });
  }
  const escalation: OpenEscalation = {
    id: open?.id ?? at.id,
    triggeredAtMs: open?.triggeredAtMs ?? at.nowMs,
    triggers: [...triggers.values()],
    ...(levelTwoStep !== undefined && { levelTwoStep }),
  };
  if (!open) return { escalation, change: "opened" };
  const raised = triggers.size > open.triggers.length ||
    highestLevel(escalation.triggers) > highestLevel(open.triggers);
  return { escalation, change: raised ? "raised" : "same" };
}

export function highestLevel(triggers: readonly { readonly level: number }[]): number {
  return Math.max(0, ...triggers.map(({ level }) => level));
}

export function shownStepEscalation(open: OpenEscalation): StepEscalation {
  const level = highestLevel(open.triggers);
  return {
    shouldEscalate: true,
    triggers: shownTriggers(open.triggers),
    highestLevel: level,
    recommendation: RECOMMENDATIONS[level]!,
    escalationId: open.id,
  };
}

export function shownTriggers(triggers: readonly StoredTrigger[]): Escalation["triggers"] {
  return triggers.map(({ detectedAtMs, ...trigger }) => ({
    ...trigger,
    detectedAt: new Date(detectedAtMs).toISOString(),
  }));
}

/** Why somebody cannot have resolved it so, or null. */
export function resolutionProblem(
  agentId: string,
  by: ResolvedBy,
  resolverAgent: string | undefined,
): string | null {
  if (by === "peer" && resolverAgent === agentId) return "a peer is another agent";
  if (by === "self" && resolverAgent !== undefined && resolverAgent !== agentId) {
    return `"${resolverAgent}" is not the agent itself; resolvedBy is "peer" then`;
  }
  return null;
}

/** The tool that most often found nothing or little among the last steps. */
function stuckTool(work: Work, settings: TracesSettings): { tool: string; times: number } | null {
  const times = new Map<string, number>();
  for (const { tool, outcome } of work.recent.slice(-settings.stuckLoopWindow)) {
    if (outcome === "nothing" || outcome === "partial") times.set(tool, (times.get(tool) ?? 0) + 1);
  }
  let most: { tool: string; times: number } | null = null;
  for (const [tool, n] of times) if (n > (most?.times ?? 0)) most = { tool, times: n };
  return most;
}

/** By the clock or by the agent's own account, whichever says more: steps may be reported afterwards. */
function timeSpent(work: Work, startedAtMs: number, nowMs: number): number {
  return Math.max(nowMs - startedAtMs, work.explorationMs);
}

function addsTo(type: TriggerType, step: StepInput, longAgo: boolean): boolean {
  switch (type) {
    case "stuck_loop":
      return step.outcome === "nothing" || step.outcome === "partial";
    case "repeated_failures":
      return step.outcome === "nothing";
    case "error_accumulation":
      return step.outcome === "error";
    case "low_efficiency":
      return !isProductive(step);
    case "time_exceeded":
      return longAgo;
  }
}

const minutes = (ms: number) => Math.round(ms / 6_000) / 10;
