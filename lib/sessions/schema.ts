/** Sessions and messages as every surface shows them. Browser-safe. */
import { z } from "zod";
import { pattern, runInput } from "../engine/schema.ts";

/** What happens to a message that arrives while the session's run is still at work. */
export const sessionPolicy = z.enum(["enqueue", "reject", "interrupt", "rollback"]);
const title = z.string().trim().min(1).max(200);
const time = z.iso.datetime();

export const session = z.object({
  id: z.string(),
  title: z.string(),
  policy: sessionPolicy,
  status: z.enum(["idle", "busy"]),
  /** The run now at work, when busy. */
  activeRunId: z.string().optional(),
  /** Runs of messages that wait for their turn. */
  queuedRunIds: z.array(z.string()),
  /** Rises with every change a client makes; the ETag. */
  version: z.int().min(1),
  createdAt: time,
  updatedAt: time,
}).meta({ id: "Session" });

export const sessionInput = z.strictObject({
  title: title.optional(),
  policy: sessionPolicy.optional(),
});

export const sessionPatch = z.strictObject({
  title: title.optional(),
  policy: sessionPolicy.optional(),
});

export const message = z.object({
  id: z.string(),
  sessionId: z.string(),
  role: z.enum(["user", "assistant", "system"]),
  content: z.string(),
  status: z.enum(["streaming", "done", "failed", "stopped"]),
  runId: z.string().optional(),
  model: z.string().optional(),
  costMicros: z.int().min(0).optional(),
  /** Only in events: the content was cut, the message list has all of it. */
  truncated: z.boolean().optional(),
  createdAt: time,
}).meta({ id: "Message" });

export const messageInput = z.strictObject({
  content: runInput.shape.intent,
  pattern: pattern.optional(),
  covenant: runInput.shape.covenant,
  inputs: runInput.shape.inputs,
  model: runInput.shape.model,
});

export type Session = z.infer<typeof session>;
export type SessionInput = z.infer<typeof sessionInput>;
export type SessionPatch = z.infer<typeof sessionPatch>;
export type Message = z.infer<typeof message>;
export type MessageInput = z.infer<typeof messageInput>;
