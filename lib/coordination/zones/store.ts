/** Reads of zones, and the one way a zone is written. */
import type { AppContext } from "../../kernel/context.ts";
import type { Page, PageQuery } from "../../kernel/core/page.ts";
import { type Key, stageIndexes, type Tx } from "../../kernel/kv/mod.ts";
import { normalizePath } from "../locks/mod.ts";
import { pointedPage } from "../pointed_page.ts";
import { BOARD_STREAM } from "../streams.ts";
import { holdersOf, innermost, isWithin } from "./decide.ts";
import {
  pathPart,
  type StoredZone,
  textAfter,
  zoneByKey,
  zoneIndexes,
  zoneKey,
  zonePathKey,
} from "./keys.ts";
import { type Zone, ZONE_DEPTH_MAX, zoneId as zoneIdSchema } from "./schema.ts";

type Reads = Pick<AppContext, "kv">;

/** Zones read at once to find those near a path; more are looked for one by one. */
const NEAR_MAX = 50;

interface Pointer {
  /** The path and a slash, or its beginning. */
  readonly text: string;
  readonly owner: string;
  readonly zoneId: string;
}

const isWhole = (text: string) => text.endsWith("/");

export interface ZoneQuery extends Partial<PageQuery> {
  readonly owner?: string | undefined;
}

export async function getZone(
  ctx: Reads,
  workspaceId: string,
  zoneId: string,
): Promise<Zone | null> {
  // What cannot be an id must not become a key either.
  if (!zoneIdSchema.safeParse(zoneId).success) return null;
  const { value } = await ctx.kv.get<StoredZone>(zoneKey(workspaceId, zoneId));
  return value && shownZone(value);
}

/** The zone a path lies in: that with the longest path of whole segments. */
export async function findZone(
  ctx: Reads,
  workspaceId: string,
  path: string,
): Promise<Zone | null> {
  const normal = normalizePath(path);
  const near = await pointersNear(ctx, workspaceId, normal);
  const holders = near.filter(({ text }) => !isWhole(text) || `${normal}/`.startsWith(text));
  return innermost(normal, await readZones(ctx, workspaceId, holders));
}

/** Newest first. */
export async function listZones(
  ctx: Reads,
  workspaceId: string,
  query: ZoneQuery = {},
): Promise<Page<Zone>> {
  const { owner, limit, cursor } = query;
  const page = await pointedPage<StoredZone>(ctx, {
    ranges: [
      owner === undefined
        ? zoneByKey.prefix(workspaceId, "all")
        : zoneByKey.prefix(workspaceId, "owner", owner),
    ],
    query: `zones:${workspaceId}:${owner ?? "*"}`,
    limit,
    cursor,
    record: (id) => zoneKey(workspaceId, id),
    fits: (zone) => owner === undefined || zone.owner === owner,
  });
  return { ...page, items: page.items.map(shownZone) };
}

/** Zones of others that hold this path or lie in it. Unchecked: right only behind the gate. */
export async function foreignZones(
  ctx: Reads,
  workspaceId: string,
  path: string,
  owner: string,
): Promise<Zone[]> {
  const near = await pointersNear(ctx, workspaceId, path);
  const zones = await readZones(ctx, workspaceId, near.filter((found) => found.owner !== owner));
  return zones.filter((zone) => isWithin(path, zone.path) || isWithin(zone.path, path));
}

/** All that hold this path or lie in it; of those whose text had to be cut also others. */
async function pointersNear(ctx: Reads, workspaceId: string, path: string): Promise<Pointer[]> {
  const own = pathPart(path);
  const top = pathPart(holdersOf(path, 1)[0]!);
  // Few zones share a first segment: they are read at once.
  const all = await pointersIn(ctx, between(workspaceId, top), NEAR_MAX + 1);
  if (all.length <= NEAR_MAX) {
    return all.filter(({ text }) =>
      !isWhole(text) || `${path}/`.startsWith(text) || text.startsWith(own)
    );
  }
  const above = holdersOf(path, ZONE_DEPTH_MAX).slice(0, -1).map((holder) =>
    pointersIn(ctx, { prefix: zonePathKey.prefix(workspaceId, pathPart(holder)) })
  );
  return (await Promise.all([...above, pointersIn(ctx, between(workspaceId, own))])).flat();
}

export interface ZoneEvent {
  readonly type: "zone.claimed" | "zone.released";
  readonly actor: string;
}

/** The record as it becomes (null: released), its pointers and the event. */
export function stageZone(tx: Tx, before: Zone | null, after: Zone | null, event: ZoneEvent): void {
  const { workspaceId } = tx;
  const zone = (after ?? before)!;
  if (after) tx.set(zoneKey(workspaceId, zone.zoneId), { v: 1, ...after } satisfies StoredZone);
  else tx.delete(zoneKey(workspaceId, zone.zoneId));
  stageIndexes(tx, zoneIndexes, workspaceId, before, after);
  tx.emit(BOARD_STREAM, { ...event, zone });
}

/** As stored, checked at commit. */
export async function getZoneIn(tx: Tx, zoneId: string): Promise<Zone | null> {
  if (!zoneIdSchema.safeParse(zoneId).success) return null;
  const stored = await tx.get<StoredZone>(zoneKey(tx.workspaceId, zoneId));
  return stored && shownZone(stored);
}

/** Every text that begins with this one. */
function between(workspaceId: string, start: string) {
  return {
    start: zonePathKey.prefix(workspaceId, start),
    end: zonePathKey.prefix(workspaceId, textAfter(start)),
  };
}

async function pointersIn(
  ctx: Reads,
  range: { readonly prefix: Key } | { readonly start: Key; readonly end: Key },
  limit?: number,
): Promise<Pointer[]> {
  const found: Pointer[] = [];
  for await (const { key } of ctx.kv.listBytes(range, { limit })) {
    const [text, owner, zoneId] = key.slice(-3) as string[];
    found.push({ text: text!, owner: owner!, zoneId: zoneId! });
  }
  return found;
}

async function readZones(
  ctx: Reads,
  workspaceId: string,
  pointers: readonly Pointer[],
): Promise<Zone[]> {
  const keys = [...new Set(pointers.map(({ zoneId }) => zoneId))].map((id) =>
    zoneKey(workspaceId, id)
  );
  const found = await ctx.kv.getMany<StoredZone>(keys);
  return found.flatMap(({ value }) => value ? [shownZone(value)] : []);
}

function shownZone({ v: _, ...zone }: StoredZone): Zone {
  return zone;
}
