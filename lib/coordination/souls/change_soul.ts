/** What raises a soul: a completed trace, experience given to it, an achievement. */
import type { AppContext } from "../../kernel/context.ts";
import { AppError } from "../../kernel/core/errors.ts";
import { transact, type Tx } from "../../kernel/kv/mod.ts";
import { stageSeen } from "../agents/mod.ts";
import { agentOf, type Call, type Staged } from "../call.ts";
import { readSettings } from "../settings/mod.ts";
import { agentStream } from "../streams.ts";
import { getTallies, stageDayTally, type Tallies } from "../tallies/mod.ts";
import { type CountedTrace, stageCounted } from "../traces/mod.ts";
import { decideStreak, decideTraceXp, rustOf, streakNow } from "./decide.ts";
import { soulKey } from "./keys.ts";
import { decideLevel, levelUpOf } from "./levels.ts";
import { shownSoul, soulNotFound, type StoredSoul } from "./record.ts";
import type {
  Achievement,
  AddXpInput,
  CountTraceInput,
  Soul,
  SoulGain,
  SoulsSettings,
} from "./schema.ts";

const ACHIEVEMENTS_MAX = 200;

/** What a change is made with. */
interface Change {
  readonly tx: Tx;
  readonly before: StoredSoul;
  readonly settings: SoulsSettings;
  readonly tallies: Tallies;
  readonly nowMs: number;
}

/** Throws `not_found` without a soul. */
export async function addXp(
  ctx: Pick<AppContext, "kv" | "clock" | "ids">,
  call: Call,
  input: AddXpInput & { readonly agentId: string },
  staged?: Staged<SoulGain>,
): Promise<SoulGain> {
  return await change(ctx, call, input.agentId, (change) => {
    const { before, settings, nowMs } = change;
    const totalXP = before.totalXP + input.xp;
    const after = leveled({ ...before, totalXP }, settings, nowMs);
    return gained(change, call, after, input.xp, input.source);
  }, staged);
}

/** Once: a second time gains 0. Throws `not_found`, `conflict` for a trace that is not completed. */
export async function countTrace(
  ctx: Pick<AppContext, "kv" | "clock" | "ids">,
  call: Call,
  input: CountTraceInput & { readonly agentId: string },
  staged?: Staged<SoulGain>,
): Promise<SoulGain> {
  const { agentId, traceId, domain } = input;
  return await change(ctx, call, agentId, async (change) => {
    const { tx, before, settings, tallies, nowMs } = change;
    const counted = await stageCounted(tx, { agentId, sessionId: traceId }, nowMs);
    if (counted.alreadyCounted) {
      const soul = shownSoul(before, tallies, settings, nowMs);
      return { xpGained: 0, totalXP: before.totalXP, soul };
    }
    const rust = rustOf(nowMs - before.lastActiveMs, settings);
    const { efficiency } = counted.summary;
    const xp = decideTraceXp({ efficiency, escalations: counted.escalations }, rust, settings);
    const grown = withTrace(before, traceId, counted, xp, settings, nowMs);
    const specializations = { ...before.specializations };
    if (domain) specializations[domain] += xp * settings.domainShare;
    const after = leveled({ ...grown, specializations }, settings, nowMs);
    return gained(change, call, after, xp, `trace ${traceId}`);
  }, staged);
}

/** A second time keeps the first. Throws `not_found` without a soul. */
export async function unlockAchievement(
  ctx: Pick<AppContext, "kv" | "clock" | "ids">,
  call: Call,
  input: { readonly agentId: string; readonly achievementId: string },
): Promise<{ achievement: Achievement; alreadyUnlocked: boolean; soul: Soul }> {
  const { agentId, achievementId } = input;
  return await change(ctx, call, agentId, ({ tx, before, settings, tallies, nowMs }) => {
    const known = before.achievements.find(({ id }) => id === achievementId);
    if (known) {
      const soul = shownSoul(before, tallies, settings, nowMs);
      return { achievement: known, alreadyUnlocked: true, soul };
    }
    if (before.achievements.length >= ACHIEVEMENTS_MAX) {
      throw new AppError("conflict", {
        detail: `"${agentId}" has ${ACHIEVEMENTS_MAX} achievements, which is all a soul keeps`,
      });
    }
    const achievement = { id: achievementId, unlockedAt: new Date(nowMs).toISOString() };
    const after = { ...before, achievements: [...before.achievements, achievement] };
    tx.set(soulKey(tx.workspaceId, agentId), after);
    const soul = shownSoul(after, tallies, settings, nowMs);
    const event = { type: "soul.changed", actor: call.actor, soul, xpGained: 0, achievement };
    tx.emit(agentStream(agentId), event);
    return { achievement, alreadyUnlocked: false, soul };
  });
}

async function change<T>(
  ctx: Pick<AppContext, "kv" | "clock" | "ids">,
  call: Call,
  agentId: string,
  fn: (change: Change) => T | Promise<T>,
  staged?: Staged<T>,
): Promise<T> {
  const [{ souls: settings }, tallies] = await Promise.all([
    readSettings(ctx, call.workspaceId),
    getTallies(ctx, call.workspaceId, agentId),
  ]);
  return await transact(ctx, call.workspaceId, async (tx) => {
    const before = await tx.get<StoredSoul>(soulKey(tx.workspaceId, agentId)) ??
      soulNotFound(agentId);
    const nowMs = ctx.clock.now();
    const done = await fn({ tx, before, settings, tallies, nowMs });
    const acting = agentOf(call);
    if (acting !== undefined) await stageSeen(tx, acting, nowMs);
    await staged?.(tx, done);
    return done;
  }, { aggregate: `soul of ${agentId}` });
}

function withTrace(
  before: StoredSoul,
  traceId: string,
  { summary, explained, successful, escalations }: CountedTrace,
  xp: number,
  settings: SoulsSettings,
  nowMs: number,
): StoredSoul {
  const streak = decideStreak(before.streak, escalations.human, settings, nowMs);
  return {
    ...before,
    totalXP: before.totalXP + xp,
    streak,
    longestStreak: Math.max(before.longestStreak, streak.count),
    tasksCompleted: before.tasksCompleted + 1,
    tasksSuccessful: before.tasksSuccessful + Number(successful),
    efficiencySum: before.efficiencySum + summary.efficiency,
    steps: before.steps + summary.totalSteps,
    explainedSteps: before.explainedSteps + explained,
    lastTraceId: traceId,
    lastActiveMs: nowMs,
  };
}

function leveled(soul: StoredSoul, settings: SoulsSettings, nowMs: number): StoredSoul {
  const { count } = streakNow(soul.streak, settings, nowMs);
  const progress = { xp: soul.totalXP, streak: count, tasks: soul.tasksCompleted };
  return { ...soul, level: decideLevel(soul.level, progress, settings) };
}

function gained(
  { tx, before, settings, tallies, nowMs }: Change,
  call: Call,
  after: StoredSoul,
  xpGained: number,
  source: string | undefined,
): SoulGain {
  const { agentId } = after;
  tx.set(soulKey(tx.workspaceId, agentId), after);
  stageDayTally(tx, agentId, "xp", xpGained, nowMs);
  const soul = shownSoul(after, tallies, settings, nowMs);
  const levelUp = levelUpOf(before.level, after.level);
  const gain = { xpGained, ...(levelUp && { levelUp }), soul };
  tx.emit(agentStream(agentId), {
    type: "soul.changed",
    actor: call.actor,
    ...gain,
    ...(source !== undefined && { source }),
  });
  return { ...gain, totalXP: after.totalXP };
}
