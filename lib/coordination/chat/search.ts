/** Finding chat messages by what they say. */
import type { AppContext } from "../../kernel/context.ts";
import { type Document, type SearchIndexes, type SearchSource } from "../search/mod.ts";
import { readSettings } from "../settings/mod.ts";
import { CHAT_STREAM } from "../streams.ts";
import { chatKey } from "./keys.ts";
import type { Message, MessageHit } from "./schema.ts";
import { getMessages, type StoredMessage } from "./store.ts";

const TEXT_WEIGHT = 2;
const AUTHOR_WEIGHT = 1;

export const chatSource: SearchSource = {
  name: "chat",
  stream: CHAT_STREAM,
  async *load(ctx, workspaceId) {
    const prefix = chatKey.prefix(workspaceId);
    for await (const { value } of ctx.kv.list<StoredMessage>({ prefix }, { reverse: true })) {
      yield documentOf(value, value.at);
    }
  },
  changes: (_ctx, _workspaceId, events) => {
    const posted = events.filter(({ type }) => type === "chat.posted")
      .map(({ json }) => (JSON.parse(json) as { message: Message }).message);
    return Promise.resolve({
      put: posted.map((message) => documentOf(message, Date.parse(message.timestamp))),
      removed: [],
    });
  },
};

/** Best first. */
export async function searchMessages(
  app: { readonly ctx: AppContext; readonly search: SearchIndexes },
  workspaceId: string,
  query: {
    readonly query: string;
    readonly author?: string | undefined;
    readonly limit?: number | undefined;
  },
): Promise<MessageHit[]> {
  const { chat, memory } = await readSettings(app.ctx, workspaceId);
  const hits = await app.search.query(chatSource, workspaceId, {
    text: query.query,
    owner: query.author,
    limit: query.limit ?? chat.defaultLimit,
    halfLifeMs: memory.halfLifeMs,
  });
  const scores = new Map(hits.map(({ id, score }) => [id, score]));
  const found = await getMessages(app.ctx, workspaceId, hits.map(({ id }) => id));
  return found.map((message) => ({ ...message, score: scores.get(message.id)! }));
}

function documentOf(
  { id, author, authorType, message }: Pick<
    StoredMessage,
    "id" | "author" | "authorType" | "message"
  >,
  at: number,
): Document {
  return {
    id,
    owner: author,
    kind: authorType,
    at,
    fields: [[message, TEXT_WEIGHT], [author, AUTHOR_WEIGHT]],
  };
}
