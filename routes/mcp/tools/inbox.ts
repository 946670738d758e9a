/** Messages from agent to agent, and the digest of what happened for one. */
import { z } from "zod";
import { getDigest } from "../../../lib/coordination/digest/mod.ts";
import { digest as digestShape } from "../../../lib/coordination/digest/schema.ts";
import { listInbox, markRead, sendMessage } from "../../../lib/coordination/inbox/mod.ts";
import {
  inboxInput,
  inboxMessage,
  inboxType,
  markReadInput,
} from "../../../lib/coordination/inbox/schema.ts";
import { agentId } from "../../../lib/coordination/schema.ts";
import { pageOf } from "../../_http/openapi.ts";
import { counted } from "../outline.ts";
import { ONLY, type Tool, verb } from "../tool.ts";
import { pageInput } from "./page_input.ts";

export const message: Tool = {
  name: "message",
  title: "Inbox",
  description:
    "Write to one agent, and read what others wrote to you (notes, mentions, handoffs). Returns the message, or messages newest first.",
  infer: (given) =>
    given.message !== undefined ? "send" : given.messageIds !== undefined ? "mark-read" : "read",
  // The API's form: the recipient in the path, the sender as `from`.
  normalize({ from, to, ...rest }) {
    if (from === undefined) return { ...rest, ...(to !== undefined && { to }) };
    if (to === undefined) return { ...rest, agentId: from, to: rest.agentId };
    return { ...rest, to, ...(rest.agentId === undefined ? { agentId: from } : { from }) };
  },
  verbs: {
    send: verb({
      does: "write to the agent `to`",
      who: "actor",
      needs: "coordinate",
      input: inboxInput.omit({ from: true }).extend({ to: agentId }),
      output: z.object({ message: inboxMessage }),
      run: async ({ app, call, agent }, { to, ...input }) => ({
        message: await sendMessage(app.ctx, call, to, { ...input, from: agent() }),
      }),
      text: ({ message: { id } }, { to }) => `Sent ${id} to ${to}`,
      brief: true,
    }),
    read: verb({
      does: "your inbox; unread: true for what is new",
      who: "actor",
      input: z.strictObject({
        unread: z.boolean().optional(),
        type: inboxType.optional(),
        ...pageInput,
      }),
      output: pageOf(inboxMessage),
      run: ({ app, workspaceId, agent }, query) => listInbox(app.ctx, workspaceId, agent(), query),
      text: ({ items }) =>
        items.length === 0
          ? "Nothing"
          : `${counted(items.length, "message")}; mark-read those you acted on`,
    }),
    "mark-read": verb({
      does: "those you acted on",
      who: "actor",
      needs: "coordinate",
      input: markReadInput,
      output: z.object({ messageIds: z.array(z.string()) }),
      run: ({ app, call, agent }, { messageIds }) => markRead(app.ctx, call, agent(), messageIds),
      text: ({ messageIds }) => `${counted(messageIds.length, "message")} marked as read`,
      brief: true,
    }),
  },
};

export const digest: Tool = {
  name: "digest",
  title: "Digest",
  description:
    "What happened for you since you last looked: mentions, unread messages, tasks others changed, locks you were refused, handoffs. Give nextCursor of the last digest as since.",
  verbs: {
    [ONLY]: verb({
      who: "actor",
      input: z.strictObject({
        since: z.string().min(1).max(1_000).optional()
          .describe("ISO time or nextCursor; default one day back"),
      }),
      output: digestShape,
      run: ({ app, workspaceId, agent }, { since }) =>
        getDigest(app.ctx, workspaceId, { agentId: agent(), since }),
      text: ({ mentions, unread, taskChanges, handoffs }) =>
        `${counted(mentions.length, "mention")}, ${unread} unread, ${
          counted(taskChanges.length, "task")
        } changed, ${counted(handoffs.length, "handoff")}`,
    }),
  },
};
