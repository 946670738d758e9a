/** `/` and `/sessions/{id}`: the chat, readable and usable also without script. */
import { type Context, Hono } from "hono";
import { Chat } from "../../islands/chat/Chat.tsx";
import { Recent } from "../../islands/chat/Recent.tsx";
import type { ChatProps, ModelChoice } from "../../islands/chat/state.ts";
import type { App } from "../../lib/app.ts";
import { isId } from "../../lib/kernel/core/ids.ts";
import { toAppError } from "../../lib/kernel/core/errors.ts";
import { getRunView } from "../../lib/runs/mod.ts";
import {
  createSession,
  listMessages,
  listSessions,
  postMessage,
  requireSession,
} from "../../lib/sessions/mod.ts";
import { type Message, messageInput, type Session } from "../../lib/sessions/schema.ts";
import { Island } from "../../lib/ui/island.tsx";
import { requireOwnOrigin } from "../_http/access.ts";
import { actorOf, type Env, workspaceOf } from "../_http/env.ts";
import { notFoundPage, renderPage } from "./_layout.tsx";
import { navCounts } from "./nav_counts.ts";

/** Shown in the rail. */
const RECENT = 30;
const MESSAGE_PAGE = 100;

export function chatPage(app: App): Hono<Env> {
  const router = new Hono<Env>();
  router.get("/", async (c) => {
    const sessions = await recentSessions(app, c);
    // Who comes back while something is at work comes back to it.
    const busy = sessions.find((session) => session.status === "busy");
    return await renderChat(app, c, busy ?? null, sessions);
  });
  router.get("/sessions/new", async (c) => {
    return await renderChat(app, c, null, await recentSessions(app, c));
  });
  router.get("/sessions/:id", async (c) => {
    const session = await findSession(app, c, c.req.param("id"));
    if (!session) return notFoundPage(c.req.path);
    return await renderChat(app, c, session, await recentSessions(app, c));
  });
  // The composer's form as a browser without script sends it.
  router.post("/", async (c) => {
    requireOwnOrigin(app, c);
    const input = await formMessage(c);
    if (!input) return c.redirect("/", 303);
    const session = await createSession(app, workspaceOf(c), {}, actorOf(c));
    await postMessage(app, workspaceOf(c), session.id, input, actorOf(c));
    return c.redirect(`/sessions/${session.id}`, 303);
  });
  router.post("/sessions/:id", async (c) => {
    requireOwnOrigin(app, c);
    const id = c.req.param("id");
    if (!await findSession(app, c, id)) return notFoundPage(c.req.path);
    const input = await formMessage(c);
    if (input) await postMessage(app, workspaceOf(c), id, input, actorOf(c));
    return c.redirect(`/sessions/${id}`, 303);
  });
  return router;
}

async function formMessage(c: Context<Env>) {
  const { content } = await c.req.parseBody();
  return messageInput.safeParse({ content }).data;
}

async function recentSessions(app: App, c: Context<Env>): Promise<Session[]> {
  const { items } = await listSessions(app, workspaceOf(c), { limit: RECENT });
  return items.sort((a, b) => b.updatedAt < a.updatedAt ? -1 : 1);
}

async function findSession(app: App, c: Context<Env>, id: string): Promise<Session | null> {
  if (!isId("session", id)) return null;
  try {
    return await requireSession(app, workspaceOf(c), id);
  } catch (error) {
    if (toAppError(error).code === "not_found") return null;
    throw error;
  }
}

async function renderChat(
  app: App,
  c: Context<Env>,
  session: Session | null,
  sessions: Session[],
): Promise<Response> {
  const { messages, cursor } = session
    ? await allMessages(app, workspaceOf(c), session.id)
    : { messages: [], cursor: "" };
  const runId = session?.activeRunId ?? startedRun(messages, session);
  const props: ChatProps = {
    sessions,
    session,
    messages,
    cursor,
    view: runId ? await getRunView(app, workspaceOf(c), runId) : null,
    models: modelChoices(app),
    nowMs: app.ctx.clock.now(),
  };
  return renderPage({
    title: session?.title || "Chat",
    description: "Say what you want and on what terms; agents do the work in the open.",
    path: "/",
    counts: await navCounts(app, workspaceOf(c)),
    rail: (
      <Island
        name="chat/Recent"
        component={Recent}
        props={{ sessions, currentId: session?.id ?? null }}
      />
    ),
    body: <Island name="chat/Chat" component={Chat} props={props} load="now" />,
  });
}

async function allMessages(app: App, workspaceId: string, sessionId: string) {
  const messages: Message[] = [];
  let cursor = "";
  for (;;) {
    const page = await listMessages(app, workspaceId, sessionId, {
      limit: MESSAGE_PAGE,
      cursor: cursor || undefined,
    });
    messages.push(...page.items);
    const last = page.nextCursor ?? cursor;
    if (last === cursor) return { messages, cursor };
    cursor = last;
  }
}

/** The latest run that is not one of a message still waiting for its turn. */
function startedRun(messages: readonly Message[], session: Session | null): string | undefined {
  return messages.findLast((message) =>
    message.runId !== undefined && !session?.queuedRunIds.includes(message.runId)
  )?.runId;
}

function modelChoices(app: App): ModelChoice[] {
  return app.gateway.list().map(({ id, provider, demonstration }) => ({
    id,
    provider,
    demonstration,
  }));
}
