/** The registry of external agents: shapes, inputs, settings. Browser-safe. */
import { z } from "zod";
import { agentId, time, wholeText } from "../schema.ts";

export const agentStatus = z.enum(["active", "idle", "waiting", "offline"]);

const line = wholeText.max(2_000);
const words = z.array(wholeText.trim().min(1).max(200)).max(50);

/** As every surface shows an agent; `status` is what it said unless its silence makes it offline. */
export const agent = z.object({
  agentId,
  status: agentStatus,
  currentTask: line.optional(),
  workingOn: line.optional(),
  lastSeen: time,
  capabilities: words,
  offers: words,
  needs: words,
}).meta({ id: "Agent" });

/** An upsert: absent fields keep their value; an empty `currentTask` or `workingOn` clears it. */
export const agentInput = z.strictObject({
  agentId,
  status: agentStatus.optional(),
  currentTask: line.optional(),
  workingOn: line.optional(),
  capabilities: words.optional(),
  offers: words.optional(),
  needs: words.optional(),
});

export const agentsSettings = z.strictObject({
  /** Without a WebSocket, an agent not seen for this long is offline. */
  offlineAfterMs: z.int().min(1_000).max(86_400_000).default(3_600_000),
  /** A connection silent for `pingIntervalMs` × `missedPings` is dead. */
  pingIntervalMs: z.int().min(100).max(300_000).default(20_000),
  missedPings: z.int().min(1).max(20).default(3),
  maxConnectionsPerAgent: z.int().min(1).max(64).default(16),
  /** Of one server process. */
  maxConnections: z.int().min(1).max(100_000).default(10_000),
  maxFrameBytes: z.int().min(256).max(1_048_576).default(65_536),
  /** Sent but not taken by the other end; above it the connection is closed. */
  maxBufferedBytes: z.int().min(1_024).max(67_108_864).default(1_048_576),
});

export type Agent = z.infer<typeof agent>;
export type AgentStatus = z.infer<typeof agentStatus>;
export type AgentInput = z.infer<typeof agentInput>;
export type AgentsSettings = z.infer<typeof agentsSettings>;
