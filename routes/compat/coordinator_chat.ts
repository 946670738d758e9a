/** `/coordinator/chat`. */
import type { Hono } from "hono";
import { z } from "zod";
import type { App } from "../../lib/app.ts";
import { newestMessages, postChat } from "../../lib/coordination/chat/mod.ts";
import { authorType, chatInput } from "../../lib/coordination/chat/schema.ts";
import { isoMs } from "../../lib/coordination/digest/mod.ts";
import { countUnread } from "../../lib/coordination/inbox/mod.ts";
import { agentId } from "../../lib/coordination/schema.ts";
import { speakerOf } from "../_http/author.ts";
import { type Env, workspaceOf } from "../_http/env.ts";
import {
  actingAgent,
  check,
  compatRouter,
  readObject,
  readQuery,
  requireActing,
} from "./_compat.ts";

const LIMIT_MAX = 500;

const query = z.object({
  limit: z.coerce.number().int().min(1).max(LIMIT_MAX).optional(),
  since: z.string().refine((text) => isoMs(text) !== null, { message: "an ISO 8601 time" })
    .optional(),
  agentId: agentId.optional(),
  inbox: z.enum(["true", "false"]).optional(),
});

export function coordinatorChatRoutes(app: App): Hono<Env> {
  const router = compatRouter(app);
  const { ctx } = app;
  router.get("/chat", async (c) => {
    const { limit, since, agentId: named, inbox } = readQuery(c, query);
    const sinceMs = since === undefined ? undefined : isoMs(since)!;
    const messages = await newestMessages(ctx, workspaceOf(c), { limit, sinceMs });
    if (inbox !== "true") return c.json({ messages });
    const reader = requireActing(c, { body: named });
    const { mentions } = await countUnread(ctx, workspaceOf(c), reader);
    return c.json({ messages, count: messages.length, pendingMentions: mentions });
  });
  router.post("/chat", async (c) => {
    const body = await readObject(c);
    const type = authorType.safeParse(body.authorType);
    const isAgent = !type.success || type.data === "agent";
    // An agent may be named by its key or header alone; whoever names nobody is told so.
    const author = body.author || !isAgent ? body.author : actingAgent(c);
    const input = check(chatInput, { ...body, author });
    const { call } = speakerOf(c, { author: input.author, authorType: input.authorType });
    return c.json({ success: true, message: await postChat(ctx, call, input) });
  });
  return router;
}
