/** Souls: what an agent earned by its traces, the abilities that come with it, and who asks for them. */
import type { AppContext } from "../../kernel/context.ts";
import type { Call } from "../call.ts";
import type {
  Ability,
  Achievement,
  AddXpInput,
  CountTraceInput,
  Level,
  Soul,
  SoulGain,
  SoulInput,
} from "./schema.ts";

type TimedRead = Pick<AppContext, "kv" | "clock">;

/** A second time changes nothing and returns what there is. */
export function createSoul(
  _ctx: AppContext,
  _call: Call,
  _input: SoulInput & { readonly agentId: string },
): Promise<{ soul: Soul; created: boolean }> {
  throw new Error("not built yet");
}

/** Throws `not_found` without a soul. */
export function addXp(
  _ctx: AppContext,
  _call: Call,
  _input: AddXpInput & { readonly agentId: string },
): Promise<SoulGain> {
  throw new Error("not built yet");
}

/** Once: a second time gains 0. Throws `not_found`, `conflict` for a trace that is not completed. */
export function countTrace(
  _ctx: AppContext,
  _call: Call,
  _input: CountTraceInput & { readonly agentId: string },
): Promise<SoulGain> {
  throw new Error("not built yet");
}

export function unlockAchievement(
  _ctx: AppContext,
  _call: Call,
  _input: { readonly agentId: string; readonly achievementId: string },
): Promise<{ achievement: Achievement; alreadyUnlocked: boolean; soul: Soul }> {
  throw new Error("not built yet");
}

export function getSoul(
  _ctx: TimedRead,
  _workspaceId: string,
  _agentId: string,
): Promise<Soul | null> {
  throw new Error("not built yet");
}

/** Levels of those that have a soul. */
export function getLevels(
  _ctx: Pick<AppContext, "kv">,
  _workspaceId: string,
  _agentIds: readonly string[],
): Promise<Map<string, Level>> {
  throw new Error("not built yet");
}

/** False without a soul. */
export function hasAbility(
  _ctx: Pick<AppContext, "kv">,
  _workspaceId: string,
  _agentId: string,
  _ability: Ability,
): Promise<boolean> {
  throw new Error("not built yet");
}

/** Throws `forbidden` when a policy of `settings.runs` asks for an ability this agent has not. */
export function requireRunAbility(
  _ctx: Pick<AppContext, "kv">,
  _workspaceId: string,
  _agentId: string,
  _pattern: string | undefined,
): Promise<void> {
  throw new Error("not built yet");
}

export { stagePeerHelped } from "../tallies/mod.ts";
