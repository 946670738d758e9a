/** A message to the group chat; those it names find it in their inboxes with the same commit. */
import type { AppContext } from "../../kernel/context.ts";
import { idTime } from "../../kernel/core/ids.ts";
import { transact, type Tx } from "../../kernel/kv/mod.ts";
import { agentExists, listAgents, stageSeen } from "../agents/mod.ts";
import type { Call } from "../call.ts";
import { idAfter, newestId } from "../rising_id.ts";
import { readSettings } from "../settings/mod.ts";
import { CHAT_STREAM } from "../streams.ts";
import { agentsPerCommit, ALL, chunked, meant, mentionsIn, recipientsOf } from "./decide.ts";
import { chatDeliver, mentionText, stageMentions } from "./deliver.ts";
import { chatKey, repliesKey, threadKey } from "./keys.ts";
import type { ChatInput, Message } from "./schema.ts";
import { requireStored, shownMessage, type StoredMessage } from "./store.ts";

interface Addressed {
  /** As `mentions` of the message says. */
  readonly mentions: string[];
  /** Agents to tell, in commits of their own after the first part. */
  readonly parts: readonly string[][];
}

/** Throws `not_found` for a `threadId` that names nothing. */
export async function postChat(
  ctx: AppContext,
  call: Call,
  input: ChatInput,
  options: { readonly staged?: (tx: Tx, message: Message) => Promise<void> } = {},
): Promise<Message> {
  const { workspaceId } = call;
  // Messages never change, so what is replied to needs no check at commit.
  const parent = input.threadId === undefined
    ? undefined
    : await requireStored(ctx, workspaceId, input.threadId);
  const addressed = await addressedBy(ctx, workspaceId, input);
  return await transact(ctx, workspaceId, async (tx) => {
    if ((input.authorType ?? "agent") === "agent") {
      await stageSeen(tx, input.author, ctx.clock.now());
    }
    const newest = await newestId(ctx, chatKey.prefix(workspaceId));
    // From here to the commit nothing is waited for: ids rise in the order of the log.
    const stored = storedFrom(ctx, input, addressed.mentions, parent, newest);
    const message = shownMessage(stored);
    tx.set(chatKey(workspaceId, stored.id), stored);
    if (stored.threadId !== undefined) {
      tx.set(threadKey(workspaceId, stored.threadId, stored.id), 1);
      tx.sum(repliesKey(workspaceId, stored.threadId), 1);
    }
    tx.emit(CHAT_STREAM, { type: "chat.posted", actor: call.actor, message });
    const [first = [], ...rest] = addressed.parts;
    stageMentions(tx, ctx, call.actor, stored, first);
    for (const to of rest) tx.enqueue(chatDeliver, { messageId: stored.id, actor: call.actor, to });
    await options.staged?.(tx, message);
    return message;
  }, { aggregate: "chat message" });
}

function storedFrom(
  ctx: AppContext,
  { author, authorType = "agent", message }: ChatInput,
  mentions: readonly string[],
  parent: StoredMessage | undefined,
  newest: string,
): StoredMessage {
  const made = ctx.ids.next("message");
  const id = idAfter(made, newest);
  return {
    v: 1,
    id,
    author,
    authorType,
    message,
    // Times rise as ids do.
    at: id === made ? ctx.clock.now() : idTime(id),
    ...(parent && { threadId: parent.threadId ?? parent.id }),
    mentions,
  };
}

/** Read before the commit: an agent that registers meanwhile was not there when it was said. */
async function addressedBy(
  ctx: AppContext,
  workspaceId: string,
  { author, message }: ChatInput,
): Promise<Addressed> {
  const { named, all } = mentionsIn(message);
  if (named.length === 0 && !all) return { mentions: [], parts: [] };
  const registered = await registeredAmong(ctx, workspaceId, named.map((m) => m.readings[0]!), all);
  const names = named.map((mention) => meant(mention, registered));
  const { chat } = await readSettings(ctx, workspaceId);
  const bytes = new TextEncoder().encode(mentionText(message)).length;
  return {
    mentions: [...new Set([...names, ...(all ? [ALL] : [])])],
    parts: chunked(
      recipientsOf(author, names, all ? registered : []),
      agentsPerCommit(bytes, chat.fanOutPerCommit),
    ),
  };
}

/** Ids of registered agents; all of them where the names as written are not enough to tell. */
async function registeredAmong(
  ctx: AppContext,
  workspaceId: string,
  names: readonly string[],
  all: boolean,
): Promise<string[]> {
  if (!all) {
    const known = await Promise.all(names.map((name) => agentExists(ctx, workspaceId, name)));
    if (known.every((exists) => exists)) return [...names];
  }
  return (await listAgents(ctx, workspaceId)).map(({ agentId }) => agentId);
}
