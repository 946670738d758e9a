/** WS `/coordinator?agentId=`: the board as it happens; chat and presence the other way. */
import { z } from "zod";
import type { App } from "../../lib/app.ts";
import { listAgents, registerAgent } from "../../lib/coordination/agents/mod.ts";
import { agentInput } from "../../lib/coordination/agents/schema.ts";
import { postChat } from "../../lib/coordination/chat/mod.ts";
import { authorType, chatInput } from "../../lib/coordination/chat/schema.ts";
import { AppError } from "../../lib/kernel/core/errors.ts";
import { readPayload } from "./_frame.ts";
import type { Holder, Received, SocketKind } from "./_kind.ts";

const said = z.object({
  author: z.string().optional(),
  authorType: authorType.default("agent"),
  message: z.string(),
  threadId: z.string().optional(),
});
const update = z.object(agentInput.omit({ agentId: true }).shape);

export function boardSocket({ ctx }: App): SocketKind {
  return {
    hears: "board",
    async greet({ agentId, call }) {
      const agents = await listAgents(ctx, call.workspaceId, { online: true });
      const message = `Connected as ${agentId}; ${agents.length} here`;
      return { type: "agent-update", payload: { agents, message } };
    },
    handlers: {
      chat: async ({ holder, payload }) => {
        const words = readPayload(said, payload);
        const { author, actor } = speaker(holder, words);
        const call = { ...holder.call, actor };
        await postChat(ctx, call, readPayload(chatInput, { ...words, author }));
      },
      "agent-update": async ({ holder, payload }: Received) => {
        const { agentId, call } = holder;
        await registerAgent(ctx, call, { ...readPayload(update, payload), agentId });
      },
    },
  };
}

/** The socket's agent; a person by any name unless the key is bound to an agent. */
function speaker(
  { agentId, call, caller, callerId }: Holder,
  { author, authorType }: z.infer<typeof said>,
): { readonly author: string; readonly actor: string } {
  if (authorType !== "agent" && caller?.agentId === undefined) {
    return { author: author ?? callerId, actor: callerId };
  }
  if (author !== undefined && author !== agentId) {
    throw new AppError(caller?.agentId === undefined ? "invalid_input" : "forbidden", {
      detail: `This connection speaks as "${agentId}", not as "${author.slice(0, 128)}"`,
      fields: [{ path: "author", message: `expected ${agentId}` }],
    });
  }
  return { author: agentId, actor: call.actor };
}
