/** Reads of souls, and who may do what by them. */
import type { AppContext } from "../../kernel/context.ts";
import { AppError } from "../../kernel/core/errors.ts";
import { readSettings } from "../settings/mod.ts";
import { getTallies } from "../tallies/mod.ts";
import { abilitiesOf } from "./levels.ts";
import { soulKey } from "./keys.ts";
import { shownSoul, type StoredSoul } from "./record.ts";
import type { Ability, Level, Soul } from "./schema.ts";

type Read = Pick<AppContext, "kv">;

export async function getStoredSoul(
  ctx: Read,
  workspaceId: string,
  agentId: string,
): Promise<StoredSoul | null> {
  return (await ctx.kv.get<StoredSoul>(soulKey(workspaceId, agentId))).value;
}

export async function getSoul(
  ctx: Pick<AppContext, "kv" | "clock">,
  workspaceId: string,
  agentId: string,
): Promise<Soul | null> {
  const [stored, tallies, { souls }] = await Promise.all([
    getStoredSoul(ctx, workspaceId, agentId),
    getTallies(ctx, workspaceId, agentId),
    readSettings(ctx, workspaceId),
  ]);
  return stored && shownSoul(stored, tallies, souls, ctx.clock.now());
}

/** Levels of those that have a soul. */
export async function getLevels(
  ctx: Read,
  workspaceId: string,
  agentIds: readonly string[],
): Promise<Map<string, Level>> {
  const keys = agentIds.map((agentId) => soulKey(workspaceId, agentId));
  const found = await ctx.kv.getMany<StoredSoul>(keys);
  return new Map(
    found.flatMap(({ value }) => value ? [[value.agentId, value.level] as const] : []),
  );
}

/** False without a soul. */
export async function hasAbility(
  ctx: Read,
  workspaceId: string,
  agentId: string,
  ability: Ability,
): Promise<boolean> {
  const soul = await getStoredSoul(ctx, workspaceId, agentId);
  return soul !== null && abilitiesOf(soul.level).includes(ability);
}

/**
 * For an agent that starts a run as itself. Throws `forbidden` when a policy of `settings.runs` that fits
 * the pattern asks for an ability it has not; a run without a pattern may become any.
 */
export async function requireRunAbility(
  ctx: Read,
  workspaceId: string,
  agentId: string,
  pattern: string | undefined,
): Promise<void> {
  const { runs } = await readSettings(ctx, workspaceId);
  const needed = runs.policies.filter((policy) =>
    policy.pattern === undefined || pattern === undefined || policy.pattern === pattern
  );
  if (needed.length === 0) return;
  const level = (await getStoredSoul(ctx, workspaceId, agentId))?.level ?? "novice";
  const has = abilitiesOf(level);
  const missing = needed.find(({ ability }) => !has.includes(ability))?.ability;
  if (missing === undefined) return;
  throw new AppError("forbidden", {
    detail:
      `This workspace lets agents start runs only with the ability ${missing}; "${agentId}" is ${level}: earn it by completed traces, or ask a person to start the run`,
    extension: { ability: missing, level },
  });
}
