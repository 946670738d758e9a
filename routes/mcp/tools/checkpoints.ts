/** What an agent needs to go on after it stopped. */
import { z } from "zod";
import {
  getCheckpoint,
  listCheckpoints,
  saveCheckpoint,
} from "../../../lib/coordination/checkpoints/mod.ts";
import {
  checkpoint as checkpointShape,
  checkpointInput,
} from "../../../lib/coordination/checkpoints/schema.ts";
import { pageOf } from "../../_http/openapi.ts";
import { counted } from "../outline.ts";
import { type Tool, verb } from "../tool.ts";
import { pageInput } from "./page_input.ts";

export const checkpoint: Tool = {
  name: "checkpoint",
  title: "Checkpoints",
  description:
    "Save where you are after each piece of work, so that your next session or your shadow goes on from there. What you leave out keeps its value, [] clears. Returns the checkpoint.",
  infer: (given) =>
    Object.keys(checkpointInput.shape).some((field) => given[field] !== undefined) ? "save" : "get",
  verbs: {
    save: verb({
      does:
        "with the token of your lock and resourcePath it is refused when somebody else has the lock by now",
      who: "actor",
      needs: "coordinate",
      input: checkpointInput,
      output: z.object({ checkpoint: checkpointShape }),
      run: async ({ app, call, agent }, input) => ({
        checkpoint: await saveCheckpoint(app.ctx, call, { ...input, agentId: agent() }),
      }),
      text: ({ checkpoint: { checkpointAt } }) => `Saved at ${checkpointAt}`,
      brief: true,
    }),
    get: verb({
      does: "the newest of an agent",
      who: "subject",
      input: z.strictObject({}),
      output: z.object({ checkpoint: checkpointShape.nullable() }),
      run: async ({ app, workspaceId, agent }) => ({
        checkpoint: await getCheckpoint(app.ctx, workspaceId, agent()),
      }),
      text: ({ checkpoint: found }) => found ? `Of ${found.checkpointAt}` : "There is none yet",
    }),
    history: verb({
      does: "the last ones, newest first",
      who: "subject",
      input: z.strictObject(pageInput),
      output: pageOf(checkpointShape),
      run: ({ app, workspaceId, agent }, query) =>
        listCheckpoints(app.ctx, workspaceId, agent(), query),
      text: ({ items }) => counted(items.length, "checkpoint"),
    }),
  },
};
