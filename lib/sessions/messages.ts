/**
 * The messages of a session. Their order is that of `message.created` on the session's stream; an
 * assistant's message is a view of its run, so it is never written a second time.
 */
import { answerText } from "../engine/fold.ts";
import type { Run } from "../engine/schema.ts";
import type { AppContext } from "../kernel/context.ts";
import type { Page, PageQuery } from "../kernel/core/page.ts";
import { readEvents, type StoredEvent } from "../kernel/events/mod.ts";
import { getRuns, getRunView } from "../runs/mod.ts";
import { type StoredTurn, turnKey } from "./keys.ts";
import type { Message } from "./schema.ts";
import { requireSession, sessionStream } from "./store.ts";

type Ctx = { readonly ctx: AppContext };

const READ_EVENTS = 200;

/**
 * Oldest first. `nextCursor` is the id of the last event read, also on the last page: following the
 * session's events after it misses nothing.
 */
export async function listMessages(
  app: Ctx,
  workspaceId: string,
  sessionId: string,
  query: PageQuery,
): Promise<Page<Message>> {
  await requireSession(app, workspaceId, sessionId);
  const found: Message[] = [];
  let cursor = query.cursor ?? null;
  let more = true;
  while (more && found.length < query.limit) {
    const events = await readEvents(app.ctx, workspaceId, sessionStream(sessionId), {
      after: cursor ?? undefined,
      limit: READ_EVENTS,
    });
    more = events.length === READ_EVENTS;
    for (const event of events) {
      if (found.length === query.limit && event.type === "message.created") break;
      cursor = event.id;
      if (event.type === "message.created") found.push(messageOf(event));
    }
  }
  return { items: await asTheyAre(app, workspaceId, sessionId, found), nextCursor: cursor };
}

const messageOf = (event: StoredEvent) => (JSON.parse(event.json) as { message: Message }).message;

/** Each with its whole text and its run's present state; those rolled back are left out. */
async function asTheyAre(
  app: Ctx,
  workspaceId: string,
  sessionId: string,
  messages: readonly Message[],
): Promise<Message[]> {
  const runIds = [...new Set(messages.flatMap((message) => message.runId ?? []))];
  const [runs, turns] = await Promise.all([
    getRuns(app, workspaceId, runIds),
    app.ctx.kv.getMany<StoredTurn>(runIds.map((id) => turnKey(workspaceId, sessionId, id))),
  ]);
  const takenBack = new Set(turns.flatMap(({ value }) => value?.takenBack ? [value.runId] : []));
  const shown: Message[] = [];
  for (const message of messages) {
    const run = runs.get(message.runId ?? "");
    if (message.runId && takenBack.has(message.runId)) continue;
    if (!run) shown.push(message);
    else if (message.role === "user") shown.push(whole(message, run.intent));
    else shown.push(await answerOf(app, workspaceId, message, run));
  }
  return shown;
}

function whole({ truncated: _, ...message }: Message, content: string): Message {
  return { ...message, content };
}

const STATUS: Partial<Record<Run["status"], Message["status"]>> = {
  completed: "done",
  failed: "failed",
  canceled: "stopped",
};

async function answerOf(
  app: Ctx,
  workspaceId: string,
  message: Message,
  run: Run,
): Promise<Message> {
  // The summary of a run at work is older than its events; a finished answer stands in the summary.
  const view = run.status === "completed"
    ? { run, steps: [] }
    : await getRunView(app, workspaceId, run.id);
  const { status, costMicros, model } = view.run;
  return {
    ...message,
    content: answerText(view),
    status: STATUS[status] ?? "streaming",
    costMicros,
    ...(model === undefined ? {} : { model }),
  };
}
