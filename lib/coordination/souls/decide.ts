/** What a trace earns, what a pause costs, what is trusted. Pure; the rules are coordination.md's, the numbers settings. */
import type { Tallies } from "../tallies/mod.ts";
import type { ResolvedBy } from "../traces/schema.ts";
import type { SoulsSettings } from "./schema.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

export interface Earned {
  readonly efficiency: number;
  readonly escalations: { readonly opened: number } & Readonly<Record<ResolvedBy, number>>;
}

/** Experience of a completed trace, whole points. */
export function decideTraceXp(
  { efficiency, escalations }: Earned,
  rust: number,
  settings: SoulsSettings,
): number {
  let xp = settings.traceXp;
  if (efficiency > settings.highEfficiency) xp += settings.highEfficiencyXp;
  else if (efficiency > settings.goodEfficiency) xp += settings.goodEfficiencyXp;
  if (escalations.peer + escalations.human === 0) xp += settings.unaidedXp;
  if (escalations.opened === 0) xp += settings.smoothXp;
  return Math.round(xp * xpMultiplier(rust));
}

export function xpMultiplier(rust: number): number {
  return 1 - rust / 2;
}

/** 0 to 1, by days without a counted trace. */
export function rustOf(idleMs: number, { rust }: SoulsSettings): number {
  const days = idleMs / DAY_MS;
  if (days < rust.light.days) return 0;
  if (days < rust.medium.days) return rust.light.rust;
  return days < rust.heavy.days ? rust.medium.rust : rust.heavy.rust;
}

export interface Streak {
  readonly count: number;
  /** Epoch ms of the trace that last raised it. */
  readonly atMs: number;
}

/** A streak nobody kept up is over. */
export function streakNow(
  streak: Streak,
  settings: SoulsSettings,
  nowMs: number,
): { count: number; hoursLeft: number; atRisk: boolean } {
  const leftMs = streak.atMs + settings.streakHours * HOUR_MS - nowMs;
  if (streak.count === 0 || leftMs <= 0) return { count: 0, hoursLeft: 0, atRisk: false };
  const hoursLeft = leftMs / HOUR_MS;
  return { count: streak.count, hoursLeft, atRisk: hoursLeft < settings.streakRiskHours };
}

/** After a counted trace: one more, unless a person had to step in. */
export function decideStreak(
  streak: Streak,
  humanEscalations: number,
  settings: SoulsSettings,
  nowMs: number,
): Streak {
  const { count } = streakNow(streak, settings, nowMs);
  return { count: humanEscalations > 0 ? 0 : count + 1, atMs: nowMs };
}

export function trustOf(
  { successRate, escalations, self, human }:
    & { readonly successRate: number }
    & Pick<Tallies, "escalations" | "self" | "human">,
  { trust }: SoulsSettings,
): number {
  const selfResolution = escalations > 0
    ? Math.min(1, self / escalations)
    : trust.selfResolutionUnknown;
  return Math.min(
    1,
    trust.success * successRate + trust.selfResolution * selfResolution +
      trust.independence / (1 + trust.humanWeight * human),
  );
}
