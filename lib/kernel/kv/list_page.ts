/** One page of a prefix: reads `limit + 1`; the cursor is the last key's suffix, bound to its query. */
import {
  decodeCursor,
  encodeCursor,
  type Page,
  PAGE_LIMIT_DEFAULT,
  type PageQuery,
} from "../core/page.ts";
import { AppError } from "../core/errors.ts";
import { type Key, keyAfter, keyId, storedKey } from "./keyspace.ts";
import type { ListEntry, Store } from "./store.ts";

export interface ListPageOptions extends Partial<PageQuery> {
  readonly prefix: Key;
  /** Names list and filters beside the prefix; a cursor of another query is refused. */
  readonly query?: string | undefined;
  /** Default true: newest first, as ids rise with time. */
  readonly reverse?: boolean | undefined;
  /** Leaves entries out while the page fills. */
  readonly where?: ((entry: ListEntry<unknown>) => boolean) | undefined;
}

export async function listPage<T>(
  ctx: { readonly kv: Store },
  options: ListPageOptions,
): Promise<Page<T>> {
  const page = await listEntryPage<T>(ctx, options);
  return { items: page.items.map((entry) => entry.value), nextCursor: page.nextCursor };
}

/** As `listPage`, with keys and versions. */
export async function listEntryPage<T>(
  ctx: { readonly kv: Store },
  options: ListPageOptions,
): Promise<Page<ListEntry<T>>> {
  const { prefix, where, reverse = true, limit = PAGE_LIMIT_DEFAULT } = options;
  const query = `${keyId(prefix)}|${options.query ?? ""}|${reverse}`;
  const selector = options.cursor === undefined
    ? { prefix }
    : after(prefix, decodeCursor(query, options.cursor), reverse);
  const items: ListEntry<T>[] = [];
  const read = where ? undefined : limit + 1;
  for await (const entry of ctx.kv.list<T>(selector, { limit: read, reverse })) {
    if (where && !where(entry)) continue;
    if (items.length === limit) {
      const last = items[limit - 1]!.key;
      return { items, nextCursor: encodeCursor(query, encodeSuffix(last.slice(prefix.length))) };
    }
    items.push(entry);
  }
  return { items, nextCursor: null };
}

/** Strings and finite numbers are the only parts listed keys end in. */
function encodeSuffix(parts: readonly Deno.KvKeyPart[]): string {
  return JSON.stringify(parts);
}

function after(prefix: Key, suffix: string, reverse: boolean) {
  let parts: unknown;
  try {
    parts = JSON.parse(suffix);
  } catch {
    parts = null;
  }
  if (!Array.isArray(parts) || parts.length === 0 || !parts.every(isPart)) {
    throw new AppError("invalid_input", {
      detail: "The cursor does not belong to this list; start again without one",
      fields: [{ path: "cursor", message: "not a cursor of this list" }],
    });
  }
  const last = storedKey([...prefix, ...parts]);
  return reverse ? { prefix, end: last } : { prefix, start: keyAfter(last) };
}

const isPart = (part: unknown) => typeof part === "string" || typeof part === "number";
