/**
 * Pages of records found by pointers: keys that end in `[createdMs, id]` and hold the id. Several ranges are
 * merged, newest first; the cursor is the last record's place, bound to workspace and query.
 */
import type { AppContext } from "../kernel/context.ts";
import { AppError } from "../kernel/core/errors.ts";
import {
  decodeCursor,
  encodeCursor,
  type Page,
  PAGE_LIMIT_DEFAULT,
  type PageQuery,
} from "../kernel/core/page.ts";
import type { Key } from "../kernel/kv/mod.ts";

export interface PointedQuery<V> extends Partial<PageQuery> {
  /** Prefixes of pointers; no record stands in two. */
  readonly ranges: readonly Key[];
  /** Names workspace, list and filters: a cursor of another query is refused. */
  readonly query: string;
  record(id: string): Key;
  /** A pointer may be older than its record: asked of each record read. */
  fits(value: V): boolean;
}

type Place = readonly [ms: number, id: string];

export async function pointedPage<V>(
  ctx: Pick<AppContext, "kv">,
  options: PointedQuery<V>,
): Promise<Page<V>> {
  const { limit = PAGE_LIMIT_DEFAULT, query } = options;
  let from = options.cursor === undefined
    ? undefined
    : placeOf(decodeCursor(query, options.cursor));
  const found: { place: Place; value: V }[] = [];
  while (found.length <= limit) {
    const wanted = limit + 1 - found.length;
    const places = await nextPlaces(ctx, options.ranges, from, wanted);
    const records = await ctx.kv.getMany<V>(places.map(([, id]) => options.record(id)));
    records.forEach(({ value }, i) => {
      if (value !== null && options.fits(value)) found.push({ place: places[i]!, value });
    });
    if (places.length < wanted) break;
    from = places.at(-1);
  }
  const items = found.slice(0, limit).map(({ value }) => value);
  const last = found.length > limit ? found[limit - 1] : undefined;
  return { items, nextCursor: last ? encodeCursor(query, JSON.stringify(last.place)) : null };
}

/** The newest of all ranges before `from`. */
async function nextPlaces(
  ctx: Pick<AppContext, "kv">,
  ranges: readonly Key[],
  from: Place | undefined,
  limit: number,
): Promise<Place[]> {
  const each = await Promise.all(ranges.map(async (prefix) => {
    const end = from && [...prefix, ...from] as unknown as Key;
    const places: Place[] = [];
    const selector = end ? { prefix, end } : { prefix };
    for await (const { key } of ctx.kv.listBytes(selector, { limit, reverse: true })) {
      places.push([Number(key.at(-2)), String(key.at(-1))]);
    }
    return places;
  }));
  return (each.length === 1 ? each[0]! : each.flat().sort(newestFirst)).slice(0, limit);
}

function newestFirst(a: Place, b: Place): number {
  return b[0] - a[0] || (a[1] < b[1] ? 1 : -1);
}

function placeOf(text: string): Place {
  try {
    const [ms, id, ...rest]: unknown[] = JSON.parse(text);
    if (typeof ms === "number" && typeof id === "string" && rest.length === 0) return [ms, id];
  } catch {
    // Answered below.
  }
  throw new AppError("invalid_input", {
    detail: "The cursor does not belong to this list; start again without one",
    fields: [{ path: "cursor", message: "not a cursor of this list" }],
  });
}
