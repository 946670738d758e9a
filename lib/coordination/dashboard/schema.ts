/** One agent at a glance, with advice. Browser-safe. */
import { z } from "zod";
import { heartbeatHealth, shadow } from "../heartbeats/schema.ts";
import { priority, time } from "../schema.ts";
import { achievement, domain, level, soul, specializationRank } from "../souls/schema.ts";
import { flow } from "../traces/schema.ts";

const share = z.number().min(0).max(1);

export const suggestion = z.object({
  action: z.string(),
  priority,
  reason: z.string(),
}).meta({ id: "Suggestion" });

export const dashboard = z.object({
  agentId: z.string(),
  timestamp: time,
  level: z.object({
    current: level,
    xp: z.int(),
    nextLevel: level.nullable(),
    /** What is missing to it; all three are needed. */
    xpNeeded: z.int(),
    /** Share of the way from this level's experience to the next one's. */
    xpProgress: share,
    streakNeeded: z.int(),
    tasksNeeded: z.int(),
  }),
  streak: z.object({
    current: z.int(),
    longest: z.int(),
    atRisk: z.boolean(),
    hoursUntilExpires: z.number(),
  }),
  rust: z.object({
    level: share,
    xpMultiplier: share,
    status: z.enum(["fresh", "light", "medium", "heavy"]),
  }),
  flow,
  session: z.object({
    /** Completed since midnight UTC. */
    tasksToday: z.int(),
    xpToday: z.int(),
    /** Percent, of the tasks of today. */
    avgEfficiency: z.int(),
    tokensUsed: z.int(),
  }),
  trust: z.object({
    overall: share,
    transparency: share,
    trackRecord: share,
    /** Percent. */
    successRate: z.int(),
  }),
  abilities: soul.shape.abilities,
  specializations: z.array(z.object({
    domain,
    xp: z.number(),
    /** Null below the first. */
    rank: specializationRank.nullable(),
    /** Share of the way to the next rank. */
    progress: share,
  })),
  recentAchievements: z.array(achievement),
  alerts: z.object({
    pendingEscalations: z.int(),
    streakAtRisk: z.boolean(),
    highRust: z.boolean(),
  }),
  shadow,
  heartbeat: heartbeatHealth,
  suggestions: z.array(suggestion),
}).meta({ id: "AgentDashboard" });

export const dashboardSettings = z.strictObject({
  recentAchievements: z.int().min(0).max(100).default(5),
  highRust: share.default(0.4),
  /** Advice below these. */
  lowEfficiency: share.default(0.5),
  lowTransparency: share.default(0.5),
});

export type Dashboard = z.infer<typeof dashboard>;
export type Suggestion = z.infer<typeof suggestion>;
export type DashboardSettings = z.infer<typeof dashboardSettings>;
