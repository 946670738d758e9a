/** Who may lock what at all: a workspace may ask for an ability that only an earned level brings. */
import type { AppContext } from "../../kernel/context.ts";
import { AppError } from "../../kernel/core/errors.ts";
import type { Ability } from "../souls/schema.ts";
import { hasAbility } from "../souls/mod.ts";
import type { Target } from "./decide.ts";
import { globsOverlap, matchesGlob, normalizeGlob } from "./paths.ts";
import type { LocksSettings } from "./schema.ts";

/** Throws `forbidden` naming the policy and the ability. */
export async function requireAbilities(
  ctx: Pick<AppContext, "kv" | "clock">,
  workspaceId: string,
  policies: LocksSettings["policies"],
  agentId: string,
  target: Target,
): Promise<void> {
  for (const policy of policies) {
    if (!appliesTo(normalizeGlob(policy.glob, "settings.locks.policies"), target)) continue;
    if (await hasAbility(ctx, workspaceId, agentId, policy.ability)) continue;
    throw lacking(agentId, policy);
  }
}

/** A glob needs what any path it covers may need. Pure. */
export function appliesTo(policyGlob: string, target: Target): boolean {
  return target.kind === "glob"
    ? globsOverlap(policyGlob, target.glob)
    : target.paths.some((path) => matchesGlob(policyGlob, path));
}

function lacking(agentId: string, { glob, ability }: { glob: string; ability: Ability }): AppError {
  return new AppError("forbidden", {
    detail:
      `Locks on "${glob}" need the ability ${ability}, which "${agentId}" has not earned; ask an agent that has it, or an operator`,
    extension: { policy: glob, ability },
  });
}
