/** A soul as it is stored, and as every surface shows it: joined with what was counted elsewhere. */
import { AppError } from "../../kernel/core/errors.ts";
import type { Tallies } from "../tallies/mod.ts";
import { rustOf, type Streak, streakNow, trustOf, xpMultiplier } from "./decide.ts";
import { shownAbilities } from "./levels.ts";
import type { Achievement, Level, Soul, SoulsSettings } from "./schema.ts";

export interface StoredSoul {
  readonly v: 1;
  readonly soulId: string;
  readonly agentId: string;
  readonly name: string;
  readonly personality: string | null;
  readonly createdAtMs: number;
  readonly totalXP: number;
  readonly level: Level;
  readonly streak: Streak;
  readonly longestStreak: number;
  readonly tasksCompleted: number;
  readonly tasksSuccessful: number;
  /** Of the counted traces. */
  readonly efficiencySum: number;
  readonly steps: number;
  readonly explainedSteps: number;
  readonly lastTraceId: string | null;
  /** Epoch ms of the last counted trace, else of its making. */
  readonly lastActiveMs: number;
  readonly specializations: Soul["specializations"];
  readonly achievements: readonly Achievement[];
}

export function shownSoul(
  stored: StoredSoul,
  tallies: Tallies,
  settings: SoulsSettings,
  nowMs: number,
): Soul {
  const { tasksCompleted, tasksSuccessful } = stored;
  const rustLevel = rustOf(nowMs - stored.lastActiveMs, settings);
  const successRate = mean(tasksSuccessful, tasksCompleted);
  return {
    soulId: stored.soulId,
    agentId: stored.agentId,
    name: stored.name,
    personality: stored.personality,
    createdAt: new Date(stored.createdAtMs).toISOString(),
    totalXP: stored.totalXP,
    level: stored.level,
    currentStreak: streakNow(stored.streak, settings, nowMs).count,
    longestStreak: stored.longestStreak,
    tasksCompleted,
    tasksSuccessful,
    totalTokensUsed: tallies.tokens,
    avgEfficiency: Math.min(1, mean(stored.efficiencySum, tasksCompleted)),
    peersHelped: tallies.helped,
    lastTraceId: stored.lastTraceId,
    escalationCount: tallies.escalations,
    selfResolvedCount: tallies.self,
    peerAssistCount: tallies.peer,
    humanEscalationCount: tallies.human,
    specializations: stored.specializations,
    achievements: [...stored.achievements],
    abilities: shownAbilities(stored.level),
    trustScore: trustOf({ successRate, ...tallies }, settings),
    transparencyScore: mean(stored.explainedSteps, stored.steps),
    trackRecordScore: successRate,
    rustLevel,
    effectiveXPMultiplier: xpMultiplier(rustLevel),
  };
}

export function soulNotFound(agentId: string): never {
  throw new AppError("not_found", {
    detail: `"${agentId}" has no soul yet; POST one first`,
  });
}

const mean = (sum: number, count: number) => count > 0 ? sum / count : 0;
