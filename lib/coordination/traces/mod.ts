/**
 * Traces: an agent's work step by step, what the steps say about its being stuck (escalations) or in
 * flow, and what came of it.
 */
import type { AppContext } from "../../kernel/context.ts";
import type { Page, PageQuery } from "../../kernel/core/page.ts";
import type { Call } from "../call.ts";
import type {
  Escalation,
  Flow,
  Resolution,
  ResolveInput,
  StepEscalation,
  StepInput,
  Trace,
  TraceInput,
  TraceStep,
  TraceSummary,
} from "./schema.ts";

type Read = Pick<AppContext, "kv">;
type TimedRead = Pick<AppContext, "kv" | "clock">;
interface Of {
  readonly agentId: string;
  readonly sessionId: string;
}

/** Throws `conflict` for a sessionId the agent used before. */
export function startTrace(
  _ctx: AppContext,
  _call: Call,
  _input: TraceInput & { readonly agentId: string },
): Promise<Trace> {
  throw new Error("not built yet");
}

/** `escalation` only while one is open. Throws `not_found`, `conflict` after the end. */
export function addStep(
  _ctx: AppContext,
  _call: Call,
  _input: StepInput & Of,
): Promise<{ step: TraceStep; escalation?: StepEscalation }> {
  throw new Error("not built yet");
}

/** A second time gives the same summary. Throws `not_found`. */
export function completeTrace(
  _ctx: AppContext,
  _call: Call,
  _input: Of,
): Promise<{ trace: Trace; summary: TraceSummary }> {
  throw new Error("not built yet");
}

/** Throws `not_found`, `conflict` for one that was resolved before. */
export function resolveEscalation(
  _ctx: AppContext,
  _call: Call,
  _input: ResolveInput & {
    readonly agentId: string;
    readonly sessionId?: string | undefined;
    readonly escalationId: string;
  },
): Promise<{ resolution: Resolution; escalation: Escalation }> {
  throw new Error("not built yet");
}

export function getTrace(
  _ctx: Read,
  _workspaceId: string,
  _agentId: string,
  _sessionId: string,
): Promise<Trace | null> {
  throw new Error("not built yet");
}

/** Newest first. */
export function listTraces(
  _ctx: Read,
  _workspaceId: string,
  _agentId: string,
  _query?: Partial<PageQuery>,
): Promise<Page<Trace>> {
  throw new Error("not built yet");
}

/** Oldest first. */
export function listSteps(
  _ctx: Read,
  _workspaceId: string,
  _of: Of,
  _query?: Partial<PageQuery>,
): Promise<Page<TraceStep>> {
  throw new Error("not built yet");
}

/** Of one agent, newest first; of one trace, or open ones only. */
export function listEscalations(
  _ctx: Read,
  _workspaceId: string,
  _agentId: string,
  _query?: Partial<PageQuery> & { readonly sessionId?: string; readonly open?: boolean },
): Promise<Page<Escalation>> {
  throw new Error("not built yet");
}

/** Of all agents, newest first. */
export function listOpenEscalations(
  _ctx: Read,
  _workspaceId: string,
  _query?: Partial<PageQuery>,
): Promise<Page<Escalation>> {
  throw new Error("not built yet");
}

export function getFlow(_ctx: TimedRead, _workspaceId: string, _agentId: string): Promise<Flow> {
  throw new Error("not built yet");
}

export function getFlows(
  _ctx: TimedRead,
  _workspaceId: string,
  _agentIds: readonly string[],
): Promise<Map<string, Flow>> {
  throw new Error("not built yet");
}
