/** Reads of memories. */
import type { AppContext } from "../../kernel/context.ts";
import { AppError } from "../../kernel/core/errors.ts";
import { isId } from "../../kernel/core/ids.ts";
import type { Page, PageQuery } from "../../kernel/core/page.ts";
import { listEntryPage } from "../../kernel/kv/mod.ts";
import { readSettings } from "../settings/mod.ts";
import { categoryKey, memoryKey, memoryOfKey } from "./keys.ts";
import type { Memory, MemoryCategory } from "./schema.ts";

/** As stored: the time is epoch ms. */
export interface StoredMemory extends Omit<Memory, "timestamp"> {
  readonly v: 1;
  readonly at: number;
}

export function shownMemory({ v: _, at, ...memory }: StoredMemory): Memory {
  return { ...memory, timestamp: new Date(at).toISOString() };
}

/** Throws `not_found`. */
export async function requireMemory(
  ctx: Pick<AppContext, "kv">,
  workspaceId: string,
  agentId: string,
  memoryId: string,
): Promise<Memory> {
  // What cannot be an id must not become a key either.
  if (!isId("memory", memoryId)) throw memoryNotFound(agentId, memoryId);
  const { value } = await ctx.kv.get<StoredMemory>(memoryKey(workspaceId, memoryId));
  if (value?.agentId !== agentId) throw memoryNotFound(agentId, memoryId);
  return shownMemory(value);
}

export function memoryNotFound(agentId: string, memoryId: string): AppError {
  return new AppError("not_found", {
    detail: `Agent "${agentId}" has no memory "${memoryId.slice(0, 80)}"`,
  });
}

/** Newest first, at most `limit`; the setting when none is given. */
export async function listMemories(
  ctx: Pick<AppContext, "kv">,
  workspaceId: string,
  agentId: string,
  query: Partial<PageQuery> & { readonly category?: MemoryCategory | undefined } = {},
): Promise<Page<Memory>> {
  const { memory } = await readSettings(ctx, workspaceId);
  const { category, cursor, limit = memory.listLimit } = query;
  const prefix = category === undefined
    ? memoryOfKey.prefix(workspaceId, agentId)
    : categoryKey.prefix(workspaceId, agentId, category);
  const page = await listEntryPage<1>(ctx, { prefix, query: "memories", limit, cursor });
  const ids = page.items.map(({ key }) => String(key.at(-1)));
  return { ...page, items: await getMemories(ctx, workspaceId, ids) };
}

/** Those that exist, in the order asked for. */
export async function getMemories(
  ctx: Pick<AppContext, "kv">,
  workspaceId: string,
  memoryIds: readonly string[],
): Promise<Memory[]> {
  const stored = await ctx.kv.getMany<StoredMemory>(
    memoryIds.map((memoryId) => memoryKey(workspaceId, memoryId)),
  );
  return stored.flatMap(({ value }) => value ? [shownMemory(value)] : []);
}
