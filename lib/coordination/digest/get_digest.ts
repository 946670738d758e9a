/** One page of what concerns an agent, read from the logs backward, so that the newest is never left out. */
import type { AppContext } from "../../kernel/context.ts";
import { headCursor, readEventsBackward, requireCursor } from "../../kernel/events/mod.ts";
import { type Handoff, listHandoffs } from "../handoffs/mod.ts";
import { countUnread, type InboxMessage } from "../inbox/mod.ts";
import { listLockConflicts } from "../locks/mod.ts";
import { readSettings } from "../settings/mod.ts";
import { agentStream, BOARD_STREAM } from "../streams.ts";
import { type BoardEvent, BoardNews, cursorOf, type Since, sinceOf } from "./decide.ts";
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
  const [inbox, board, counts, lockConflicts, open] = await Promise.all([
    readMentions(ctx, workspaceId, agentId, since, listLimit),
    readBoard(ctx, workspaceId, agentId, since),
    countUnread(ctx, workspaceId, agentId),
    listLockConflicts(ctx, workspaceId, agentId, since.ms),
    readOpenHandoffs(ctx, workspaceId, agentId, listLimit),
  ]);
  const { taskChanges } = board.news;
  const handoffs = [...open, ...board.news.handoffs];
  const lists = [taskChanges, lockConflicts, handoffs];
  return {
    agentId,
    since: new Date(since.ms).toISOString(),
    mentions: inbox.mentions,
    unread: counts.unread,
    taskChanges: taskChanges.slice(0, listLimit),
    lockConflicts: lockConflicts.slice(0, listLimit),
    handoffs: handoffs.slice(0, listLimit),
    truncated: inbox.cut || board.cut || lists.some((list) => list.length > listLimit),
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

async function readBoard(
  ctx: Reads,
  workspaceId: string,
  agentId: string,
  since: Since,
): Promise<{ news: BoardNews; cut: boolean }> {
  const news = new BoardNews(agentId);
  for await (const event of eventsSince<BoardEvent>(ctx, workspaceId, BOARD_STREAM, since)) {
    if (event === null) return { news, cut: true };
    news.add(event);
  }
  return { news, cut: false };
}

/** Those it may take now, whatever their age. */
async function readOpenHandoffs(
  ctx: Reads,
  workspaceId: string,
  agentId: string,
  limit: number,
): Promise<Handoff[]> {
  const { items } = await listHandoffs(ctx, workspaceId, {
    toAgent: agentId,
    status: "pending",
    limit: Math.min(100, limit + 1),
  });
  return items.filter(({ fromAgent }) => fromAgent !== agentId);
}
