/** Group chat: messages, reactions, threads, kudos; shapes, inputs, settings. Browser-safe. */
import { z } from "zod";
import { agentId, time, wholeText } from "../schema.ts";

/** Stored once, in an event and in the record: below what either takes, also as UTF-8. */
const TEXT_MAX = 10_000;

export const authorType = z.enum(["agent", "human", "system"]);

/** Agents by their id, people and systems by any name. */
const name = wholeText.trim().min(1).max(128).refine((text) => !/\p{Cc}/u.test(text), {
  message: "no control characters",
});
const text = wholeText.max(TEXT_MAX).regex(/\S/, { message: "must not be empty" });
/** A check and no pattern: what clients in other languages are given must compile there. */
const emoji = wholeText.trim().normalize("NFC").min(1).max(64).refine(isEmoji, {
  message: "an emoji or a short code such as :eyes:, at most 32 characters without spaces",
});
function isEmoji(text: string): boolean {
  return /^[^\s\p{Cc}]{1,32}$/u.test(text);
}
const messageId = z.string().min(1).max(64);

export const reaction = z.object({ emoji: z.string(), by: z.string(), at: time });

export const message = z.object({
  id: z.string(),
  author: z.string(),
  authorType,
  message: z.string(),
  timestamp: time,
  reactions: z.array(reaction),
  /** The message this one replies to. */
  threadId: z.string().optional(),
  /** Replies to this message; absent without any. */
  replyCount: z.int().min(1).optional(),
  /** Agents it names, in order; `@all` and its like stand as `all`. */
  mentions: z.array(z.string()),
}).meta({ id: "ChatMessage" });

const chatFields = z.strictObject({
  author: name,
  authorType: authorType.default("agent"),
  message: text,
  /** Any message of a thread; a reply to a reply joins its thread. */
  threadId: messageId.optional(),
});

/** What a client sends: the author may come with its key or header. */
export const chatBody = chatFields.partial({ author: true });
/** A reply: the thread stands in the address. */
export const replyBody = chatBody.omit({ threadId: true });

export const chatInput = chatFields.superRefine((input, context) => {
  if (input.authorType !== "agent") return;
  const parsed = agentId.safeParse(input.author);
  if (parsed.success) return;
  context.addIssue({
    code: "custom",
    path: ["author"],
    message: parsed.error.issues[0]!.message,
  });
});

export const reactionInput = z.strictObject({
  messageId,
  emoji,
  by: name,
});

export const reactionBody = reactionInput.omit({ messageId: true }).partial({ by: true });

export const thread = z.object({
  root: message,
  /** Oldest first. */
  replies: z.array(message),
}).meta({ id: "Thread" });

export const kudosInput = z.strictObject({
  from: agentId,
  to: agentId,
  note: wholeText.trim().min(1).max(1_000),
  messageId: messageId.optional(),
});

export const kudosBody = kudosInput.partial({ from: true });

export const kudos = z.object({
  id: z.string(),
  from: z.string(),
  to: z.string(),
  note: z.string(),
  messageId: z.string().optional(),
  /** UTC day it counts for. */
  day: z.iso.date(),
  timestamp: time,
}).meta({ id: "Kudos" });

export const messageHit = message.extend({
  /** Higher fits better; comparable within one answer only. */
  score: z.number(),
});

export const chatSettings = z.strictObject({
  /** Messages answered when no limit is given. */
  defaultLimit: z.int().min(1).max(500).default(50),
  /** Agents a mention reaches in the message's own commit; the rest follow in jobs. */
  fanOutPerCommit: z.int().min(1).max(100).default(60),
  maxReactions: z.int().min(1).max(500).default(300),
});

export type AuthorType = z.infer<typeof authorType>;
export type Message = z.infer<typeof message>;
export type Reaction = z.infer<typeof reaction>;
export type ChatInput = z.input<typeof chatInput>;
export type ReactionInput = z.infer<typeof reactionInput>;
export type Thread = z.infer<typeof thread>;
export type Kudos = z.infer<typeof kudos>;
export type KudosInput = z.infer<typeof kudosInput>;
export type MessageHit = z.infer<typeof messageHit>;
