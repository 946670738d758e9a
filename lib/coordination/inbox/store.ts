/** Reads and writes of inboxes. */
import type { AppContext } from "../../kernel/context.ts";
import { idTime } from "../../kernel/core/ids.ts";
import type { Page, PageQuery } from "../../kernel/core/page.ts";
import { listEntryPage, type Tx } from "../../kernel/kv/mod.ts";
import { idAfter } from "../rising_id.ts";
import { readSettings } from "../settings/mod.ts";
import { shortened } from "../shortened.ts";
import { agentStream } from "../streams.ts";
import { inboxKey, unreadKey } from "./keys.ts";
import type { InboxMessage, InboxType } from "./schema.ts";

type Reads = Pick<AppContext, "kv" | "clock">;

/** As stored: whether it was read stands elsewhere, times are epoch ms. */
export interface StoredInboxMessage extends Omit<InboxMessage, "timestamp" | "read"> {
  readonly v: 1;
  readonly at: number;
}

export interface Delivery {
  readonly to: string;
  readonly from: string;
  readonly message: string;
  readonly type: InboxType;
  readonly chatMessageId?: string;
  readonly handoffId?: string;
}

const TEXT_MAX = 10_000;

/**
 * Delivers as part of another command: three mutations, no check. A longer text is cut. `newest`: see
 * rising_id.ts.
 */
export function stageMessage(
  tx: Tx,
  ctx: Pick<AppContext, "ids" | "clock">,
  actor: string,
  delivery: Delivery,
  newest = "",
): InboxMessage {
  const { to, message, ...rest } = delivery;
  const made = ctx.ids.next("message");
  const id = idAfter(made, newest);
  const stored: StoredInboxMessage = {
    v: 1,
    id,
    ...rest,
    message: shortened(message, TEXT_MAX),
    at: id === made ? ctx.clock.now() : idTime(id),
  };
  const shown = shownMessage(stored, false);
  tx.set(inboxKey(tx.workspaceId, to, stored.id), stored);
  tx.set(unreadKey(tx.workspaceId, to, stored.id), stored.type);
  tx.emit(agentStream(to), { type: "message.received", actor, message: shown });
  return shown;
}

/**
 * Newest first, at most `limit`; the setting when none is given, and never more. `unread` ones are found
 * by their own index, however many were read since.
 */
export async function listInbox(
  ctx: Reads,
  workspaceId: string,
  agentId: string,
  query: Partial<PageQuery> & { readonly unread?: boolean; readonly type?: InboxType } = {},
): Promise<Page<InboxMessage>> {
  const { inbox } = await readSettings(ctx, workspaceId);
  const limit = Math.min(query.limit ?? inbox.listLimit, inbox.listLimit);
  const page = {
    query: `inbox:${query.unread ?? ""}:${query.type ?? ""}`,
    limit,
    cursor: query.cursor,
  };
  if (query.unread) {
    const { items, nextCursor } = await listEntryPage<InboxType>(ctx, {
      ...page,
      prefix: unreadKey.prefix(workspaceId, agentId),
      where: ({ value }) => query.type === undefined || value === query.type,
    });
    const keys = items.map(({ key }) => inboxKey(workspaceId, agentId, String(key.at(-1))));
    const stored = await ctx.kv.getMany<StoredInboxMessage>(keys);
    const shown = stored.flatMap(({ value }) => value ? [shownMessage(value, false)] : []);
    return { items: shown, nextCursor };
  }
  const { items, nextCursor } = await listEntryPage<StoredInboxMessage>(ctx, {
    ...page,
    prefix: inboxKey.prefix(workspaceId, agentId),
    where: query.type === undefined
      ? undefined
      : ({ value }) => (value as StoredInboxMessage).type === query.type,
  });
  const unread = await ctx.kv.getMany<InboxType>(
    items.map(({ value }) => unreadKey(workspaceId, agentId, value.id)),
  );
  const shown = items.map(({ value }, at) => shownMessage(value, unread[at]!.value === null));
  return { items: shown, nextCursor };
}

export async function countUnread(
  ctx: Pick<AppContext, "kv">,
  workspaceId: string,
  agentId: string,
): Promise<{ unread: number; mentions: number }> {
  let [unread, mentions] = [0, 0];
  for await (
    const { value } of ctx.kv.list<InboxType>({ prefix: unreadKey.prefix(workspaceId, agentId) })
  ) {
    unread++;
    if (value === "mention") mentions++;
  }
  return { unread, mentions };
}

function shownMessage({ v: _, at, ...message }: StoredInboxMessage, read: boolean): InboxMessage {
  return { ...message, timestamp: new Date(at).toISOString(), read };
}
