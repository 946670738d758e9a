/** Reads of zones, and the one way a zone is written. */
import type { AppContext } from "../../kernel/context.ts";
import type { Page, PageQuery } from "../../kernel/core/page.ts";
import { type Key, stageIndexes, type Tx } from "../../kernel/kv/mod.ts";
import { normalizePath } from "../locks/paths.ts";
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
  const prefixes = holdersOf(normal, ZONE_DEPTH_MAX).map((holder) =>
    zonePathKey.prefix(workspaceId, pathPart(holder))
  );
  const pointers = await Promise.all(prefixes.map((prefix) => idsUnder(ctx, { prefix })));
  return innermost(normal, await readZones(ctx, workspaceId, pointers.flat()));
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
  const holders = holdersOf(path, ZONE_DEPTH_MAX).map((holder) => ({
    prefix: zonePathKey.prefix(workspaceId, pathPart(holder)),
  }));
  const start = pathPart(path);
  const below = {
    start: zonePathKey.prefix(workspaceId, start),
    end: zonePathKey.prefix(workspaceId, textAfter(start)),
  };
  const isForeign = (key: Key) => key.at(-2) !== owner;
  const found = await Promise.all(
    [...holders, below].map((range) => idsUnder(ctx, range, isForeign)),
  );
  const zones = await readZones(ctx, workspaceId, found.flat());
  return zones.filter((zone) => isWithin(path, zone.path) || isWithin(zone.path, path));
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

async function idsUnder(
  ctx: Reads,
  range: { readonly prefix: Key } | { readonly start: Key; readonly end: Key },
  wanted: (key: Key) => boolean = () => true,
): Promise<string[]> {
  const ids: string[] = [];
  for await (const { key } of ctx.kv.listBytes(range)) {
    if (wanted(key)) ids.push(String(key.at(-1)));
  }
  return ids;
}

async function readZones(
  ctx: Reads,
  workspaceId: string,
  ids: readonly string[],
): Promise<Zone[]> {
  const keys = [...new Set(ids)].map((id) => zoneKey(workspaceId, id));
  const found = await ctx.kv.getMany<StoredZone>(keys);
  return found.flatMap(({ value }) => value ? [shownZone(value)] : []);
}

function shownZone({ v: _, ...zone }: StoredZone): Zone {
  return zone;
}
