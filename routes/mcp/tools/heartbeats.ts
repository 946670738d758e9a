/** Whether agents still work, and who goes on for them. */
import { z } from "zod";
import {
  becomeShadow,
  configureShadow,
  getHeartbeat,
  getShadow,
  recordHeartbeat,
  registerShadow,
  takeOver,
} from "../../../lib/coordination/heartbeats/mod.ts";
import {
  becomeShadowInput,
  configureShadowInput,
  heartbeatHealth,
  heartbeatInput,
  heartbeatReceipt,
  registerShadowInput,
  shadow,
  takeover,
  takeoverInput,
} from "../../../lib/coordination/heartbeats/schema.ts";
import { mayAct, requireAction } from "../../_http/acting.ts";
import { callOfPair } from "../../_http/shadowing.ts";
import { counted } from "../outline.ts";
import { type Tool, verb } from "../tool.ts";

export const heartbeat: Tool = {
  name: "heartbeat",
  title: "Heartbeat",
  description:
    "Say that you still work, every minute or so while you work for long; silent for five minutes you are stalled and your shadow may take over. Returns the receipt, or an agent's health.",
  infer: () => "beat",
  verbs: {
    beat: verb({
      does: "you are alive; the answer says so if you were taken over meanwhile",
      who: "actor",
      needs: "coordinate",
      input: heartbeatInput,
      output: z.object({ heartbeat: heartbeatReceipt }),
      run: async ({ app, call, agent }, input) => ({
        heartbeat: await recordHeartbeat(app.ctx, call, { ...input, agentId: agent() }),
      }),
      text: ({ heartbeat: { timestamp, takenOver } }) =>
        takenOver ? takenOver.message : `Heard at ${timestamp}`,
      brief: true,
    }),
    status: verb({
      does: "whether an agent is heard",
      who: "subject",
      input: z.strictObject({}),
      output: heartbeatHealth,
      run: ({ app, workspaceId, agent }) => getHeartbeat(app.ctx, workspaceId, agent()),
      text: ({ isHealthy, stalledForMinutes }) =>
        isHealthy ? "Healthy" : `Silent for ${stalledForMinutes} min`,
    }),
  },
};

export const shadowAgent: Tool = {
  name: "shadow-agent",
  title: "Shadows",
  description:
    "A shadow watches an agent and, when it stalls, takes over its locks (with new tokens), claims and tasks at once. Read its checkpoint then and go on. Returns the shadow's state or what was taken over.",
  infer: (given) =>
    given.shadowId !== undefined
      ? "register-shadow"
      : given.primaryAgent !== undefined
      ? "become-shadow"
      : "status",
  destructive: true,
  verbs: {
    status: verb({
      does: "who watches an agent, and whether it is healthy",
      who: "subject",
      input: z.strictObject({}),
      output: shadow,
      run: ({ app, workspaceId, agent }) => getShadow(app.ctx, workspaceId, agent()),
      text: ({ shadowStatus, shadowId, isHealthy }) =>
        shadowId ? `${shadowStatus} by ${shadowId}, ${isHealthy ? "healthy" : "stalled"}` : "None",
    }),
    "register-shadow": verb({
      does: "have shadowId watch you",
      who: "actor",
      needs: "coordinate",
      input: registerShadowInput.omit({ action: true }),
      output: z.object({ shadow }),
      run: async ({ app, call, agent }, input) => ({
        shadow: await registerShadow(app.ctx, call, { ...input, agentId: agent() }),
      }),
      text: ({ shadow: { shadowId } }) => `${shadowId} watches you`,
      brief: true,
    }),
    "become-shadow": verb({
      does: "watch primaryAgent yourself",
      who: "actor",
      needs: "coordinate",
      input: becomeShadowInput.omit({ action: true }),
      output: z.object({ shadow }),
      run: async ({ app, c, call, agent }, input) => ({
        shadow: await becomeShadow(app.ctx, call, {
          ...input,
          mayForce: mayAct(c, "override"),
          agentId: agent(),
        }),
      }),
      text: (_, { primaryAgent }) => `You watch ${primaryAgent}`,
      brief: true,
    }),
    takeover: verb({
      does: "go on for the stalled agent you watch; force needs role operator",
      who: "subject",
      needs: "coordinate",
      input: takeoverInput.omit({ action: true }),
      output: z.object({ shadow, takeover }),
      async run({ app, c, workspaceId, agent }, input) {
        if (input.force) requireAction(c, "override");
        const agentId = agent();
        const call = await callOfPair(c, app, agentId);
        const done = await takeOver(app.ctx, call, { ...input, agentId });
        return { shadow: await getShadow(app.ctx, workspaceId, agentId), takeover: done };
      },
      text: ({ takeover: { primaryAgent, locks, claims, tasks } }) =>
        `You go on for ${primaryAgent}: ${counted(locks.length, "lock")} with new tokens, ${
          counted(claims.length, "claim")
        }, ${counted(tasks.length, "task")}. Read its checkpoint next`,
    }),
    configure: verb({
      does: "when you count as stalled",
      who: "subject",
      needs: "coordinate",
      input: configureShadowInput.omit({ action: true }),
      output: z.object({ shadow }),
      async run({ app, c, agent }, input) {
        const agentId = agent();
        const call = await callOfPair(c, app, agentId);
        const mayForce = mayAct(c, "override");
        return { shadow: await configureShadow(app.ctx, call, { ...input, mayForce, agentId }) };
      },
      text: ({ shadow: { stallThresholdMs } }) =>
        `Stalled after ${Math.round(stallThresholdMs / 1000)} s`,
      brief: true,
    }),
  },
};
