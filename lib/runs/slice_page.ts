/** Pages of what is already in memory: the steps and effects of one run. */
import {
  decodeCursor,
  encodeCursor,
  type Page,
  PAGE_LIMIT_DEFAULT,
  type PageQuery,
} from "../kernel/core/page.ts";

/** Newest first of items that came oldest first; `query` names the list and its filters. */
export function newestFirst<T extends { readonly id: string }>(
  items: readonly T[],
  query: string,
  { limit = PAGE_LIMIT_DEFAULT, cursor }: Partial<PageQuery>,
): Page<T> {
  const before = cursor === undefined ? null : decodeCursor(query, cursor);
  const from = before === null ? items.length : items.findIndex(({ id }) => id === before);
  const first = Math.max(0, from - limit);
  const page = items.slice(first, Math.max(0, from)).reverse();
  return { items: page, nextCursor: first > 0 ? encodeCursor(query, page.at(-1)!.id) : null };
}
