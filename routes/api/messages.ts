/** Inboxes: messages to one agent. */
import { createRoute, z } from "@hono/zod-openapi";
import type { App } from "../../lib/app.ts";
import { listInbox, markRead, sendMessage } from "../../lib/coordination/inbox/mod.ts";
import {
  inboxBody,
  inboxMessage,
  inboxType,
  markReadInput,
} from "../../lib/coordination/inbox/schema.ts";
import { agentId } from "../../lib/coordination/schema.ts";
import { callOf, requireActing } from "../_http/acting.ts";
import { agentOrCaller } from "../_http/author.ts";
import { workspaceOf } from "../_http/env.ts";
import { stageAnswer } from "../_http/idempotency.ts";
import {
  jsonAnswer,
  jsonBody,
  newRouter,
  pageOf,
  pageQuery,
  readProblems,
  writeProblems,
} from "../_http/openapi.ts";

const tags = ["messages"];
const params = z.object({ id: agentId });

const list = createRoute({
  method: "get",
  path: "/agents/{id}/messages",
  operationId: "listAgentMessages",
  summary: "An agent's inbox, newest first; unread ones, or one type",
  tags,
  request: {
    params,
    query: pageQuery.extend({
      unread: z.enum(["true", "false"]).optional(),
      type: inboxType.optional(),
    }),
  },
  responses: { 200: jsonAnswer("A page of messages", pageOf(inboxMessage)), ...readProblems() },
});

const send = createRoute({
  method: "post",
  path: "/agents/{id}/messages",
  operationId: "sendAgentMessage",
  summary: "Write to one agent, registered or not yet",
  tags,
  request: { params, body: jsonBody(inboxBody) },
  responses: {
    201: jsonAnswer("The message", z.object({ message: inboxMessage })),
    ...writeProblems(),
  },
});

const mark = createRoute({
  method: "patch",
  path: "/agents/{id}/messages",
  operationId: "markAgentMessagesRead",
  summary: "Mark messages read; again changes nothing",
  tags,
  request: { params, body: jsonBody(markReadInput) },
  responses: {
    200: jsonAnswer("Those unread until now", z.object({ messageIds: z.array(z.string()) })),
    ...writeProblems(),
  },
});

export function messageRoutes({ ctx }: App) {
  const router = newRouter();
  router.openapi(list, async (c) => {
    const { unread, ...query } = c.req.valid("query");
    const { id } = c.req.valid("param");
    const page = await listInbox(ctx, workspaceOf(c), id, { ...query, unread: unread === "true" });
    return c.json(page, 200);
  });
  router.openapi(send, async (c) => {
    const body = c.req.valid("json");
    const { author, call } = agentOrCaller(c, body.from);
    const { id } = c.req.valid("param");
    const sent = await sendMessage(ctx, call, id, { ...body, from: author }, {
      staged: (tx, message) => stageAnswer(ctx, c, tx, 201, { message }),
    });
    return c.json({ message: sent }, 201);
  });
  router.openapi(mark, async (c) => {
    const id = requireActing(c, { path: c.req.valid("param").id });
    return c.json(await markRead(ctx, callOf(c, id), id, c.req.valid("json").messageIds), 200);
  });
  return router;
}
