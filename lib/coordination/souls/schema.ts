/** An agent's earned record: experience, level, abilities, trust. Browser-safe. */
import { z } from "zod";
import { time, wholeText } from "../schema.ts";
import { sessionId } from "../traces/schema.ts";

export const level = z.enum(["novice", "capable", "expert", "master"]);
export const domain = z.enum(["frontend", "backend", "devops", "research"]);
export const ability = z.enum([
  "canCommit",
  "canSpawnSubagents",
  "canAccessProd",
  "canMentorPeers",
  "extendedBudget",
]);
export const specializationRank = z.enum(["Familiar", "Proficient", "Specialist", "Authority"]);

const achievementId = z.string().regex(/^[A-Za-z0-9._:-]{1,64}$/, {
  message: 'letters, digits, ".", "_", ":" and "-", at most 64',
});
export const achievement = z.object({ id: achievementId, unlockedAt: time })
  .meta({ id: "Achievement" });

const share = z.number().min(0).max(1);

export const soul = z.object({
  soulId: z.string(),
  agentId: z.string(),
  name: z.string(),
  personality: z.string().nullable(),
  createdAt: time,
  totalXP: z.int(),
  level,
  currentStreak: z.int(),
  longestStreak: z.int(),
  tasksCompleted: z.int(),
  /** Those whose trace found something. */
  tasksSuccessful: z.int(),
  /** As its heartbeats reported. */
  totalTokensUsed: z.int(),
  /** Mean of the counted traces. */
  avgEfficiency: share,
  peersHelped: z.int(),
  lastTraceId: z.string().nullable(),
  escalationCount: z.int(),
  selfResolvedCount: z.int(),
  peerAssistCount: z.int(),
  humanEscalationCount: z.int(),
  specializations: z.object({
    frontend: z.number(),
    backend: z.number(),
    devops: z.number(),
    research: z.number(),
  }),
  achievements: z.array(achievement),
  abilities: z.object({
    canCommit: z.boolean(),
    canSpawnSubagents: z.boolean(),
    canAccessProd: z.boolean(),
    canMentorPeers: z.boolean(),
    extendedBudget: z.boolean(),
  }),
  trustScore: share,
  /** Share of the counted steps that said what they were for. */
  transparencyScore: share,
  /** Share of the counted traces that found something. */
  trackRecordScore: share,
  rustLevel: share,
  effectiveXPMultiplier: share,
}).meta({ id: "Soul" });

export const soulInput = z.strictObject({
  name: wholeText.trim().min(1).max(200).optional(),
  personality: wholeText.max(4_000).nullable().optional(),
});

export const addXpInput = z.strictObject({
  xp: z.int().min(1).max(10_000),
  source: z.string().max(200).optional(),
});
export const unlockInput = z.strictObject({ achievementId });
export const countTraceInput = z.strictObject({
  traceId: sessionId,
  domain: domain.optional(),
});

export const levelUp = z.object({
  oldLevel: level,
  newLevel: level,
  newAbilities: z.array(ability),
}).meta({ id: "LevelUp" });

export const soulGain = z.object({
  xpGained: z.int(),
  totalXP: z.int(),
  levelUp: levelUp.optional(),
  soul,
}).meta({ id: "SoulGain" });

/** What making a soul answers. */
export const soulCreated = z.object({ soul, created: z.boolean() });
/** What unlocking an achievement answers. */
export const unlocked = z.object({ achievement, alreadyUnlocked: z.boolean(), soul });

const threshold = (xp: number, streak: number, tasks: number) =>
  z.strictObject({
    xp: z.int().min(0).default(xp),
    streak: z.int().min(0).default(streak),
    tasks: z.int().min(0).default(tasks),
  }).prefault({});
const points = (value: number) => z.int().min(0).max(100_000).default(value);
const rate = (value: number) => share.default(value);
const rustStep = (days: number, rust: number) =>
  z.strictObject({ days: z.int().min(1).default(days), rust: rate(rust) }).prefault({});

export const soulsSettings = z.strictObject({
  /** All three are needed. */
  levels: z.strictObject({
    capable: threshold(100, 3, 5),
    expert: threshold(500, 5, 25),
    master: threshold(2_000, 10, 100),
  }).prefault({}),
  /** What a completed trace earns. */
  traceXp: points(10),
  highEfficiency: rate(0.7),
  highEfficiencyXp: points(15),
  goodEfficiency: rate(0.5),
  goodEfficiencyXp: points(5),
  /** No escalation was resolved by a peer or a human. */
  unaidedXp: points(10),
  /** No escalation at all. */
  smoothXp: points(5),
  /** Of a trace's experience to its domain. */
  domainShare: rate(0.5),
  /** From so many idle days on; a full rust of 1 halves what is earned. */
  rust: z.strictObject({
    light: rustStep(7, 0.2),
    medium: rustStep(30, 0.4),
    heavy: rustStep(90, 0.6),
  }).prefault({}),
  streakHours: z.int().min(1).max(8_760).default(48),
  streakRiskHours: z.int().min(0).max(8_760).default(8),
  ranks: z.strictObject({
    Familiar: points(100),
    Proficient: points(500),
    Specialist: points(2_000),
    Authority: points(5_000),
  }).prefault({}),
  trust: z.strictObject({
    success: rate(0.5),
    selfResolution: rate(0.3),
    /** Self-resolution where there was nothing to resolve. */
    selfResolutionUnknown: rate(0.5),
    independence: rate(0.2),
    /** What each human escalation weighs. */
    humanWeight: z.number().min(0).max(10).default(0.1),
  }).prefault({}),
});

/** Who may start runs as an agent: nobody is asked for an ability unless a policy says so. */
export const runsSettings = z.strictObject({
  policies: z.array(z.strictObject({
    /** Only runs of this pattern; absent: every run. */
    pattern: z.string().max(100).optional(),
    ability: ability.default("canSpawnSubagents"),
  })).max(50).default([]),
});

export type Level = z.infer<typeof level>;
export type Domain = z.infer<typeof domain>;
export type Ability = z.infer<typeof ability>;
export type Achievement = z.infer<typeof achievement>;
export type Soul = z.infer<typeof soul>;
export type SoulInput = z.infer<typeof soulInput>;
export type AddXpInput = z.infer<typeof addXpInput>;
export type CountTraceInput = z.infer<typeof countTraceInput>;
export type SoulGain = z.infer<typeof soulGain>;
export type LevelUp = z.infer<typeof levelUp>;
export type SpecializationRank = z.infer<typeof specializationRank>;
export type SoulsSettings = z.infer<typeof soulsSettings>;
