/** Heartbeats and shadows: shapes, inputs, settings. Browser-safe. */
import { z } from "zod";
import { agentStatus } from "../agents/schema.ts";
import { agentId, time } from "../schema.ts";

const stallThresholdMs = z.int().min(1).max(86_400_000);
const heartbeatIntervalMs = z.int().min(1).max(86_400_000);

export const heartbeatInput = z.strictObject({
  /** Since the last heartbeat. */
  tokensUsed: z.int().min(0).max(1_000_000_000_000).optional(),
  currentTask: z.string().max(2_000).optional(),
  status: agentStatus.optional(),
});

export const heartbeat = z.object({
  id: z.string(),
  timestamp: time,
  status: agentStatus,
  tokensUsed: z.int().optional(),
  currentTask: z.string().optional(),
}).meta({ id: "Heartbeat" });

/** What a heartbeat is answered with; `takenOver` tells an agent that came back what it lost, once. */
export const heartbeatReceipt = z.object({
  id: z.string(),
  timestamp: time,
  takenOver: z.object({ by: agentId, at: time, message: z.string() }).optional(),
});

export const heartbeatHealth = z.object({
  lastHeartbeat: time.nullable(),
  isHealthy: z.boolean(),
  /** Silence so far, 0 for an agent nobody waits for. */
  stalledForMs: z.int(),
  stalledForMinutes: z.number(),
  /** Kept heartbeats, at most the last 100. */
  heartbeatCount: z.int(),
  recentHeartbeats: z.array(heartbeat),
}).meta({ id: "HeartbeatHealth" });

export const shadowStatus = z.enum(["none", "monitoring", "taken-over"]);

export const shadow = z.object({
  hasShadow: z.boolean(),
  shadowId: agentId.nullable(),
  shadowStatus,
  isShadow: z.boolean(),
  primaryAgent: agentId.nullable(),
  lastHeartbeat: time.nullable(),
  isHealthy: z.boolean(),
  stallThresholdMs: z.int(),
  heartbeatIntervalMs: z.int(),
  registeredAt: time.nullable(),
  takeoverAt: time.nullable(),
}).meta({ id: "Shadow" });

const timing = {
  stallThresholdMs: stallThresholdMs.optional(),
  heartbeatIntervalMs: heartbeatIntervalMs.optional(),
};
/** By the agent in the path, which asks `shadowId` to watch it. */
export const registerShadowInput = z.strictObject({
  action: z.literal("register-shadow"),
  shadowId: agentId,
  ...timing,
});
/** By the agent in the path, which begins to watch `primaryAgent`. */
export const becomeShadowInput = z.strictObject({
  action: z.literal("become-shadow"),
  primaryAgent: agentId,
  ...timing,
});
/** The path names the stalled agent, or the shadow of one. */
export const takeoverInput = z.strictObject({
  action: z.literal("takeover"),
  /** Also when it is not stalled; needs role operator. */
  force: z.boolean().optional(),
});
export const configureShadowInput = z.strictObject({ action: z.literal("configure"), ...timing });

export const shadowInput = z.discriminatedUnion("action", [
  registerShadowInput,
  becomeShadowInput,
  takeoverInput,
  configureShadowInput,
]);

/** What a takeover moved. `complete: false`: more is held than one commit takes; the rest follows. */
export const takeover = z.object({
  primaryAgent: agentId,
  shadowId: agentId,
  takeoverAt: time,
  previousStatus: shadowStatus,
  forced: z.boolean(),
  /** Made by the server when the agent stalled. */
  automatic: z.boolean(),
  locks: z.array(z.object({ resourcePath: z.string(), token: z.int() })),
  claims: z.array(z.string()),
  tasks: z.array(z.string()),
  complete: z.boolean(),
  /** Commits it took so far. */
  commits: z.int(),
}).meta({ id: "Takeover" });

export const heartbeatsSettings = z.strictObject({
  stallThresholdMs: stallThresholdMs.default(300_000),
  heartbeatIntervalMs: heartbeatIntervalMs.default(60_000),
});

export type HeartbeatInput = z.infer<typeof heartbeatInput>;
export type Heartbeat = z.infer<typeof heartbeat>;
export type HeartbeatReceipt = z.infer<typeof heartbeatReceipt>;
export type HeartbeatHealth = z.infer<typeof heartbeatHealth>;
export type Shadow = z.infer<typeof shadow>;
export type ShadowStatus = z.infer<typeof shadowStatus>;
export type ShadowInput = z.infer<typeof shadowInput>;
export type Takeover = z.infer<typeof takeover>;
