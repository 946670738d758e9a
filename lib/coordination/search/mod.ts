/** Full-text search over chat messages and memories, held in memory and caught up before every query. */
import type { AppContext } from "../../kernel/context.ts";

/** `app.coordination.search`. */
export interface SearchIndexes {
  close(): void;
}

export function createSearchIndexes(_ctx: AppContext): SearchIndexes {
  return { close() {} };
}
