/** Levels, their abilities, and ranks in a domain. Pure; the rules are coordination.md's, the numbers settings. */
import type { Ability, Level, LevelUp, Soul, SoulsSettings, SpecializationRank } from "./schema.ts";

const LEVELS = ["novice", "capable", "expert", "master"] as const satisfies Level[];
const RANKS = [
  "Familiar",
  "Proficient",
  "Specialist",
  "Authority",
] as const satisfies SpecializationRank[];

const GRANTED: Readonly<Record<Level, readonly Ability[]>> = {
  novice: [],
  capable: ["canCommit"],
  expert: ["canSpawnSubagents", "canMentorPeers"],
  master: ["canAccessProd", "extendedBudget"],
};

/** What a level allows: its own and all below it. */
export function abilitiesOf(level: Level): Ability[] {
  return LEVELS.slice(0, LEVELS.indexOf(level) + 1).flatMap((reached) => GRANTED[reached]);
}

export function shownAbilities(level: Level): Soul["abilities"] {
  const has = new Set(abilitiesOf(level));
  return {
    canCommit: has.has("canCommit"),
    canSpawnSubagents: has.has("canSpawnSubagents"),
    canAccessProd: has.has("canAccessProd"),
    canMentorPeers: has.has("canMentorPeers"),
    extendedBudget: has.has("extendedBudget"),
  };
}

export interface Progress {
  readonly xp: number;
  readonly streak: number;
  readonly tasks: number;
}

/** The highest level whose three needs are met; what was reached is kept. */
export function decideLevel(level: Level, { xp, streak, tasks }: Progress, {
  levels,
}: SoulsSettings): Level {
  let reached: Level = level;
  for (const next of LEVELS.slice(1)) {
    const need = levels[next as Exclude<Level, "novice">];
    if (xp < need.xp || streak < need.streak || tasks < need.tasks) continue;
    if (LEVELS.indexOf(next) > LEVELS.indexOf(reached)) reached = next;
  }
  return reached;
}

export function levelUpOf(before: Level, after: Level): LevelUp | undefined {
  if (before === after) return undefined;
  const had = abilitiesOf(before);
  const newAbilities = abilitiesOf(after).filter((ability) => !had.includes(ability));
  return { oldLevel: before, newLevel: after, newAbilities };
}

/** What is missing to the next level; the master's is reached. */
export function nextLevelOf(level: Level, { xp, streak, tasks }: Progress, {
  levels,
}: SoulsSettings): {
  nextLevel: Level | null;
  xpNeeded: number;
  xpProgress: number;
  streakNeeded: number;
  tasksNeeded: number;
} {
  const nextLevel = LEVELS[LEVELS.indexOf(level) + 1] ?? null;
  if (nextLevel === null) {
    return { nextLevel, xpNeeded: 0, xpProgress: 1, streakNeeded: 0, tasksNeeded: 0 };
  }
  const need = levels[nextLevel as Exclude<Level, "novice">];
  const from = level === "novice" ? 0 : levels[level].xp;
  return {
    nextLevel,
    xpNeeded: Math.max(0, need.xp - xp),
    xpProgress: shareOf(xp - from, need.xp - from),
    streakNeeded: Math.max(0, need.streak - streak),
    tasksNeeded: Math.max(0, need.tasks - tasks),
  };
}

/** The rank of a domain's experience, null below the first, and the way to the next. */
export function rankOf(
  xp: number,
  { ranks }: SoulsSettings,
): { rank: SpecializationRank | null; progress: number } {
  const at = RANKS.findLastIndex((rank) => xp >= ranks[rank]);
  const rank = RANKS[at] ?? null;
  const next = RANKS[at + 1];
  if (next === undefined) return { rank, progress: 1 };
  const from = rank === null ? 0 : ranks[rank];
  return { rank, progress: shareOf(xp - from, ranks[next] - from) };
}

/** 0 to 1; a way of no length is done. */
function shareOf(part: number, whole: number): number {
  return whole <= 0 ? 1 : Math.min(1, Math.max(0, part / whole));
}
