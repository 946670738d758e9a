/** Sessions: conversations, their messages and their stream. */
import { createRoute, z } from "@hono/zod-openapi";
import type { App } from "../../lib/app.ts";
import { type Run, run } from "../../lib/engine/schema.ts";
import {
  createSession,
  listMessages,
  listSessions,
  patchSession,
  postMessage,
  requireSession,
} from "../../lib/sessions/mod.ts";
import {
  type Message,
  message,
  messageInput,
  type Session,
  session,
  sessionInput,
  sessionPatch,
} from "../../lib/sessions/schema.ts";
import { actorOf, workspaceOf } from "../_http/env.ts";
import { requireMatch, setEtag } from "../_http/etag.ts";
import { stageAnswer } from "../_http/idempotency.ts";
import {
  idParam,
  ifMatchHeader,
  jsonAnswer,
  jsonBody,
  newRouter,
  pageOf,
  pageQuery,
  readProblems,
  streamAnswer,
  writeProblems,
} from "../_http/openapi.ts";
import { requireRunPolicy } from "../_http/run_policy.ts";
import { sse, streamQuery } from "../_http/stream.ts";
import { runLinks } from "./runs.ts";

const tags = ["sessions"];
const params = z.object({ id: idParam("session") });
const answer = z.object({ session });

const create = createRoute({
  method: "post",
  path: "/sessions",
  operationId: "createSession",
  summary: "Start a conversation",
  tags,
  request: { body: { ...jsonBody(sessionInput), required: false } },
  responses: { 201: jsonAnswer("The new session", answer), ...writeProblems() },
});

const list = createRoute({
  method: "get",
  path: "/sessions",
  operationId: "listSessions",
  summary: "Sessions, newest first",
  tags,
  request: { query: pageQuery.extend({ q: z.string().max(200).optional() }) },
  responses: { 200: jsonAnswer("A page of sessions", pageOf(session)), ...readProblems() },
});

const get = createRoute({
  method: "get",
  path: "/sessions/{id}",
  operationId: "getSession",
  summary: "One session",
  tags,
  request: { params },
  responses: { 200: jsonAnswer("The session", answer), ...readProblems("not_found") },
});

const patch = createRoute({
  method: "patch",
  path: "/sessions/{id}",
  operationId: "updateSession",
  summary: "Rename a session or change its policy",
  tags,
  request: { params, headers: ifMatchHeader, body: jsonBody(sessionPatch) },
  responses: {
    200: jsonAnswer("The session as changed", answer),
    ...writeProblems("not_found", "precondition_failed"),
  },
});

const post = createRoute({
  method: "post",
  path: "/sessions/{id}/messages",
  operationId: "postMessage",
  summary: "Say something; a run answers it",
  tags,
  request: { params, body: jsonBody(messageInput) },
  responses: {
    202: jsonAnswer(
      "The message and the run that answers it",
      z.object({ message, run, links: z.record(z.string(), z.string()) }),
    ),
    ...writeProblems("not_found"),
  },
});

const messages = createRoute({
  method: "get",
  path: "/sessions/{id}/messages",
  operationId: "listMessages",
  summary: "Messages, oldest first; nextCursor is the id of the last event read",
  tags,
  request: { params, query: pageQuery },
  responses: {
    200: jsonAnswer("A page of messages", pageOf(message)),
    ...readProblems("not_found"),
  },
});

const events = createRoute({
  method: "get",
  path: "/sessions/{id}/events",
  operationId: "streamSessionEvents",
  summary: "The session's events as they happen (SSE), or a page of them with ?format=json",
  tags,
  request: { params, query: streamQuery },
  responses: { 200: streamAnswer, ...readProblems("not_found") },
});

export function sessionRoutes(app: App) {
  const router = newRouter();
  router.openapi(create, async (c) => {
    const headersOf = ({ id, version }: Session) => ({
      location: `/api/v1/sessions/${id}`,
      etag: `"${version}"`,
    });
    const created = await createSession(app, workspaceOf(c), c.req.valid("json"), actorOf(c), {
      staged: (tx, session) => stageAnswer(app.ctx, c, tx, 201, { session }, headersOf(session)),
    });
    for (const [name, value] of Object.entries(headersOf(created))) c.header(name, value);
    return c.json({ session: created }, 201);
  });
  router.openapi(list, async (c) => {
    return c.json(await listSessions(app, workspaceOf(c), c.req.valid("query")), 200);
  });
  router.openapi(get, async (c) => {
    const found = await requireSession(app, workspaceOf(c), c.req.valid("param").id);
    setEtag(c, found.version);
    return c.json({ session: found }, 200);
  });
  router.openapi(patch, async (c) => {
    const changed = await patchSession(app, workspaceOf(c), c.req.valid("param").id, {
      patch: c.req.valid("json"),
      check: (current) => requireMatch(c, current.version),
    }, actorOf(c));
    setEtag(c, changed.version);
    return c.json({ session: changed }, 200);
  });
  router.openapi(post, async (c) => {
    const { id } = c.req.valid("param");
    await requireRunPolicy(app, c, c.req.valid("json").pattern);
    const body = (posted: { message: Message; run: Run }) => ({
      ...posted,
      links: runLinks(posted.run.id),
    });
    const posted = await postMessage(app, workspaceOf(c), id, c.req.valid("json"), actorOf(c), {
      staged: (tx, result) => stageAnswer(app.ctx, c, tx, 202, body(result)),
    });
    return c.json(body(posted), 202);
  });
  router.openapi(messages, async (c) => {
    const { id } = c.req.valid("param");
    return c.json(await listMessages(app, workspaceOf(c), id, c.req.valid("query")), 200);
  });
  router.openapi(events, async (c) => {
    const { id } = c.req.valid("param");
    await requireSession(app, workspaceOf(c), id);
    return await sse(c, app, `session:${id}`);
  });
  return router;
}
