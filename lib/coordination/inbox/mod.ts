/**
 * Inboxes: what concerns one agent alone. Notes of others, handoffs to it, mentions in the chat. A
 * message is unread until its agent says otherwise.
 */
import type { AppContext } from "../../kernel/context.ts";
import type { Page, PageQuery } from "../../kernel/core/page.ts";
import type { Tx } from "../../kernel/kv/mod.ts";
import type { Call } from "../call.ts";
import type { InboxInput, InboxMessage, InboxType } from "./schema.ts";

type Reads = Pick<AppContext, "kv" | "clock">;

export interface Delivery {
  readonly to: string;
  readonly from: string;
  readonly message: string;
  readonly type: InboxType;
  readonly chatMessageId?: string;
  readonly handoffId?: string;
}

/** A message to one agent. */
export function sendMessage(
  _ctx: AppContext,
  _call: Call,
  _to: string,
  _input: InboxInput,
): Promise<InboxMessage> {
  throw new Error("not built yet");
}
/** Delivers as part of another command: three mutations, no check. Texts above 10 000 characters are cut. */
export function stageMessage(
  _tx: Tx,
  _ctx: Pick<AppContext, "ids" | "clock">,
  _actor: string,
  _delivery: Delivery,
): InboxMessage {
  throw new Error("not built yet");
}
/** Newest first, at most `limit` (default and most: the setting, 100). */
export function listInbox(
  _ctx: Reads,
  _workspaceId: string,
  _agentId: string,
  _query?: Partial<PageQuery> & { readonly unread?: boolean; readonly type?: InboxType },
): Promise<Page<InboxMessage>> {
  throw new Error("not built yet");
}
/** Those that were unread until now; ids that name nothing are passed over. */
export function markRead(
  _ctx: AppContext,
  _call: Call,
  _agentId: string,
  _messageIds: readonly string[],
): Promise<{ messageIds: string[] }> {
  throw new Error("not built yet");
}
export function countUnread(
  _ctx: Reads,
  _workspaceId: string,
  _agentId: string,
): Promise<{ unread: number; mentions: number }> {
  throw new Error("not built yet");
}
