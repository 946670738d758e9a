/** `/agent/{id}`: messages and memory. */
import type { Context, Hono } from "hono";
import { z } from "zod";
import type { App } from "../../lib/app.ts";
import { listInbox, markRead, sendMessage } from "../../lib/coordination/inbox/mod.ts";
import { inboxInput, inboxType, markReadInput } from "../../lib/coordination/inbox/schema.ts";
import { listMemories, recallMemories, saveMemory } from "../../lib/coordination/memory/mod.ts";
import { memoryCategory, memoryInput, searchText } from "../../lib/coordination/memory/schema.ts";
import { agentId } from "../../lib/coordination/schema.ts";
import { PAGE_LIMIT_MAX } from "../../lib/kernel/core/page.ts";
import { type Env, workspaceOf } from "../_http/env.ts";
import {
  actingAgent,
  callOf,
  check,
  compatRouter,
  readBody,
  readObject,
  readQuery,
  requireActing,
} from "./_compat.ts";

const params = z.object({ id: agentId });
const limit = z.coerce.number().int().min(1).max(PAGE_LIMIT_MAX).optional();
const inboxQuery = z.object({
  unread: z.enum(["true", "false"]).optional(),
  type: inboxType.optional(),
  limit,
});
const memoryQuery = z.object({
  category: memoryCategory.optional(),
  query: searchText.optional(),
  limit,
});

export function agentNotesRoutes(app: App): Hono<Env> {
  const router = compatRouter(app);
  mountMessages(app, router);
  mountMemory(app, router);
  return router;
}

function mountMessages({ ctx }: App, router: Hono<Env>): void {
  router.get("/:id/messages", async (c) => {
    const { unread, ...query } = readQuery(c, inboxQuery);
    const { items } = await listInbox(ctx, workspaceOf(c), idOf(c), {
      ...query,
      unread: unread === "true",
    });
    return c.json({ messages: items });
  });
  router.post("/:id/messages", async (c) => {
    const to = idOf(c);
    const body = await readObject(c);
    // The path says whom it is for; who writes may also be named by key or header alone.
    const input = check(inboxInput, { ...body, from: body.from || actingAgent(c) });
    const from = requireActing(c, { body: input.from }, "from");
    const message = await sendMessage(ctx, callOf(c, from), to, { ...input, from });
    return c.json({ success: true, message });
  });
  router.patch("/:id/messages", async (c) => {
    const id = requireActing(c, { path: idOf(c) });
    const { messageIds } = await readBody(c, markReadInput);
    const marked = await markRead(ctx, callOf(c, id), id, messageIds);
    return c.json({ success: true, marked: marked.messageIds.length });
  });
}

function mountMemory(app: App, router: Hono<Env>): void {
  const { ctx } = app;
  router.get("/:id/memory", async (c) => {
    const { category, query, limit } = readQuery(c, memoryQuery);
    const id = idOf(c);
    if (!query?.trim()) {
      const { items } = await listMemories(ctx, workspaceOf(c), id, { category, limit });
      return c.json({ memories: items });
    }
    const searched = { ctx, search: app.coordination.search };
    const of = { query, agentId: id, category, limit };
    const found = await recallMemories(searched, workspaceOf(c), of);
    return c.json({ memories: found.map(({ score: _, ...memory }) => memory) });
  });
  router.post("/:id/memory", async (c) => {
    const id = requireActing(c, { path: idOf(c) });
    const input = await readBody(c, memoryInput);
    return c.json({ success: true, memory: await saveMemory(ctx, callOf(c, id), id, input) });
  });
}

const idOf = (c: Context<Env>): string => check(params, c.req.param()).id;
