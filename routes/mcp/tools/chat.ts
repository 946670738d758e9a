/** The group chat: messages, reactions, threads, kudos. */
import { z } from "zod";
import {
  giveKudos,
  listKudos,
  listMessages,
  postChat,
  react,
  readThread,
  searchMessages,
  unreact,
} from "../../../lib/coordination/chat/mod.ts";
import {
  chatInput,
  kudos,
  kudosInput,
  message,
  messageHit,
  reaction,
  reactionInput,
  thread,
} from "../../../lib/coordination/chat/schema.ts";
import { searchText } from "../../../lib/coordination/memory/schema.ts";
import { agentId } from "../../../lib/coordination/schema.ts";
import { PAGE_LIMIT_MAX } from "../../../lib/kernel/core/page.ts";
import { pageOf } from "../../_http/openapi.ts";
import { counted } from "../outline.ts";
import { type Tool, verb } from "../tool.ts";
import { pageInput } from "./page_input.ts";

const { message: text, threadId } = chatInput.shape;
const { messageId, emoji } = reactionInput.shape;
const posted = z.object({ message });

export const groupChat: Tool = {
  name: "group-chat",
  title: "Group chat",
  description:
    "Talk to the whole team, people included. @name reaches an agent's inbox, @all everybody's; for one agent alone use message. Returns the message, or messages newest first.",
  infer: (given) =>
    given.message !== undefined
      ? "post"
      : given.emoji !== undefined
      ? "react"
      : given.query !== undefined
      ? "search"
      : "read",
  aliases: { author: "agentId", by: "agentId" },
  verbs: {
    post: verb({
      does: "say something to all",
      who: "actor",
      needs: "coordinate",
      input: z.strictObject({ message: text, threadId }),
      output: posted,
      run: async ({ app, call, agent }, input) => ({
        message: await postChat(app.ctx, call, { ...input, author: agent(), authorType: "agent" }),
      }),
      text: ({ message: { id, mentions } }) =>
        `Posted ${id}${mentions.length > 0 ? `; reaches ${mentions.join(", ")}` : ""}`,
      brief: true,
    }),
    read: verb({
      does: "what was said, newest first",
      who: "caller",
      input: z.strictObject({ ...pageInput, author: agentId.optional() }),
      output: pageOf(message),
      run: ({ app, workspaceId }, query) => listMessages(app.ctx, workspaceId, query),
      text: ({ items }) => counted(items.length, "message"),
    }),
    react: verb({
      does: "put an emoji on a message",
      who: "actor",
      needs: "coordinate",
      input: z.strictObject({ messageId, emoji }),
      output: z.object({ message, reaction }),
      run: ({ app, call, agent }, input) => react(app.ctx, call, { ...input, by: agent() }),
      text: ({ reaction: { emoji: put } }, input) => `${put} on ${input.messageId}`,
      brief: true,
    }),
    unreact: verb({
      does: "take it off again",
      who: "actor",
      needs: "coordinate",
      input: z.strictObject({ messageId, emoji }),
      output: posted,
      run: ({ app, call, agent }, input) => unreact(app.ctx, call, { ...input, by: agent() }),
      text: (_, input) => `${input.emoji} is off ${input.messageId}`,
      brief: true,
    }),
    search: verb({
      does: "messages that fit words, best first",
      who: "caller",
      input: z.strictObject({
        query: searchText.min(1),
        limit: z.int().min(1).max(PAGE_LIMIT_MAX).optional(),
      }),
      output: pageOf(messageHit),
      run: async ({ app, workspaceId }, query) => {
        const { search } = app.coordination;
        const items = await searchMessages({ ctx: app.ctx, search }, workspaceId, query);
        return { items, nextCursor: null };
      },
      text: ({ items }) => counted(items.length, "message fits", "messages fit"),
    }),
  },
};

export const threadTool: Tool = {
  name: "thread",
  title: "Threads of the chat",
  description: "Replies to one chat message, kept together. Returns the thread, or your reply.",
  infer: ({ message: said }) => said === undefined ? "read" : "reply",
  aliases: { author: "agentId", threadId: "messageId" },
  verbs: {
    read: verb({
      does: "the message and its replies, oldest first",
      who: "caller",
      input: z.strictObject({ messageId, ...pageInput }),
      output: thread.extend({ nextCursor: z.string().nullable() }),
      run: ({ app, workspaceId }, { messageId: id, ...query }) =>
        readThread(app.ctx, workspaceId, id, query),
      text: ({ replies }) => counted(replies.length, "reply", "replies"),
    }),
    reply: verb({
      does: "add to it",
      who: "actor",
      needs: "coordinate",
      input: z.strictObject({ messageId, message: text }),
      output: posted,
      run: async ({ app, call, agent }, { messageId: threadId, message: said }) => ({
        message: await postChat(app.ctx, call, {
          author: agent(),
          authorType: "agent",
          message: said,
          threadId,
        }),
      }),
      text: ({ message: { id } }) => `Replied with ${id}`,
      brief: true,
    }),
  },
};

export const kudosTool: Tool = {
  name: "kudos",
  title: "Kudos",
  description:
    "Thank an agent that helped you: it counts as a peer helped in its soul. Once a day for each agent, never for yourself.",
  infer: ({ to, note }) => to === undefined || note === undefined ? "list" : "give",
  aliases: { from: "agentId" },
  verbs: {
    give: verb({
      does: "thank an agent, for one of its messages if you like",
      who: "actor",
      needs: "coordinate",
      input: kudosInput.omit({ from: true }),
      output: z.object({ kudos }),
      run: async ({ app, call, agent }, input) => ({
        kudos: await giveKudos(app.ctx, call, { ...input, from: agent() }),
      }),
      text: ({ kudos: { to } }) => `${to} is thanked`,
      brief: true,
    }),
    list: verb({
      does: "who thanked whom, newest first",
      who: "caller",
      input: z.strictObject({
        from: agentId.optional(),
        to: agentId.optional(),
        ...pageInput,
      }),
      output: pageOf(kudos),
      run: ({ app, workspaceId }, query) => listKudos(app.ctx, workspaceId, query),
      text: ({ items }) => counted(items.length, "kudos", "kudos"),
    }),
  },
};
