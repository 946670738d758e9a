/** Approvals as every surface shows and answers them. Browser-safe. */
import { z } from "zod";
import { jsonValue } from "../kernel/core/json_schema.ts";

export const approvalKind = z.enum(["covenant", "tool", "question", "outcome_unknown"]);
export const approvalStatus = z.enum([
  "open",
  "approved",
  "rejected",
  "answered",
  "expired",
  "canceled",
]);
const time = z.iso.datetime();

/** What a person may say to an approval; which fields a kind takes is decided in decide.ts. */
export const answerInput = z.strictObject({
  decision: z.enum(["approve", "reject", "answer"]),
  /** The arguments to use instead of those shown. */
  edits: jsonValue.optional(),
  /** The answer to a question, or `retry`, `done`, `failed` for an unknown outcome. */
  value: jsonValue.optional(),
  /** What the world answered, when an unknown outcome is marked `done`. */
  receipt: jsonValue.optional(),
  reason: z.string().trim().min(1).max(4_000).optional(),
});

export const approval = z.object({
  id: z.string(),
  kind: approvalKind,
  status: approvalStatus,
  runId: z.string(),
  stepId: z.string().optional(),
  /** Name of the tool whose arguments are asked about. */
  tool: z.string().optional(),
  question: z.string(),
  args: jsonValue.optional(),
  /** What was approved is what runs. */
  argsDigest: z.string(),
  /** JSON schema of the value or of the edits wanted. */
  schema: jsonValue.optional(),
  risk: z.enum(["low", "medium", "high"]),
  expiresAt: time.optional(),
  onExpiry: z.enum(["reject", "approve"]),
  createdAt: time,
  answeredAt: time.optional(),
  answeredBy: z.string().optional(),
  decision: jsonValue.optional(),
}).meta({ id: "Approval" });

export type Approval = z.infer<typeof approval>;
export type ApprovalStatus = z.infer<typeof approvalStatus>;
export type AnswerInput = z.infer<typeof answerInput>;
