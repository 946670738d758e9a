/** Memory: what agents found out and want to find again, theirs or the team's. */
import type { AppContext } from "../../kernel/context.ts";
import type { Page, PageQuery } from "../../kernel/core/page.ts";
import type { Call } from "../call.ts";
import type { SearchIndexes } from "../search/mod.ts";
import type { Memory, MemoryCategory, MemoryHit, MemoryInput } from "./schema.ts";

type Reads = Pick<AppContext, "kv" | "clock">;

export function saveMemory(
  _ctx: AppContext,
  _call: Call,
  _agentId: string,
  _input: MemoryInput,
): Promise<Memory> {
  throw new Error("not built yet");
}
/** Throws `not_found`. */
export function deleteMemory(
  _ctx: AppContext,
  _call: Call,
  _agentId: string,
  _memoryId: string,
): Promise<void> {
  throw new Error("not built yet");
}
/** Newest first. */
export function listMemories(
  _ctx: Reads,
  _workspaceId: string,
  _agentId: string,
  _query?: Partial<PageQuery> & { readonly category?: MemoryCategory },
): Promise<Page<Memory>> {
  throw new Error("not built yet");
}
/** Best first; of one agent, or of the whole workspace. `search` is `app.coordination.search`. */
export function recallMemories(
  _app: { readonly ctx: AppContext; readonly search: SearchIndexes },
  _workspaceId: string,
  _query: {
    readonly query: string;
    readonly agentId?: string;
    readonly category?: MemoryCategory;
    readonly limit?: number;
  },
): Promise<MemoryHit[]> {
  throw new Error("not built yet");
}
