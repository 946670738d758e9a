/** What an agent earned, and how it stands. */
import { z } from "zod";
import { getDashboard } from "../../../lib/coordination/dashboard/mod.ts";
import { dashboard as dashboardShape } from "../../../lib/coordination/dashboard/schema.ts";
import {
  addXp,
  countTrace,
  createSoul,
  getSoul,
  unlockAchievement,
} from "../../../lib/coordination/souls/mod.ts";
import {
  addXpInput,
  countTraceInput,
  soul as soulShape,
  soulCreated,
  soulGain,
  soulInput,
  unlocked,
  unlockInput,
} from "../../../lib/coordination/souls/schema.ts";
import { AppError } from "../../../lib/kernel/core/errors.ts";
import { ONLY, type Tool, verb } from "../tool.ts";

export const soul: Tool = {
  name: "soul",
  title: "Soul",
  description:
    "An agent's record: experience, level and the abilities that come with it, trust. Count a trace after you completed it. Returns the soul, and what was gained.",
  infer: (given) =>
    given.traceId !== undefined
      ? "count-trace"
      : given.xp !== undefined
      ? "add-xp"
      : given.achievementId !== undefined
      ? "unlock-achievement"
      : given.name !== undefined || given.personality !== undefined
      ? "create"
      : "get",
  verbs: {
    get: verb({
      does: "an agent's; null when it has none",
      who: "subject",
      input: z.strictObject({}),
      output: z.object({ soul: soulShape.nullable() }),
      run: async ({ app, workspaceId, agent }) => ({
        soul: await getSoul(app.ctx, workspaceId, agent()),
      }),
      text: ({ soul: found }) =>
        found ? `${found.name}: ${found.level}, ${found.totalXP} xp` : "There is none; create it",
    }),
    create: verb({
      does: "yours; a second time changes nothing",
      who: "actor",
      needs: "coordinate",
      input: soulInput,
      output: soulCreated,
      run: ({ app, call, agent }, input) =>
        createSoul(app.ctx, call, { ...input, agentId: agent() }),
      text: ({ soul: { name, level }, created }) =>
        `${name}: ${level}${created ? "" : "; it was there already"}`,
      brief: true,
    }),
    "count-trace": verb({
      does: "a completed trace, once, for a domain if given",
      who: "actor",
      needs: "coordinate",
      input: countTraceInput,
      output: soulGain,
      run: ({ app, call, agent }, input) =>
        countTrace(app.ctx, call, { ...input, agentId: agent() }),
      text: (gain) => gainText(gain),
      brief: true,
    }),
    "add-xp": verb({
      does: "experience from something else",
      who: "actor",
      needs: "coordinate",
      input: addXpInput,
      output: soulGain,
      run: ({ app, call, agent }, input) => addXp(app.ctx, call, { ...input, agentId: agent() }),
      text: (gain) => gainText(gain),
      brief: true,
    }),
    "unlock-achievement": verb({
      does: "once each",
      who: "actor",
      needs: "coordinate",
      input: unlockInput,
      output: unlocked,
      run: ({ app, call, agent }, input) =>
        unlockAchievement(app.ctx, call, { ...input, agentId: agent() }),
      text: ({ achievement: { id }, alreadyUnlocked }) =>
        `${id} ${alreadyUnlocked ? "was unlocked already" : "is unlocked"}`,
      brief: true,
    }),
  },
};

export const dashboard: Tool = {
  name: "dashboard",
  title: "Dashboard",
  description:
    "How an agent stands: level, streak, flow (do not interrupt one in flow), trust, alerts, and what to do next. Everything is measured.",
  verbs: {
    [ONLY]: verb({
      who: "subject",
      input: z.strictObject({}),
      output: z.object({ dashboard: dashboardShape }),
      async run({ app, workspaceId, agent }) {
        const agentId = agent();
        const found = await getDashboard(app.ctx, workspaceId, agentId);
        if (found) return { dashboard: found };
        throw new AppError("not_found", {
          detail: `${agentId} has no soul yet; make one with soul {action: "create"} or onboard`,
        });
      },
      text: ({ dashboard: { agentId, level, flow } }) =>
        `${agentId}: ${level.current}, ${level.xp} xp, ${flow.status}`,
    }),
  },
};

function gainText({ xpGained, totalXP, levelUp }: z.output<typeof soulGain>): string {
  const risen = levelUp
    ? `; now ${levelUp.newLevel}${
      levelUp.newAbilities.length > 0 ? ` with ${levelUp.newAbilities.join(", ")}` : ""
    }`
    : "";
  return `${xpGained} xp gained, ${totalXP} in all${risen}`;
}
