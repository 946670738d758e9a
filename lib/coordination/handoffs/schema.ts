/** Handoffs: work given from one agent to another, with what is needed to go on. Browser-safe. */
import { z } from "zod";
import { agentId, priority, time, wholeText } from "../schema.ts";

export const handoffStatus = z.enum(["pending", "claimed", "completed"]);

export const HANDOFF_LIMITS = { nextSteps: 50, recordBytes: 32_000 } as const;

export const handoff = z.object({
  id: z.string(),
  fromAgent: z.string(),
  /** Absent: for whoever takes it first. */
  toAgent: z.string().optional(),
  title: z.string(),
  context: z.string(),
  code: z.string().optional(),
  filePath: z.string().optional(),
  nextSteps: z.array(z.string()),
  priority,
  status: handoffStatus,
  claimedBy: z.string().optional(),
  createdAt: time,
  claimedAt: time.optional(),
  completedAt: time.optional(),
}).meta({ id: "Handoff" });

export const handoffInput = z.strictObject({
  fromAgent: agentId.optional(),
  toAgent: agentId.optional(),
  title: wholeText.trim().min(1).max(500),
  context: wholeText.min(1).max(30_000),
  code: wholeText.max(30_000).optional(),
  filePath: wholeText.trim().min(1).max(2_000).optional(),
  nextSteps: z.array(wholeText.trim().min(1).max(1_000)).max(HANDOFF_LIMITS.nextSteps).default([]),
  priority: priority.default("medium"),
});

/** Body of claim. */
export const handoffActor = z.strictObject({ agentId: agentId.optional() });

/** Body of complete. A token is checked against the lock of `resourcePath`. */
export const handoffCompletion = z.strictObject({
  agentId: agentId.optional(),
  token: z.int().min(0).max(Number.MAX_SAFE_INTEGER).optional(),
  /** Default: the handoff's `filePath`. */
  resourcePath: z.string().min(1).max(8_000).optional(),
});

export const handoffFilter = z.object({
  /** Its own and those for anybody. */
  toAgent: agentId.optional(),
  fromAgent: agentId.optional(),
  status: handoffStatus.optional(),
});

export type Handoff = z.infer<typeof handoff>;
export type HandoffStatus = z.infer<typeof handoffStatus>;
export type HandoffInput = z.input<typeof handoffInput>;
