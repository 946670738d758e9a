/**
 * The group chat of a workspace: messages with mentions, reactions, threads and kudos. Messages never
 * change; what gathers around one (reactions, replies) is kept beside it.
 */
import type { AppContext } from "../../kernel/context.ts";
import type { Page, PageQuery } from "../../kernel/core/page.ts";
import type { Call } from "../call.ts";
import type { SearchIndexes } from "../search/mod.ts";
import type {
  ChatInput,
  Kudos,
  KudosInput,
  Message,
  MessageHit,
  Reaction,
  ReactionInput,
  Thread,
} from "./schema.ts";

type Reads = Pick<AppContext, "kv" | "clock">;

/** Throws `not_found` for a `threadId` that names nothing. Mentions reach the inboxes in the same commit. */
export function postChat(_ctx: AppContext, _call: Call, _input: ChatInput): Promise<Message> {
  throw new Error("not built yet");
}
/** The newest `limit` (default of the settings), after `since` if given; oldest first. */
export function newestMessages(
  _ctx: Reads,
  _workspaceId: string,
  _query?: { readonly limit?: number; readonly sinceMs?: number },
): Promise<Message[]> {
  throw new Error("not built yet");
}
/** A page, newest first. */
export function listMessages(
  _ctx: Reads,
  _workspaceId: string,
  _query: Partial<PageQuery> & { readonly author?: string },
): Promise<Page<Message>> {
  throw new Error("not built yet");
}
/** Throws `not_found`. */
export function requireMessage(
  _ctx: Reads,
  _workspaceId: string,
  _messageId: string,
): Promise<Message> {
  throw new Error("not built yet");
}
/** Once per emoji and agent: again changes nothing. Throws `not_found`. */
export function react(
  _ctx: AppContext,
  _call: Call,
  _input: ReactionInput,
): Promise<{ message: Message; reaction: Reaction }> {
  throw new Error("not built yet");
}
/** Takes a reaction back; one that is not there changes nothing. Throws `not_found` for the message. */
export function unreact(
  _ctx: AppContext,
  _call: Call,
  _input: ReactionInput,
): Promise<{ message: Message }> {
  throw new Error("not built yet");
}
/** The thread a message is in, replies oldest first. Replying is `postChat` with `threadId`. */
export function readThread(
  _ctx: Reads,
  _workspaceId: string,
  _messageId: string,
  _query?: Partial<PageQuery>,
): Promise<Thread & { nextCursor: string | null }> {
  throw new Error("not built yet");
}
/** Throws `invalid_input` for oneself, `conflict` for the second of a UTC day, `not_found` for the message. */
export function giveKudos(_ctx: AppContext, _call: Call, _input: KudosInput): Promise<Kudos> {
  throw new Error("not built yet");
}
/** Newest first. */
export function listKudos(
  _ctx: Reads,
  _workspaceId: string,
  _query: Partial<PageQuery> & { readonly from?: string; readonly to?: string },
): Promise<Page<Kudos>> {
  throw new Error("not built yet");
}
/** Best first. `search` is `app.coordination.search`. */
export function searchMessages(
  _app: { readonly ctx: AppContext; readonly search: SearchIndexes },
  _workspaceId: string,
  _query: { readonly query: string; readonly author?: string; readonly limit?: number },
): Promise<MessageHit[]> {
  throw new Error("not built yet");
}
