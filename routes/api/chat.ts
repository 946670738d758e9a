/** Group chat: messages, reactions, threads, kudos, search. */
import { createRoute, z } from "@hono/zod-openapi";
import type { App } from "../../lib/app.ts";
import {
  giveKudos,
  listKudos,
  listMessages,
  type Message,
  postChat,
  react,
  readThread,
  requireMessage,
  searchMessages,
  unreact,
} from "../../lib/coordination/chat/mod.ts";
import {
  chatBody,
  chatInput,
  kudos,
  kudosBody,
  message,
  messageHit,
  reaction,
  reactionBody,
  reactionInput,
  replyBody,
  thread,
} from "../../lib/coordination/chat/schema.ts";
import { searchText } from "../../lib/coordination/memory/schema.ts";
import { agentId } from "../../lib/coordination/schema.ts";
import { PAGE_LIMIT_DEFAULT, PAGE_LIMIT_MAX } from "../../lib/kernel/core/page.ts";
import { callOf, requireActing } from "../_http/acting.ts";
import { agentOrCaller, speakerOf } from "../_http/author.ts";
import { workspaceOf } from "../_http/env.ts";
import { stageAnswer } from "../_http/idempotency.ts";
import {
  idParam,
  jsonAnswer,
  jsonBody,
  newRouter,
  pageOf,
  pageQuery,
  readProblems,
  writeProblems,
} from "../_http/openapi.ts";

const tags = ["chat"];
const id = idParam("message");
const params = z.object({ id });
const threadParams = z.object({ messageId: id });
const answer = z.object({ message });
const name = z.string().min(1).max(128);

const list = createRoute({
  method: "get",
  path: "/chat/messages",
  operationId: "listChatMessages",
  summary: "Chat messages, newest first; by author",
  tags,
  request: { query: pageQuery.extend({ author: name.optional() }) },
  responses: { 200: jsonAnswer("A page of messages", pageOf(message)), ...readProblems() },
});

const post = createRoute({
  method: "post",
  path: "/chat/messages",
  operationId: "postChatMessage",
  summary: "Say something to all; @name and @all reach inboxes with the same commit",
  tags,
  request: { body: jsonBody(chatBody) },
  responses: { 201: jsonAnswer("The message", answer), ...writeProblems("not_found") },
});

const get = createRoute({
  method: "get",
  path: "/chat/messages/{id}",
  operationId: "getChatMessage",
  summary: "One chat message",
  tags,
  request: { params },
  responses: { 200: jsonAnswer("The message", answer), ...readProblems("not_found") },
});

const addReaction = createRoute({
  method: "post",
  path: "/chat/messages/{id}/reactions",
  operationId: "addReaction",
  summary: "React to a message; the same emoji again changes nothing",
  tags,
  request: { params, body: jsonBody(reactionBody) },
  responses: {
    200: jsonAnswer("The message with it", z.object({ message, reaction })),
    ...writeProblems("not_found"),
  },
});

const removeReaction = createRoute({
  method: "delete",
  path: "/chat/messages/{id}/reactions/{emoji}",
  operationId: "removeReaction",
  summary: "Take a reaction back; one that is not there changes nothing",
  tags,
  request: {
    params: params.extend({ emoji: reactionInput.shape.emoji }),
    query: z.object({ by: name.optional() }),
  },
  responses: { 200: jsonAnswer("The message without it", answer), ...writeProblems("not_found") },
});

const getThread = createRoute({
  method: "get",
  path: "/threads/{messageId}",
  operationId: "getThread",
  summary: "The thread a message is in, replies oldest first",
  tags,
  request: { params: threadParams, query: pageQuery },
  responses: {
    200: jsonAnswer(
      "The first message and a page of replies",
      thread.extend({ nextCursor: z.string().nullable() }).meta({ id: "ThreadPage" }),
    ),
    ...readProblems("not_found"),
  },
});

const reply = createRoute({
  method: "post",
  path: "/threads/{messageId}",
  operationId: "replyInThread",
  summary: "Reply to a message, in its thread",
  tags,
  request: { params: threadParams, body: jsonBody(replyBody) },
  responses: { 201: jsonAnswer("The reply", answer), ...writeProblems("not_found") },
});

const give = createRoute({
  method: "post",
  path: "/kudos",
  operationId: "giveKudos",
  summary: "Thank another agent; counts once for each giver, receiver and UTC day",
  tags,
  request: { body: jsonBody(kudosBody) },
  responses: {
    201: jsonAnswer("The kudos", z.object({ kudos })),
    ...writeProblems("not_found"),
  },
});

const given = createRoute({
  method: "get",
  path: "/kudos",
  operationId: "listKudos",
  summary: "Kudos given, newest first; by giver or receiver",
  tags,
  request: { query: pageQuery.extend({ from: agentId.optional(), to: agentId.optional() }) },
  responses: { 200: jsonAnswer("A page of kudos", pageOf(kudos)), ...readProblems() },
});

const search = createRoute({
  method: "get",
  path: "/search/messages",
  operationId: "searchChatMessages",
  summary: "Chat messages that fit a query, best first; the last word may be a beginning",
  tags,
  request: {
    query: z.object({
      q: searchText.min(1),
      author: name.optional(),
      limit: z.coerce.number().int().min(1).max(PAGE_LIMIT_MAX).default(PAGE_LIMIT_DEFAULT),
    }),
  },
  responses: { 200: jsonAnswer("What was found", pageOf(messageHit)), ...readProblems() },
});

export function chatRoutes(app: App) {
  const router = newRouter();
  const { ctx } = app;
  router.openapi(list, async (c) => {
    return c.json(await listMessages(ctx, workspaceOf(c), c.req.valid("query")), 200);
  });
  router.openapi(get, async (c) => {
    const found = await requireMessage(ctx, workspaceOf(c), c.req.valid("param").id);
    return c.json({ message: found }, 200);
  });
  router.openapi(search, async (c) => {
    const { q, author, limit } = c.req.valid("query");
    const of = { ctx, search: app.coordination.search };
    const items = await searchMessages(of, workspaceOf(c), { query: q, author, limit });
    return c.json({ items, nextCursor: null }, 200);
  });
  mountPosting(app, router);
  mountReactions(app, router);
  mountKudos(app, router);
  return router;
}

type Router = ReturnType<typeof newRouter>;
const locationOf = (posted: Message) => `/api/v1/chat/messages/${posted.id}`;

function mountPosting({ ctx }: App, router: Router): void {
  router.openapi(post, async (c) => {
    const body = c.req.valid("json");
    const { author, call } = speakerOf(c, body);
    const posted = await postChat(ctx, call, chatInput.parse({ ...body, author }), {
      staged: (tx, message) =>
        stageAnswer(ctx, c, tx, 201, { message }, { location: locationOf(message) }),
    });
    c.header("location", locationOf(posted));
    return c.json({ message: posted }, 201);
  });
  router.openapi(getThread, async (c) => {
    const { messageId } = c.req.valid("param");
    return c.json(await readThread(ctx, workspaceOf(c), messageId, c.req.valid("query")), 200);
  });
  router.openapi(reply, async (c) => {
    const body = c.req.valid("json");
    const { author, call } = speakerOf(c, body);
    const threadId = c.req.valid("param").messageId;
    const input = chatInput.parse({ ...body, author, threadId });
    const posted = await postChat(ctx, call, input, {
      staged: (tx, message) =>
        stageAnswer(ctx, c, tx, 201, { message }, { location: locationOf(message) }),
    });
    c.header("location", locationOf(posted));
    return c.json({ message: posted }, 201);
  });
}

function mountReactions({ ctx }: App, router: Router): void {
  router.openapi(addReaction, async (c) => {
    const { emoji, by } = c.req.valid("json");
    const { author, call } = agentOrCaller(c, by);
    const messageId = c.req.valid("param").id;
    return c.json(await react(ctx, call, { messageId, emoji, by: author }), 200);
  });
  router.openapi(removeReaction, async (c) => {
    const { id: messageId, emoji } = c.req.valid("param");
    const { author, call } = agentOrCaller(c, c.req.valid("query").by);
    return c.json(await unreact(ctx, call, { messageId, emoji, by: author }), 200);
  });
}

function mountKudos({ ctx }: App, router: Router): void {
  router.openapi(give, async (c) => {
    const body = c.req.valid("json");
    const from = requireActing(c, { body: body.from }, "from");
    const thanked = await giveKudos(ctx, callOf(c, from), { ...body, from }, {
      staged: (tx, kudos) => stageAnswer(ctx, c, tx, 201, { kudos }),
    });
    return c.json({ kudos: thanked }, 201);
  });
  router.openapi(given, async (c) => {
    return c.json(await listKudos(ctx, workspaceOf(c), c.req.valid("query")), 200);
  });
}
