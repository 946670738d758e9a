/** Traces of an agent's work, their steps and escalations, and the flow state read from them. Browser-safe. */
import { z } from "zod";
import { agentId, time, wholeText } from "../schema.ts";

/** Chosen by the client, or made; it stands in paths. No pattern: not every client reads Unicode ones. */
export const sessionId = z.string().min(1).max(128).refine(isPathSegment, {
  message: 'no slash, no control character, not "." or ".."',
});

function isPathSegment(text: string): boolean {
  return text.isWellFormed() && text !== "." && text !== ".." &&
    [...text].every((char) => char >= " " && char !== "\x7f" && char !== "/" && char !== "\\");
}

const line = wholeText.max(4_000);
/** One text or several; stored as several. */
const lines = z.union([line, z.array(line).max(100)], {
  message: "a text or a list of at most 100 texts, each at most 4000 characters",
});

export const stepOutcome = z.enum(["found", "partial", "nothing", "error"]);
export const contributionType = z.enum(["direct", "enabling", "supporting", "pruning", "minimal"]);

export const traceInput = z.strictObject({
  task: wholeText.trim().min(1).max(4_000),
  sessionId: sessionId.optional(),
});

export const stepInput = z.strictObject({
  tool: wholeText.trim().min(1).max(200),
  intent: line.optional(),
  outcome: stepOutcome,
  /** How long the agent says it took. */
  durationMs: z.number().min(0).max(31 * 86_400_000).optional(),
  contributionType: contributionType.optional(),
  knowledgeGained: lines.optional(),
  eliminatedPaths: lines.optional(),
  /** Ids of earlier steps. */
  dependsOn: lines.optional(),
});

export const traceStep = z.object({
  id: z.string(),
  /** From 1, in the order they were taken in. */
  number: z.int(),
  timestamp: time,
  tool: z.string(),
  intent: z.string().optional(),
  outcome: stepOutcome,
  durationMs: z.number().optional(),
  contributionType: contributionType.optional(),
  knowledgeGained: z.array(z.string()).optional(),
  eliminatedPaths: z.array(z.string()).optional(),
  dependsOn: z.array(z.string()).optional(),
}).meta({ id: "TraceStep" });

export const traceSummary = z.object({
  totalSteps: z.int(),
  /** Steps that found nothing or failed. */
  deadEnds: z.int(),
  /** Of all steps. */
  explorationTimeMs: z.number(),
  /** Of the steps that found something or contributed directly. */
  solutionTimeMs: z.number(),
  /** Solution / exploration; where no step says how long it took, of counted steps. 0 to 1. */
  efficiency: z.number(),
}).meta({ id: "TraceSummary" });

/** Without its steps: they are a list of their own. */
export const trace = z.object({
  sessionId: z.string(),
  agentId: z.string(),
  task: z.string(),
  startedAt: time,
  completedAt: time.optional(),
  stepCount: z.int(),
  summary: traceSummary.optional(),
}).meta({ id: "Trace" });

export const triggerType = z.enum([
  "stuck_loop",
  "repeated_failures",
  "error_accumulation",
  "time_exceeded",
  "low_efficiency",
]);

export const trigger = z.object({
  type: triggerType,
  level: z.int().min(1).max(3),
  reason: z.string(),
  detectedAt: time,
}).meta({ id: "EscalationTrigger" });

export const resolvedBy = z.enum(["self", "peer", "human"]);

export const escalation = z.object({
  id: z.string(),
  agentId: z.string(),
  sessionId: z.string(),
  task: z.string(),
  triggeredAt: time,
  triggers: z.array(trigger),
  highestLevel: z.int().min(1).max(3),
  recommendation: z.string(),
  resolvedAt: time.optional(),
  resolvedBy: resolvedBy.optional(),
  resolverAgent: z.string().optional(),
  helpfulHint: z.string().optional(),
}).meta({ id: "Escalation" });

/** What the answer to a step says while an escalation of its trace is open. */
export const stepEscalation = z.object({
  shouldEscalate: z.boolean(),
  triggers: z.array(trigger),
  highestLevel: z.int().min(0).max(3),
  recommendation: z.string(),
  escalationId: z.string(),
}).meta({ id: "StepEscalation" });

/** What adding a step answers. */
export const stepAdded = z.object({ step: traceStep, escalation: stepEscalation.optional() });
/** What completing a trace answers. */
export const traceCompleted = z.object({ trace, summary: traceSummary });

export const resolveInput = z.strictObject({
  resolvedBy,
  resolverAgent: agentId.optional(),
  helpfulHint: wholeText.max(4_000).optional(),
});

export const resolution = z.object({
  escalationId: z.string(),
  resolvedBy,
  resolverAgent: z.string().optional(),
  /** Ms it was open. */
  resolutionTime: z.int(),
  helpfulHint: z.string().optional(),
}).meta({ id: "EscalationResolution" });

export const flowStatus = z.enum(["in_flow", "available", "stuck", "offline"]);

export const flow = z.object({
  status: flowStatus,
  /** Whole minutes in this status. */
  durationMinutes: z.int(),
  /** Do not interrupt. */
  respectFlow: z.boolean(),
  /** Why it is stuck. */
  reason: z.string().optional(),
}).meta({ id: "Flow" });

const count = (value: number) => z.int().min(1).max(20).default(value);
const duration = (value: number) => z.int().min(1_000).max(30 * 86_400_000).default(value);

export const tracesSettings = z.strictObject({
  /** stuck_loop: so many steps with one tool and nothing or little found, of the last `stuckLoopWindow`. */
  stuckLoopSteps: count(3),
  stuckLoopWindow: count(5),
  /** repeated_failures: steps that found nothing. */
  repeatedFailures: z.int().min(1).max(1_000).default(3),
  /** error_accumulation: steps that failed. */
  errorAccumulation: z.int().min(1).max(1_000).default(2),
  /** time_exceeded: longer than this. */
  timeExceededMs: duration(600_000),
  /** low_efficiency: from so many steps on, more than this share without use. */
  lowEfficiencySteps: z.int().min(1).max(1_000).default(5),
  lowEfficiencyShare: z.number().min(0).max(1).default(0.6),
  /** Level 3: a level-2 trigger still there so many steps after a level-2 escalation. */
  persistSteps: z.int().min(1).max(1_000).default(3),
  /** In flow: so many productive of the last `flowWindowSteps` within `flowWindowMs`. */
  flowProductiveSteps: count(5),
  flowWindowSteps: count(10),
  flowWindowMs: duration(900_000),
  /** Offline: so long without a trace. */
  flowOfflineMs: duration(3_600_000),
});

export type TraceInput = z.infer<typeof traceInput>;
export type StepInput = z.infer<typeof stepInput>;
export type StepOutcome = z.infer<typeof stepOutcome>;
export type Trace = z.infer<typeof trace>;
export type TraceStep = z.infer<typeof traceStep>;
export type TraceSummary = z.infer<typeof traceSummary>;
export type Trigger = z.infer<typeof trigger>;
export type TriggerType = z.infer<typeof triggerType>;
export type Escalation = z.infer<typeof escalation>;
export type StepEscalation = z.infer<typeof stepEscalation>;
export type ResolveInput = z.infer<typeof resolveInput>;
export type Resolution = z.infer<typeof resolution>;
export type ResolvedBy = z.infer<typeof resolvedBy>;
export type Flow = z.infer<typeof flow>;
export type FlowStatus = z.infer<typeof flowStatus>;
export type TracesSettings = z.infer<typeof tracesSettings>;
