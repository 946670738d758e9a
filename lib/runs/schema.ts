/** What a person may ask of a run. Browser-safe. */
import { z } from "zod";
import { covenantInput, covenantPatch } from "../agents/covenant.ts";
import { pattern, runInput, runStatus } from "../engine/schema.ts";
import { isId } from "../kernel/core/ids.ts";
import { jsonValue } from "../kernel/core/json_schema.ts";

const reason = z.string().trim().min(1).max(4_000).optional();
const stepId = z.string().refine((value) => isId("step", value), "not a step id");

export const reasonInput = z.strictObject({ reason });

/** What is different after the cut. */
const changes = z.strictObject({
  input: jsonValue.optional(),
  output: jsonValue.optional(),
  covenant: covenantInput.omit({ mode: true }).optional(),
});

/** Where to cut, for rewind and fork. */
export const cutInput = z.strictObject({ stepId, changes: changes.optional(), reason });

export const overrideInput = z.strictObject({
  output: jsonValue.refine((value) => value !== undefined, "is required"),
  reason,
});

export const injectInput = z.strictObject({
  content: z.string().trim().min(1).max(4_000),
  /** The step that gets it; absent: every step that reads its inbox. */
  stepId: stepId.optional(),
});

export const acceptInput = z.strictObject({ edits: covenantPatch.optional(), reason });

export const runFilter = z.object({
  status: runStatus.optional(),
  sessionId: z.string().max(128).optional(),
  /** Text found in the intent, whatever its case. */
  q: z.string().trim().min(1).max(200).optional(),
});

/** A pattern to start runs from, with what it takes. */
export const workflow = z.object({
  template: pattern,
  name: z.string(),
  description: z.string(),
  /** JSON schema of `inputs`. */
  inputs: z.record(z.string(), z.unknown()),
}).meta({ id: "Workflow" });

/** Without an intent, the inputs say it. */
export const workflowInput = runInput.omit({ pattern: true, sessionId: true })
  .extend({ intent: runInput.shape.intent.optional() });

export type Workflow = z.infer<typeof workflow>;
export type WorkflowInput = z.infer<typeof workflowInput>;
export type CutInput = z.infer<typeof cutInput>;
export type InjectInput = z.infer<typeof injectInput>;
export type RunFilter = z.infer<typeof runFilter>;
