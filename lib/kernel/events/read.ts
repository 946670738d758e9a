/**
 * Reading the log: one stream, or the workspace's feed of all streams. `*.delta` events are left out of
 * the feed unless `types` asks for them.
 */
import { AppError } from "../core/errors.ts";
import { eventKey, feedKey, headKey } from "../kv/batch_commit.ts";
import { defineKey, type Key } from "../kv/keyspace.ts";
import type { Store } from "../kv/store.ts";
import { decodeValue } from "../kv/values.ts";
import { type Cursor, parseCursor } from "./cursor.ts";
import { entryEvents, type StoredEvent } from "./entry.ts";

type Kv = { readonly kv: Store };

export interface ReadOptions {
  /** Event id to read after; default: from the start. */
  readonly after?: string | undefined;
  /** Default 1 000. */
  readonly limit?: number | undefined;
}

export interface FeedOptions extends ReadOptions {
  /** Event types, or prefixes as `run.*`; default: all but deltas. */
  readonly types?: readonly string[] | undefined;
}

/** Whole entries read after a place. */
export interface LogPage {
  readonly events: StoredEvent[];
  /** Stamp everything up to which was looked at. */
  readonly to: string;
  readonly more: boolean;
}

/** Above every index of a commit. */
const LAST_INDEX = 999_999;
export const FEED = "feed";
const LIMIT = 1_000;
/** A page of a stream ends with the entry that goes over, one of the feed with the commits read along. */
const PAGE_BYTES = 512 * 1024;
/** Entries of the feed read at once: 3 MB when all are as large as they may be. */
const FEED_GROUP = 50;
/** Entries read ahead: each may hold 60 kB. */
const ENTRY_BATCH = 100;
/** Oldest stamp that is still kept: set by retention and by an import. */
export const floorKey = defineKey("evmin", { slice: "kernel", version: 1, retention: "keep" });

export const EVENT_KEYS = [floorKey] as const;

export type TypeFilter = (type: string) => boolean;

/** Null lets everything through. */
export function typeFilter(
  stream: string,
  types: readonly string[] | undefined,
): TypeFilter | null {
  if (!types || types.length === 0) {
    return stream === FEED ? (type) => !type.endsWith(".delta") : null;
  }
  const exact = new Set(types.filter((type) => !type.endsWith("*")));
  const prefixes = types.filter((type) => type.endsWith("*")).map((type) => type.slice(0, -1));
  return (type) => exact.has(type) || prefixes.some((prefix) => type.startsWith(prefix));
}

/** Events of one stream in commit order; at most `limit`. */
export async function readEvents(
  ctx: Kv,
  workspaceId: string,
  stream: string,
  options: ReadOptions = {},
): Promise<StoredEvent[]> {
  const limit = options.limit ?? LIMIT;
  const after = parseCursor(options.after);
  const events: StoredEvent[] = [];
  for await (const entry of listEntries(ctx, workspaceId, stream, startStamp(after), limit + 1)) {
    const stamp = entry.key[4] as string;
    const found = entryEvents(stamp, stream, entry.value, stamp === after.stamp ? after.index : -1);
    for (const event of found) events.push(event);
    if (events.length >= limit) break;
  }
  return events.length > limit ? events.slice(0, limit) : events;
}

/**
 * Events of one stream, the newest first, down to the place `after` (not included): for who wants the last
 * word on each thing and stops early.
 */
export async function* readEventsBackward(
  ctx: Kv,
  workspaceId: string,
  stream: string,
  after?: string,
): AsyncGenerator<StoredEvent> {
  const end = parseCursor(after);
  const entries = listEntries(ctx, workspaceId, stream, startStamp(end), undefined, true);
  for await (const entry of entries) {
    const stamp = entry.key[4] as string;
    yield* entryEvents(stamp, stream, entry.value, stamp === end.stamp ? end.index : -1).reverse();
  }
}

/** Events of all streams of a workspace in commit order; at most `limit`. */
export async function readFeed(
  ctx: Kv,
  workspaceId: string,
  options: FeedOptions = {},
): Promise<StoredEvent[]> {
  const limit = options.limit ?? LIMIT;
  const filter = typeFilter(FEED, options.types);
  const events: StoredEvent[] = [];
  let after = parseCursor(options.after);
  for (;;) {
    const page = await readPage(ctx, workspaceId, FEED, after, limit, filter);
    for (const event of page.events) events.push(event);
    if (events.length >= limit) return events.slice(0, limit);
    if (!page.more) return events;
    after = { stamp: page.to, index: Infinity };
  }
}

/** Whole entries of a stream or the feed after a place; `more` when the log may go on. */
export async function readPage(
  ctx: Kv,
  workspaceId: string,
  stream: string,
  after: Cursor,
  limit: number,
  filter: TypeFilter | null,
): Promise<LogPage> {
  return stream === FEED
    ? await feedPage(ctx, workspaceId, after, limit, filter)
    : await streamPage(ctx, workspaceId, stream, after, limit, filter);
}

async function streamPage(
  ctx: Kv,
  workspaceId: string,
  stream: string,
  after: Cursor,
  limit: number,
  filter: TypeFilter | null,
): Promise<LogPage> {
  const events: StoredEvent[] = [];
  let to = after.stamp;
  let seen = 0;
  let bytes = 0;
  for await (const entry of listEntries(ctx, workspaceId, stream, startStamp(after), limit + 1)) {
    if (events.length >= limit || seen === limit || bytes >= PAGE_BYTES) {
      return { events, to, more: true };
    }
    seen++;
    bytes += entry.value.length;
    to = entry.key[4] as string;
    const from = to === after.stamp ? after.index : -1;
    for (const event of entryEvents(to, stream, entry.value, from)) {
      if (!filter || filter(event.type)) events.push(event);
    }
  }
  return { events, to, more: false };
}

async function feedPage(
  ctx: Kv,
  workspaceId: string,
  after: Cursor,
  limit: number,
  filter: TypeFilter | null,
): Promise<LogPage> {
  const commits = await listFeed(ctx, workspaceId, startStamp(after), limit + 1);
  const more = commits.length > limit;
  if (more) commits.pop();
  const events: StoredEvent[] = [];
  let to = after.stamp;
  let bytes = 0;
  for (let at = 0; at < commits.length;) {
    if (bytes >= PAGE_BYTES) return { events, to, more: true };
    const wanted: FeedEntry[] = [];
    while (at < commits.length && wanted.length < FEED_GROUP) {
      const { stamp, loud, quiet } = commits[at++]!;
      const streams = filter && !filter("step.delta") ? loud : loud.concat(quiet);
      for (const stream of streams) {
        wanted.push({ stamp, stream, key: eventKey(workspaceId, stream, stamp) });
      }
      to = stamp;
    }
    bytes += await readFeedEntries(ctx, wanted, after, filter, events);
  }
  return { events, to, more };
}

interface FeedEntry {
  readonly stamp: string;
  readonly stream: string;
  readonly key: Key;
}

/** Adds the events of whole commits, each in its order; returns how many bytes were read. */
async function readFeedEntries(
  ctx: Kv,
  wanted: readonly FeedEntry[],
  after: Cursor,
  filter: TypeFilter | null,
  events: StoredEvent[],
): Promise<number> {
  const entries = await ctx.kv.getManyBytes(wanted.map((item) => item.key));
  let read = 0;
  for (let i = 0; i < wanted.length;) {
    const { stamp } = wanted[i]!;
    const ofCommit: StoredEvent[] = [];
    for (; i < wanted.length && wanted[i]!.stamp === stamp; i++) {
      const bytes = entries[i]!.value;
      if (!bytes) continue;
      read += bytes.length;
      const from = stamp === after.stamp ? after.index : -1;
      for (const event of entryEvents(stamp, wanted[i]!.stream, bytes, from)) {
        if (!filter || filter(event.type)) ofCommit.push(event);
      }
    }
    ofCommit.sort((a, b) => indexOf(a) - indexOf(b));
    for (const event of ofCommit) events.push(event);
  }
  return read;
}

export interface FeedCommit {
  readonly stamp: string;
  readonly loud: string[];
  readonly quiet: string[];
}

/** Which streams each commit appended to, from `stamp` on (inclusive). */
export async function listFeed(
  ctx: Kv,
  workspaceId: string,
  stamp: string,
  limit: number,
): Promise<FeedCommit[]> {
  const prefix = feedKey.prefix(workspaceId);
  const selector = stamp ? { prefix, start: feedKey(workspaceId, stamp) } : { prefix };
  const commits: FeedCommit[] = [];
  for await (const entry of ctx.kv.listBytes(selector, { limit })) {
    const [loud, quiet] = decodeValue(entry.value) as [string[], string[]];
    commits.push({ stamp: entry.key[3] as string, loud, quiet });
  }
  return commits;
}

function listEntries(
  ctx: Kv,
  workspaceId: string,
  stream: string,
  stamp: string,
  limit: number | undefined,
  reverse = false,
) {
  const prefix = eventKey.prefix(workspaceId, stream);
  const selector = stamp ? { prefix, start: eventKey(workspaceId, stream, stamp) } : { prefix };
  return ctx.kv.listBytes(selector, { limit, reverse, batchSize: ENTRY_BATCH });
}

/** Why a cursor can no longer be resumed, or null when it can. */
export async function cursorLost(
  ctx: Kv,
  workspaceId: string,
  cursor: Cursor,
): Promise<"expired" | "foreign" | null> {
  if (cursor.stamp === "") return null;
  const [head, floor] = await ctx.kv.getMany<{ stamp: string }>([
    headKey(workspaceId),
    floorKey(workspaceId),
  ]);
  // A stamp of another store: this one has not come that far, or began after it.
  if (head!.versionstamp === null || cursor.stamp > head!.versionstamp) return "foreign";
  if (floor!.value && cursor.stamp < floor!.value.stamp) return "expired";
  return null;
}

/** Where a follower that wants only what comes from now on starts: ask before reading the state it goes with. */
export async function headCursor(ctx: Kv, workspaceId: string): Promise<string | undefined> {
  const { versionstamp } = await ctx.kv.get(headKey(workspaceId));
  return versionstamp === null ? undefined : `${versionstamp}.${LAST_INDEX}`;
}

/** Throws `gone` for a cursor that is older than what is kept, or of another store. */
export async function requireCursor(ctx: Kv, workspaceId: string, after: string): Promise<void> {
  const lost = await cursorLost(ctx, workspaceId, parseCursor(after));
  if (!lost) return;
  throw new AppError("gone", {
    detail: `Event "${after}" is no longer kept here (${lost}); read again from the start`,
    data: { reason: lost },
  });
}

/** Inclusive while events of the stamp's own entry are still wanted. */
const startStamp = (after: Cursor) => after.index === Infinity ? after.stamp + "\0" : after.stamp;
const indexOf = (event: StoredEvent) => Number(event.id.slice(21));
