/** Runs, steps, effects, approvals and their events as every surface shows them. Browser-safe. */
import { z } from "zod";
import { jsonValue } from "../kernel/core/json_schema.ts";
import { covenant, covenantInput, covenantMode } from "../agents/covenant.ts";
import { approval } from "../governance/schema.ts";

export { type Approval, approval, approvalKind, approvalStatus } from "../governance/schema.ts";
export type { Covenant } from "../agents/covenant.ts";

export const runStatus = z.enum([
  "pending",
  "running",
  "waiting",
  "paused",
  "completed",
  "failed",
  "canceled",
]);
export const stepStatus = z.enum([
  "pending",
  "queued",
  "running",
  "waiting",
  "completed",
  "failed",
  "canceled",
  "superseded",
]);
export const effectStatus = z.enum(["intended", "done", "failed", "outcome_unknown"]);
export const pattern = z.enum(["full", "parallel", "workers", "optimize", "smart"]);

export const usage = z.object({ inputTokens: z.int().min(0), outputTokens: z.int().min(0) });
export const problem = z.object({
  code: z.string(),
  message: z.string(),
  stepId: z.string().optional(),
});
const time = z.iso.datetime();

/** Where a value too large for events is kept. */
export const blobRef = z.object({ id: z.string(), sizeBytes: z.int().min(0) });

export const run = z.object({
  id: z.string(),
  /** In events only its beginning when it is long; then `intentRef` says where all of it is. */
  intent: z.string(),
  intentRef: blobRef.optional(),
  status: runStatus,
  /** A built-in pattern, or the id of the agent run directly. */
  pattern: z.string(),
  mode: covenantMode,
  sessionId: z.string().optional(),
  covenantId: z.string(),
  parentRunId: z.string().optional(),
  /** Who started it; what it costs also counts for their API key. */
  createdBy: z.string().optional(),
  progress: z.number().min(0).max(100),
  costMicros: z.int().min(0),
  usage,
  /** Model of the latest step that answered. */
  model: z.string().optional(),
  /** The exact final text (or JSON, for patterns that answer with data). */
  output: jsonValue.optional(),
  error: problem.optional(),
  /** What it waits for, when waiting. */
  waitingFor: z.array(z.string()).optional(),
  createdAt: time,
  startedAt: time.optional(),
  completedAt: time.optional(),
}).meta({ id: "Run" });

export const step = z.object({
  id: z.string(),
  runId: z.string(),
  parentId: z.string().optional(),
  agent: z.string(),
  title: z.string(),
  role: z.string(),
  status: stepStatus,
  dependsOn: z.array(z.string()),
  /** Its streamed text is the run's answer. */
  answer: z.boolean(),
  attempt: z.int().min(1),
  progress: z.number().min(0).max(100),
  thoughts: z.array(z.object({ at: time, text: z.string() })),
  actions: z.array(z.object({ at: time, text: z.string() })),
  /** Text streamed so far by the current attempt. */
  text: z.string(),
  output: jsonValue.optional(),
  error: problem.optional(),
  model: z.string().optional(),
  usage,
  costMicros: z.int().min(0),
  queuedAt: time,
  startedAt: time.optional(),
  completedAt: time.optional(),
}).meta({ id: "Step" });

export const effect = z.object({
  id: z.string(),
  runId: z.string(),
  stepId: z.string(),
  /** model, tool, spawn, approve, ask, sleep, wait, now, random, inbox, agree. */
  kind: z.string(),
  name: z.string(),
  key: z.string(),
  status: effectStatus,
  attempts: z.int().min(1),
  /** The arguments, or their digest when they are long. */
  request: jsonValue.optional(),
  receipt: jsonValue.optional(),
  costMicros: z.int().min(0),
  usage: usage.optional(),
  model: z.string().optional(),
  error: problem.optional(),
  startedAt: time,
  completedAt: time.optional(),
}).meta({ id: "Effect" });

export const runInput = z.strictObject({
  intent: z.string().trim().min(1).max(100_000),
  sessionId: z.string().optional(),
  pattern: pattern.optional(),
  covenant: covenantInput.optional(),
  /** Pattern inputs: `requests` for parallel, `context` for workers, `criteria` … for optimize. */
  inputs: z.record(z.string(), jsonValue).optional(),
  model: z.string().min(1).max(200).optional(),
});

export const runView = z.object({
  run,
  covenant,
  steps: z.array(step),
  approvals: z.array(approval),
  /** Id of the last event folded into this view: follow on from here. "" when none is. */
  cursor: z.string(),
});

export type Run = z.infer<typeof run>;
export type Step = z.infer<typeof step>;
export type Effect = z.infer<typeof effect>;
export type RunInput = z.infer<typeof runInput>;
export type RunView = z.infer<typeof runView>;
export type RunStatus = z.infer<typeof runStatus>;
export type StepStatus = z.infer<typeof stepStatus>;
export type Problem = z.infer<typeof problem>;
