/** Reads of chat messages. */
import type { AppContext } from "../../kernel/context.ts";
import { AppError } from "../../kernel/core/errors.ts";
import { isId } from "../../kernel/core/ids.ts";
import { isoTime } from "../../kernel/core/iso_time.ts";
import type { Page, PageQuery } from "../../kernel/core/page.ts";
import { listEntryPage, listPage } from "../../kernel/kv/mod.ts";
import { readSettings } from "../settings/mod.ts";
import { chatKey, reactionsKey, repliesKey, threadKey } from "./keys.ts";
import type { AuthorType, Message, Reaction, Thread } from "./schema.ts";

type Reads = Pick<AppContext, "kv">;

/** As stored: reactions and replies stand beside it, the time is epoch ms. */
export interface StoredMessage {
  readonly v: 1;
  readonly id: string;
  readonly author: string;
  readonly authorType: AuthorType;
  readonly message: string;
  readonly at: number;
  readonly threadId?: string;
  readonly mentions: readonly string[];
}

export interface StoredReactions {
  readonly v: 1;
  readonly list: readonly (readonly [emoji: string, by: string, at: number])[];
}

export function shownMessage(
  stored: StoredMessage,
  reactions: StoredReactions | null = null,
  replies = 0,
): Message {
  const { v: _, at, mentions, ...message } = stored;
  return {
    ...message,
    timestamp: isoTime(at),
    reactions: reactions?.list.map(shownReaction) ?? [],
    ...(replies > 0 && { replyCount: replies }),
    mentions: [...mentions],
  };
}

export function shownReaction([emoji, by, at]: StoredReactions["list"][number]): Reaction {
  return { emoji, by, at: isoTime(at) };
}

export function messageNotFound(messageId: string): AppError {
  return new AppError("not_found", {
    detail: `There is no chat message "${messageId.slice(0, 80)}"`,
  });
}

/** Throws `not_found`; `peek` of a record that never changes needs no check. */
export async function requireStored(
  ctx: Reads,
  workspaceId: string,
  messageId: string,
): Promise<StoredMessage> {
  // What cannot be an id must not become a key either.
  if (!isId("message", messageId)) throw messageNotFound(messageId);
  const { value } = await ctx.kv.get<StoredMessage>(chatKey(workspaceId, messageId));
  if (!value) throw messageNotFound(messageId);
  return value;
}

/** Throws `not_found`. */
export async function requireMessage(
  ctx: Reads,
  workspaceId: string,
  messageId: string,
): Promise<Message> {
  const stored = await requireStored(ctx, workspaceId, messageId);
  return (await withSurroundings(ctx, workspaceId, [stored]))[0]!;
}

/** The newest `limit` (the setting when not given), of those after `sinceMs` if given; oldest first. */
export async function newestMessages(
  ctx: Reads,
  workspaceId: string,
  query: { readonly limit?: number | undefined; readonly sinceMs?: number | undefined } = {},
): Promise<Message[]> {
  const { chat } = await readSettings(ctx, workspaceId);
  const { limit = chat.defaultLimit, sinceMs = -Infinity } = query;
  const stored: StoredMessage[] = [];
  const newest = ctx.kv.list<StoredMessage>({ prefix: chatKey.prefix(workspaceId) }, {
    limit,
    reverse: true,
  });
  for await (const { value } of newest) {
    if (value.at <= sinceMs) break;
    stored.push(value);
  }
  return await withSurroundings(ctx, workspaceId, stored.reverse());
}

/** A page, newest first. */
export async function listMessages(
  ctx: Reads,
  workspaceId: string,
  query: Partial<PageQuery> & { readonly author?: string | undefined },
): Promise<Page<Message>> {
  const { author, limit, cursor } = query;
  const page = await listPage<StoredMessage>(ctx, {
    prefix: chatKey.prefix(workspaceId),
    query: `chat:${author ?? ""}`,
    limit,
    cursor,
    where: author === undefined
      ? undefined
      : ({ value }) => (value as StoredMessage).author === author,
  });
  return { ...page, items: await withSurroundings(ctx, workspaceId, page.items) };
}

/** The thread a message is in, whichever of its messages that is; a page of replies, oldest first. */
export async function readThread(
  ctx: Reads,
  workspaceId: string,
  messageId: string,
  query: Partial<PageQuery> = {},
): Promise<Thread & { nextCursor: string | null }> {
  const asked = await requireStored(ctx, workspaceId, messageId);
  const rootId = asked.threadId ?? asked.id;
  const page = await listEntryPage<1>(ctx, {
    ...query,
    prefix: threadKey.prefix(workspaceId, rootId),
    query: "thread",
    reverse: false,
  });
  const ids = [rootId, ...page.items.map(({ key }) => String(key.at(-1)))];
  const [root, ...replies] = await getMessages(ctx, workspaceId, ids);
  return { root: root!, replies, nextCursor: page.nextCursor };
}

/** Those that exist, in the order asked for. */
export async function getMessages(
  ctx: Reads,
  workspaceId: string,
  messageIds: readonly string[],
): Promise<Message[]> {
  const stored = await ctx.kv.getMany<StoredMessage>(
    messageIds.map((id) => chatKey(workspaceId, id)),
  );
  return await withSurroundings(ctx, workspaceId, stored.flatMap(({ value }) => value ?? []));
}

async function withSurroundings(
  ctx: Reads,
  workspaceId: string,
  stored: readonly StoredMessage[],
): Promise<Message[]> {
  const [reactions, replies] = await Promise.all([
    ctx.kv.getMany<StoredReactions>(stored.map(({ id }) => reactionsKey(workspaceId, id))),
    ctx.kv.getMany<number>(stored.map(({ id }) => repliesKey(workspaceId, id))),
  ]);
  return stored.map((one, at) => shownMessage(one, reactions[at]!.value, replies[at]!.value ?? 0));
}
