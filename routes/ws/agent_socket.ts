/** WS `/agent/{id}`: an agent's own state, inbox and escalations; its checkpoints the other way. */
import { z } from "zod";
import type { App } from "../../lib/app.ts";
import { saveCheckpoint } from "../../lib/coordination/checkpoints/mod.ts";
import { checkpointInput } from "../../lib/coordination/checkpoints/schema.ts";
import { getAgentState } from "../../lib/coordination/views/mod.ts";
import { readPayload } from "./_frame.ts";
import type { SocketKind } from "./_kind.ts";

const checkpoint = z.object(checkpointInput.shape);

export function agentSocket({ ctx }: App): SocketKind {
  return {
    hears: "agent",
    async greet({ agentId, call }) {
      const state = await getAgentState(ctx, call.workspaceId, agentId);
      return { type: "state-sync", payload: state };
    },
    handlers: {
      "checkpoint-save": async ({ holder, payload, reply }) => {
        const { agentId, call } = holder;
        const input = { ...readPayload(checkpoint, payload), agentId };
        reply("checkpoint-saved", { checkpoint: await saveCheckpoint(ctx, call, input) });
      },
    },
  };
}
