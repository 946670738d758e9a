/** What an agent needs to go on after it stopped. Browser-safe. */
import { z } from "zod";
import { time, wholeText } from "../schema.ts";

const text = wholeText.max(32_000);
const list = z.array(wholeText.max(4_000)).max(1_000);

export const checkpoint = z.object({
  agentId: z.string(),
  conversationSummary: z.string().optional(),
  accomplishments: z.array(z.string()),
  pendingWork: z.array(z.string()),
  recentContext: z.string().optional(),
  filesEdited: z.array(z.string()),
  checkpointAt: time,
}).meta({ id: "Checkpoint" });

/** Replaces the fields it carries and keeps the others; `[]` and `null` clear. */
export const checkpointInput = z.strictObject({
  conversationSummary: text.nullable().optional(),
  accomplishments: list.optional(),
  pendingWork: list.optional(),
  recentContext: text.nullable().optional(),
  filesEdited: list.optional(),
  /** A lock's token: refused when another was granted since. */
  token: z.int().min(1).optional(),
  /** The lock it belongs to. */
  resourcePath: z.string().min(1).max(2_000).optional(),
});

export const checkpointsSettings = z.strictObject({
  historyLength: z.int().min(1).max(100).default(20),
});

export type Checkpoint = z.infer<typeof checkpoint>;
export type CheckpointInput = z.infer<typeof checkpointInput>;
