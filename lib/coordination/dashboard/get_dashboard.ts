/** Puts together what was measured of an agent. */
import type { AppContext } from "../../kernel/context.ts";
import { getHeartbeat, getShadow } from "../heartbeats/mod.ts";
import { type CoordinationSettings, readSettings } from "../settings/mod.ts";
import { getSoul, getStoredSoul, nextLevelOf, rankOf, streakNow } from "../souls/mod.ts";
import type { Domain, Soul } from "../souls/schema.ts";
import { type DayTallies, getDayTallies } from "../tallies/mod.ts";
import { countOpenEscalations, getFlow } from "../traces/mod.ts";
import { decideSuggestions } from "./decide.ts";
import type { Dashboard } from "./schema.ts";

/** Null without a soul. */
export async function getDashboard(
  ctx: Pick<AppContext, "kv" | "clock">,
  workspaceId: string,
  agentId: string,
): Promise<Dashboard | null> {
  const nowMs = ctx.clock.now();
  const [stored, soul] = await Promise.all([
    getStoredSoul(ctx, workspaceId, agentId),
    getSoul(ctx, workspaceId, agentId),
  ]);
  if (!stored || !soul) return null;
  const [settings, today, pendingEscalations, flow, shadow, heartbeat] = await Promise.all([
    readSettings(ctx, workspaceId),
    getDayTallies(ctx, workspaceId, agentId, nowMs),
    countOpenEscalations(ctx, workspaceId, agentId),
    getFlow(ctx, workspaceId, agentId),
    getShadow(ctx, workspaceId, agentId),
    getHeartbeat(ctx, workspaceId, agentId),
  ]);
  const { atRisk, hoursLeft } = streakNow(stored.streak, settings.souls, nowMs);
  const measured = {
    agentId,
    timestamp: new Date(nowMs).toISOString(),
    ...earned(soul, settings),
    streak: {
      current: soul.currentStreak,
      longest: soul.longestStreak,
      atRisk,
      hoursUntilExpires: Math.floor(hoursLeft * 10) / 10,
    },
    flow,
    session: session(today),
    alerts: {
      pendingEscalations,
      streakAtRisk: atRisk,
      highRust: soul.rustLevel >= settings.dashboard.highRust,
    },
    shadow,
    heartbeat,
  };
  const suggestions = decideSuggestions(measured, soul.tasksCompleted, settings.dashboard);
  return { ...measured, suggestions };
}

/** The parts that are the soul's alone. */
function earned(soul: Soul, { souls, dashboard }: CoordinationSettings) {
  const progress = { xp: soul.totalXP, streak: soul.currentStreak, tasks: soul.tasksCompleted };
  const next = nextLevelOf(soul.level, progress, souls);
  return {
    level: { current: soul.level, xp: soul.totalXP, ...next },
    rust: {
      level: soul.rustLevel,
      xpMultiplier: soul.effectiveXPMultiplier,
      status: rustStatus(soul.rustLevel, souls.rust),
    },
    trust: {
      overall: soul.trustScore,
      transparency: soul.transparencyScore,
      trackRecord: soul.trackRecordScore,
      successRate: percentOf(soul.tasksSuccessful, soul.tasksCompleted),
    },
    abilities: soul.abilities,
    specializations: (Object.entries(soul.specializations) as [Domain, number][])
      .filter(([, xp]) => xp > 0)
      .sort(([, a], [, b]) => b - a)
      .map(([domain, xp]) => ({ domain, xp, ...rankOf(xp, souls) })),
    recentAchievements: newest(soul.achievements, dashboard.recentAchievements),
  };
}

function session(today: DayTallies): Dashboard["session"] {
  return {
    tasksToday: today.tasks,
    xpToday: today.xp,
    avgEfficiency: percentOf(today.efficiency, today.tasks),
    tokensUsed: today.tokens,
  };
}

function rustStatus(
  rust: number,
  { light, medium }: CoordinationSettings["souls"]["rust"],
): Dashboard["rust"]["status"] {
  if (rust === 0) return "fresh";
  if (rust <= light.rust) return "light";
  return rust <= medium.rust ? "medium" : "heavy";
}

function newest<T>(list: readonly T[], count: number): T[] {
  return list.slice(Math.max(0, list.length - count)).reverse();
}

const percentOf = (part: number, whole: number) =>
  whole > 0 ? Math.min(100, Math.round(part / whole * 100)) : 0;
