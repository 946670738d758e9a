/** One page of what concerns an agent, read from the logs backward, so that the newest is never left out. */
import type { AppContext } from "../../kernel/context.ts";
import { headCursor, readEventsBackward, requireCursor } from "../../kernel/events/mod.ts";
import { type Handoff, listHandoffs } from "../handoffs/mod.ts";
import { countUnread, type InboxMessage } from "../inbox/mod.ts";
import { listLockConflicts } from "../locks/mod.ts";
import { readSettings } from "../settings/mod.ts";
import { agentStream, BOARD_STREAM } from "../streams.ts";
import { type BoardEvent, cursorOf, type Since, sinceOf, TaskChanges } from "./decide.ts";
import type { Digest } from "./schema.ts";

type Reads = Pick<AppContext, "kv" | "clock">;

/** Of one stream; a digest asked for after very long says that it was cut. */
const EVENTS_MAX = 2_000;

/**
 * `since`: an ISO time or `nextCursor` of the last digest; default one day back. Writes nothing: asked
 * again, it answers the same and what came since. Throws `gone` for a cursor of another store.
 */
export async function getDigest(
  ctx: Reads,
  workspaceId: string,
  query: { readonly agentId: string; readonly since?: string | undefined },
): Promise<Digest> {
  const { agentId } = query;
  const { digest: { windowMs, listLimit } } = await readSettings(ctx, workspaceId);
  const nowMs = ctx.clock.now();
  const since = sinceOf(query.since, nowMs, windowMs);
  if (since.after !== undefined) await requireCursor(ctx, workspaceId, since.after);
  // First, so that what happens while the rest is read belongs to the next digest, not to neither.
  const head = await headCursor(ctx, workspaceId);
  const [inbox, board, counts, lockConflicts, handoffs] = await Promise.all([
    readMentions(ctx, workspaceId, agentId, since, listLimit),
    readTaskChanges(ctx, workspaceId, agentId, since, listLimit),
    countUnread(ctx, workspaceId, agentId),
    listLockConflicts(ctx, workspaceId, agentId, since.ms),
    readHandoffs(ctx, workspaceId, agentId, since, listLimit),
  ]);
  return {
    agentId,
    since: new Date(since.ms).toISOString(),
    mentions: inbox.mentions,
    unread: counts.unread,
    taskChanges: board.taskChanges,
    lockConflicts: lockConflicts.slice(0, listLimit),
    handoffs: handoffs.slice(0, listLimit),
    truncated: inbox.cut || board.cut || lockConflicts.length > listLimit ||
      handoffs.length > listLimit,
    nextCursor: cursorOf(head, nowMs),
  };
}

/** The stream's events since then, newest first; the time decides where there is no place in the log. */
async function* eventsSince<E extends { readonly type: string; readonly at: string }>(
  ctx: Reads,
  workspaceId: string,
  stream: string,
  since: Since,
): AsyncGenerator<E | null> {
  let read = 0;
  for await (const { json } of readEventsBackward(ctx, workspaceId, stream, since.after)) {
    const event = JSON.parse(json) as E;
    if (since.after === undefined && Date.parse(event.at) <= since.ms) return;
    if (read++ === EVENTS_MAX) {
      yield null;
      return;
    }
    yield event;
  }
}

interface InboxEvent {
  readonly type: string;
  readonly at: string;
  readonly message?: InboxMessage;
  readonly messageIds?: readonly string[];
}

async function readMentions(
  ctx: Reads,
  workspaceId: string,
  agentId: string,
  since: Since,
  limit: number,
): Promise<{ mentions: InboxMessage[]; cut: boolean }> {
  const mentions: InboxMessage[] = [];
  const read = new Set<string>();
  const events = eventsSince<InboxEvent>(ctx, workspaceId, agentStream(agentId), since);
  for await (const event of events) {
    if (event === null) return { mentions, cut: true };
    for (const id of event.messageIds ?? []) read.add(id);
    const { message } = event;
    if (event.type !== "message.received" || message?.type !== "mention") continue;
    if (mentions.length === limit) return { mentions, cut: true };
    mentions.push({ ...message, read: read.has(message.id) });
  }
  return { mentions, cut: false };
}

async function readTaskChanges(
  ctx: Reads,
  workspaceId: string,
  agentId: string,
  since: Since,
  limit: number,
): Promise<{ taskChanges: Digest["taskChanges"]; cut: boolean }> {
  const changes = new TaskChanges(agentId);
  let cut = false;
  for await (const event of eventsSince<BoardEvent>(ctx, workspaceId, BOARD_STREAM, since)) {
    if (event === null) cut = true;
    else changes.add(event);
  }
  const { all } = changes;
  return { taskChanges: all.slice(0, limit), cut: cut || all.length > limit };
}

/** Those it may take now, whatever their age, and its own that others took or completed since then. */
async function readHandoffs(
  ctx: Reads,
  workspaceId: string,
  agentId: string,
  since: Since,
  limit: number,
): Promise<Handoff[]> {
  const page = { limit: Math.min(100, limit + 1) };
  const [open, own] = await Promise.all([
    listHandoffs(ctx, workspaceId, { ...page, toAgent: agentId, status: "pending" }),
    listHandoffs(ctx, workspaceId, { ...page, fromAgent: agentId }),
  ]);
  const news = own.items.filter(({ claimedAt, completedAt }) =>
    Date.parse(completedAt ?? claimedAt ?? "") > since.ms
  );
  return [...open.items.filter(({ fromAgent }) => fromAgent !== agentId), ...news];
}
