/** Gives an agent its soul, once. */
import type { AppContext } from "../../kernel/context.ts";
import { transact } from "../../kernel/kv/mod.ts";
import type { Call } from "../call.ts";
import { readSettings } from "../settings/mod.ts";
import { agentStream } from "../streams.ts";
import { getTallies } from "../tallies/mod.ts";
import { soulKey } from "./keys.ts";
import { shownSoul, type StoredSoul } from "./record.ts";
import type { Soul, SoulInput } from "./schema.ts";

/** A second time changes nothing and returns what there is. */
export async function createSoul(
  ctx: Pick<AppContext, "kv" | "clock" | "ids">,
  call: Call,
  input: SoulInput & { readonly agentId: string },
): Promise<{ soul: Soul; created: boolean }> {
  const { agentId } = input;
  const [{ souls: settings }, tallies] = await Promise.all([
    readSettings(ctx, call.workspaceId),
    getTallies(ctx, call.workspaceId, agentId),
  ]);
  const soulId = ctx.ids.next("soul");
  const nowMs = ctx.clock.now();
  return await transact(ctx, call.workspaceId, async (tx) => {
    const key = soulKey(tx.workspaceId, agentId);
    const known = await tx.get<StoredSoul>(key);
    if (known) return { soul: shownSoul(known, tallies, settings, nowMs), created: false };
    const stored: StoredSoul = {
      v: 1,
      soulId,
      agentId,
      name: input.name ?? agentId,
      personality: input.personality ?? null,
      createdAtMs: nowMs,
      totalXP: 0,
      level: "novice",
      streak: { count: 0, atMs: nowMs },
      longestStreak: 0,
      tasksCompleted: 0,
      tasksSuccessful: 0,
      efficiencySum: 0,
      steps: 0,
      explainedSteps: 0,
      lastTraceId: null,
      lastActiveMs: nowMs,
      specializations: { frontend: 0, backend: 0, devops: 0, research: 0 },
      achievements: [],
    };
    tx.set(key, stored);
    const soul = shownSoul(stored, tallies, settings, nowMs);
    const event = { type: "soul.changed", actor: call.actor, soul, xpGained: 0 };
    tx.emit(agentStream(agentId), event);
    return { soul, created: true };
  }, { aggregate: `soul of ${agentId}` });
}
