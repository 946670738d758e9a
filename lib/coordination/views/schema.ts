/** What an agent or a person needs at once to begin or to go on. Browser-safe. */
import { z } from "zod";
import { agent, agentStatus } from "../agents/schema.ts";
import { message } from "../chat/schema.ts";
import { checkpoint } from "../checkpoints/schema.ts";
import { claim } from "../claims/schema.ts";
import { dashboard } from "../dashboard/schema.ts";
import { handoff } from "../handoffs/schema.ts";
import { memory } from "../memory/schema.ts";
import { agentId, priority, time } from "../schema.ts";
import { soul } from "../souls/schema.ts";
import { task } from "../tasks/schema.ts";
import { flowStatus } from "../traces/schema.ts";

/** Query of what an agent asks for itself. */
export const viewQuery = z.object({ agentId: agentId.optional() });

export const work = z.object({
  agentId,
  summary: z.object({
    activeAgents: z.int(),
    todoTasks: z.int(),
    /** Its own. */
    inProgressTasks: z.int(),
  }),
  /** Who is not offline, newest `lastSeen` first. */
  team: z.array(agent),
  tasks: z.object({
    /** To be taken, newest first, at most 100. */
    todo: z.array(task),
    /** Its own that are not done. */
    mine: z.array(task),
  }),
  /** The newest 20, oldest first. */
  recentChat: z.array(message),
}).meta({ id: "HotStart" });

export const suggestedTask = z.object({
  task: z.string(),
  reason: z.string(),
  xpEstimate: z.int(),
  priority,
  /** What to claim. */
  handoffId: z.string().optional(),
  taskId: z.string().optional(),
}).meta({ id: "SuggestedTask" });

export const onboarding = z.object({
  agentId,
  isNewAgent: z.boolean(),
  timestamp: time,
  soul: soul.nullable(),
  dashboard: dashboard.nullable(),
  checkpoint: checkpoint.nullable(),
  teamOnline: z.array(z.object({
    agentId,
    status: agentStatus,
    flowStatus,
    currentTask: z.string().optional(),
  })),
  suggestedTask,
  /** The newest 5, oldest first. */
  recentChat: z.array(message),
  welcomeMessage: z.string(),
}).meta({ id: "Onboarding" });

export const quickAction = z.object({
  action: z.string(),
  label: z.string(),
  description: z.string(),
  priority,
});

export const sessionResume = z.object({
  timestamp: time,
  session: z.object({
    messageCount: z.int(),
    participantCount: z.int(),
    startTime: time.nullable(),
    endTime: time.nullable(),
    durationDescription: z.string(),
  }),
  /** Most messages first. */
  participants: z.array(z.object({
    agentId: z.string(),
    messageCount: z.int(),
    lastMessage: z.string(),
    lastActive: time,
  })),
  accomplishments: z.array(z.string()).max(10),
  pending: z.object({
    handoffs: z.array(handoff),
    tasks: z.array(task),
    claims: z.array(claim),
  }),
  quickActions: z.array(quickAction),
  /** The newest 5, oldest first. */
  recentContext: z.array(message),
  summaryText: z.string(),
}).meta({ id: "SessionResume" });

export const agentState = z.object({
  agentId,
  checkpoint: checkpoint.nullable(),
  /** How many. */
  unreadMessages: z.int(),
  /** The newest 10. */
  recentMemories: z.array(memory),
}).meta({ id: "AgentState" });

export type Work = z.infer<typeof work>;
export type SuggestedTask = z.infer<typeof suggestedTask>;
export type Onboarding = z.infer<typeof onboarding>;
export type QuickAction = z.infer<typeof quickAction>;
export type SessionResume = z.infer<typeof sessionResume>;
export type AgentState = z.infer<typeof agentState>;
