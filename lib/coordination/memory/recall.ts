/** Finding memories by what they say. */
import type { AppContext } from "../../kernel/context.ts";
import { type Document, type SearchIndexes, type SearchSource } from "../search/mod.ts";
import { readSettings } from "../settings/mod.ts";
import { MEMORIES_STREAM, memoryKey } from "./keys.ts";
import type { MemoryCategory, MemoryHit } from "./schema.ts";
import { getMemories, type StoredMemory } from "./store.ts";

const CONTENT_WEIGHT = 2;
const TAG_WEIGHT = 4;
const NAME_WEIGHT = 1;

export const memorySource: SearchSource = {
  name: "memory",
  stream: MEMORIES_STREAM,
  async *load(ctx, workspaceId) {
    const prefix = memoryKey.prefix(workspaceId);
    for await (const { value } of ctx.kv.list<StoredMemory>({ prefix }, { reverse: true })) {
      yield documentOf(value);
    }
  },
  async changes(ctx, workspaceId, events) {
    const ids = events.map(({ json }) => (JSON.parse(json) as { memoryId: string }).memoryId);
    const stored = await ctx.kv.getMany<StoredMemory>(ids.map((id) => memoryKey(workspaceId, id)));
    return {
      put: stored.flatMap(({ value }) => value ? [documentOf(value)] : []),
      removed: ids.filter((_, at) => stored[at]!.value === null),
    };
  },
};

export interface RecallQuery {
  readonly query: string;
  /** Default: memories of all agents. */
  readonly agentId?: string | undefined;
  readonly category?: MemoryCategory | undefined;
  readonly limit?: number | undefined;
}

/** Best first. */
export async function recallMemories(
  app: { readonly ctx: AppContext; readonly search: SearchIndexes },
  workspaceId: string,
  query: RecallQuery,
): Promise<MemoryHit[]> {
  const { memory } = await readSettings(app.ctx, workspaceId);
  const hits = await app.search.query(memorySource, workspaceId, {
    text: query.query,
    owner: query.agentId,
    kind: query.category,
    limit: query.limit ?? memory.listLimit,
    halfLifeMs: memory.halfLifeMs,
  });
  const scores = new Map(hits.map(({ id, score }) => [id, score]));
  const found = await getMemories(app.ctx, workspaceId, hits.map(({ id }) => id));
  return found.map((one) => ({ ...one, score: scores.get(one.id)! }));
}

function documentOf({ id, agentId, category, content, tags, at }: StoredMemory): Document {
  return {
    id,
    owner: agentId,
    kind: category,
    at,
    fields: [
      [content, CONTENT_WEIGHT],
      [tags.join(" "), TAG_WEIGHT],
      [`${agentId} ${category}`, NAME_WEIGHT],
    ],
  };
}
