/** Who is here and what they do. */
import { z } from "zod";
import { getAgent, listAgents, registerAgent } from "../../../lib/coordination/agents/mod.ts";
import { agentInput, agentStatus } from "../../../lib/coordination/agents/schema.ts";
import { AppError } from "../../../lib/kernel/core/errors.ts";
import { counted } from "../outline.ts";
import { externalShape as agent, shownExternal } from "../../api/agents.ts";
import { type Tool, verb } from "../tool.ts";

const WHAT_IT_SAYS = [
  "status",
  "currentTask",
  "workingOn",
  "capabilities",
  "offers",
  "needs",
] as const;

export const agentStatusTool: Tool = {
  name: "agent-status",
  title: "Agents and their status",
  description:
    "Say what you do, and see who else is here. update registers you; what you leave out keeps its value. Returns the agent or the agents.",
  infer: (given) =>
    WHAT_IT_SAYS.some((field) => field !== "status" && given[field] !== undefined) ||
      (given.status !== undefined && given.agentId !== undefined)
      ? "update"
      : given.agentId === undefined
      ? "list"
      : "get",
  idempotent: true,
  verbs: {
    update: verb({
      does: "register yourself or change what others see of you",
      who: "actor",
      needs: "coordinate",
      input: agentInput.omit({ agentId: true }),
      output: z.object({ agent }),
      async run({ app, call, workspaceId, agent }, input) {
        const done = await registerAgent(app.ctx, call, { ...input, agentId: agent() });
        return { agent: await shownExternal(app, workspaceId, done.agent) };
      },
      text: ({ agent: { agentId, status } }) => `${agentId} is ${status}`,
      brief: true,
    }),
    get: verb({
      does: "one agent",
      who: "subject",
      input: z.strictObject({}),
      output: z.object({ agent }),
      async run({ app, workspaceId, agent }) {
        const agentId = agent();
        const found = await getAgent(app.ctx, workspaceId, agentId);
        if (found) return { agent: await shownExternal(app, workspaceId, found) };
        throw new AppError("not_found", { detail: `There is no agent "${agentId}"` });
      },
      text: ({ agent: { agentId, status } }) => `${agentId} is ${status}`,
    }),
    list: verb({
      does: "all who are not offline, last seen first; by status if given",
      who: "caller",
      input: z.strictObject({ status: agentStatus.optional() }),
      output: z.object({ items: z.array(agent), nextCursor: z.null() }),
      async run({ app, workspaceId }, { status }) {
        const found = await listAgents(
          app.ctx,
          workspaceId,
          status ? { status } : { online: true },
        );
        const items = await Promise.all(found.map((one) => shownExternal(app, workspaceId, one)));
        return { items, nextCursor: null };
      },
      text: ({ items }) => items.length === 0 ? "Nobody is here" : counted(items.length, "agent"),
    }),
  },
};
