/** Traces, steps and escalations as they are stored, and as every surface shows them. */
import { AppError } from "../../kernel/core/errors.ts";
import {
  type ClearedTriggers,
  highestLevel,
  type OpenEscalation,
  RECOMMENDATIONS,
  shownTriggers,
  type StoredTrigger,
} from "./decide.ts";
import type { Escalation, ResolvedBy, Trace, TraceStep, TraceSummary } from "./schema.ts";
import type { Work } from "./work.ts";

export interface TraceOf {
  readonly agentId: string;
  readonly sessionId: string;
}

export interface StoredTrace extends TraceOf {
  readonly v: 1;
  readonly task: string;
  readonly startedAtMs: number;
  readonly completedAtMs?: number;
  readonly work: Work;
  readonly summary?: TraceSummary;
  readonly open?: OpenEscalation;
  readonly cleared: ClearedTriggers;
  /** Escalations that opened, and by whom those resolved were. */
  readonly escalations: { readonly opened: number } & Readonly<Record<ResolvedBy, number>>;
  /** When it was counted for the agent's soul. */
  readonly countedAtMs?: number;
}

export type StoredStep = Omit<TraceStep, "timestamp"> & {
  readonly v: 1;
  readonly atMs: number;
};

export interface StoredEscalation extends TraceOf {
  readonly v: 1;
  readonly id: string;
  readonly task: string;
  readonly triggeredAtMs: number;
  readonly triggers: readonly StoredTrigger[];
  readonly resolvedAtMs?: number;
  readonly resolvedBy?: ResolvedBy;
  readonly resolverAgent?: string;
  readonly helpfulHint?: string;
}

const iso = (ms: number) => new Date(ms).toISOString();

export function shownTrace(stored: StoredTrace): Trace {
  const { sessionId, agentId, task, startedAtMs, completedAtMs, work, summary } = stored;
  return {
    sessionId,
    agentId,
    task,
    startedAt: iso(startedAtMs),
    ...(completedAtMs !== undefined && { completedAt: iso(completedAtMs) }),
    stepCount: work.steps,
    ...(summary && { summary }),
  };
}

export function shownStep({ v: _, atMs, id, number, ...step }: StoredStep): TraceStep {
  return { id, number, timestamp: iso(atMs), ...step };
}

export function storedEscalation(trace: StoredTrace, open: OpenEscalation): StoredEscalation {
  const { agentId, sessionId, task } = trace;
  const { id, triggeredAtMs, triggers } = open;
  return { v: 1, id, agentId, sessionId, task, triggeredAtMs, triggers };
}

export function shownEscalation(stored: StoredEscalation): Escalation {
  const { v: _, triggeredAtMs, resolvedAtMs, triggers, ...rest } = stored;
  const { id, agentId, sessionId, task, ...resolved } = rest;
  const level = highestLevel(triggers);
  return {
    id,
    agentId,
    sessionId,
    task,
    triggeredAt: iso(triggeredAtMs),
    triggers: shownTriggers(triggers),
    highestLevel: level,
    recommendation: RECOMMENDATIONS[level]!,
    ...(resolvedAtMs !== undefined && { resolvedAt: iso(resolvedAtMs) }),
    ...resolved,
  };
}

export function traceNotFound({ agentId, sessionId }: TraceOf): never {
  throw new AppError("not_found", {
    detail: `"${agentId}" has no trace "${sessionId}"; start one first`,
  });
}
