/** What happened for an agent since it last looked, on one page. Browser-safe. */
import { z } from "zod";
import { handoff } from "../handoffs/schema.ts";
import { inboxMessage } from "../inbox/schema.ts";
import { task } from "../tasks/schema.ts";
import { time } from "../schema.ts";

export const taskChange = z.object({
  /** The task as it is now. */
  task,
  /** What happened to it, oldest first: created, updated, claimed, released, completed. */
  changes: z.array(z.string()),
  /** Who did it. */
  by: z.array(z.string()),
  at: time,
});

export const lockConflict = z.object({
  resourcePath: z.string(),
  role: z.enum(["asked", "held"]),
  other: z.string(),
  at: time,
  count: z.int(),
});

export const digest = z.object({
  agentId: z.string(),
  since: time,
  /** Newest first. */
  mentions: z.array(inboxMessage),
  /** Messages of the inbox not read yet, whatever their age. */
  unread: z.int(),
  /** One entry for each task that others changed; newest first. */
  taskChanges: z.array(taskChange),
  /** Locks it asked for and was refused, or held when another asked. */
  lockConflicts: z.array(lockConflict),
  /** Open ones it may take, and those of its own that others took or completed. */
  handoffs: z.array(handoff),
  /** More happened than fits; the oldest is left out. */
  truncated: z.boolean(),
  /** `since` of the next digest. */
  nextCursor: z.string(),
}).meta({ id: "Digest" });

export const digestSettings = z.strictObject({
  /** How far back a digest looks when not told. */
  windowMs: z.int().min(60_000).max(2_592_000_000).default(86_400_000),
  /** Of mentions, tasks, conflicts and handoffs each, at most. */
  listLimit: z.int().min(1).max(100).default(50),
});

export type TaskChange = z.infer<typeof taskChange>;
export type Digest = z.infer<typeof digest>;
