/** Work given from one agent to another. */
import { z } from "zod";
import {
  claimHandoff,
  completeHandoff,
  createHandoff,
  listHandoffs,
  requireHandoff,
} from "../../../lib/coordination/handoffs/mod.ts";
import {
  handoff as handoffShape,
  handoffCompletion,
  handoffFilter,
  handoffInput,
} from "../../../lib/coordination/handoffs/schema.ts";
import { pageOf } from "../../_http/openapi.ts";
import { counted } from "../outline.ts";
import { type Tool, verb } from "../tool.ts";
import { pageInput } from "./page_input.ts";

const handoffId = z.string().min(1).max(128);
const answer = z.object({ handoff: handoffShape });

export const handoff: Tool = {
  name: "handoff",
  title: "Handoffs",
  description:
    "Give work away with all that is needed to go on, to one agent or whoever takes it; exactly one gets it. Returns the handoff or the handoffs.",
  infer: (given) =>
    given.title !== undefined ? "create" : given.handoffId === undefined ? "list" : "get",
  aliases: { fromAgent: "agentId", id: "handoffId" },
  verbs: {
    create: verb({
      does: "give work away; without toAgent anybody may take it",
      who: "actor",
      needs: "coordinate",
      input: handoffInput.omit({ fromAgent: true }),
      output: answer,
      run: async ({ app, call, agent }, input) => ({
        handoff: await createHandoff(app.ctx, call, { ...input, fromAgent: agent() }),
      }),
      text: ({ handoff: { id, toAgent } }) => `${id} waits for ${toAgent ?? "whoever takes it"}`,
      brief: true,
    }),
    list: verb({
      does: "by toAgent (its own and those for anybody), fromAgent, status",
      who: "caller",
      input: handoffFilter.extend(pageInput),
      output: pageOf(handoffShape),
      run: ({ app, workspaceId }, query) => listHandoffs(app.ctx, workspaceId, query),
      text: ({ items }) => counted(items.length, "handoff"),
    }),
    get: verb({
      does: "one, with its context",
      who: "caller",
      input: z.strictObject({ handoffId }),
      output: answer,
      run: async ({ app, workspaceId }, { handoffId: id }) => ({
        handoff: await requireHandoff(app.ctx, workspaceId, id),
      }),
      text: ({ handoff: { id, status } }) => `${id} is ${status}`,
    }),
    claim: verb({
      does: "take one that is pending",
      who: "actor",
      needs: "coordinate",
      input: z.strictObject({ handoffId }),
      output: answer,
      run: async ({ app, call, agent }, input) => ({
        handoff: await claimHandoff(app.ctx, call, { ...input, agentId: agent() }),
      }),
      text: ({ handoff: { id } }) => `${id} is yours; complete it when it is done`,
    }),
    complete: verb({
      does: "say that the one you claimed is done",
      who: "actor",
      needs: "coordinate",
      input: handoffCompletion.omit({ agentId: true }).extend({ handoffId }),
      output: answer,
      run: async ({ app, call, agent }, input) => ({
        handoff: await completeHandoff(app.ctx, call, { ...input, agentId: agent() }),
      }),
      text: ({ handoff: { id } }) => `${id} is completed`,
      brief: true,
    }),
  },
};
