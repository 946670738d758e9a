/** An agent's inbox: shapes, inputs, settings. Browser-safe. */
import { z } from "zod";
import { time, wholeText } from "../schema.ts";

export const inboxType = z.enum(["note", "status", "handoff", "mention"]);

const TEXT_MAX = 10_000;

export const inboxMessage = z.object({
  id: z.string(),
  from: z.string(),
  type: inboxType,
  message: z.string(),
  timestamp: time,
  read: z.boolean(),
  /** The chat message a mention is in. */
  chatMessageId: z.string().optional(),
  /** The handoff it tells of. */
  handoffId: z.string().optional(),
}).meta({ id: "InboxMessage" });

export const inboxInput = z.strictObject({
  from: wholeText.trim().min(1).max(128).refine((text) => !/\p{Cc}/u.test(text), {
    message: "no control characters",
  }),
  message: wholeText.max(TEXT_MAX).regex(/\S/, { message: "must not be empty" }),
  type: inboxType.default("note"),
});

/** What a client sends: who writes may come with its key or header. */
export const inboxBody = inboxInput.partial({ from: true });

export const markReadInput = z.strictObject({
  messageIds: z.array(z.string().min(1).max(64)).min(1).max(200),
});

export const inboxSettings = z.strictObject({
  /** Messages answered at most. */
  listLimit: z.int().min(1).max(100).default(100),
});

export type InboxType = z.infer<typeof inboxType>;
export type InboxMessage = z.infer<typeof inboxMessage>;
export type InboxInput = z.input<typeof inboxInput>;
