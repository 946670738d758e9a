/** Zones: who owns a path and everything below it. Zones of different owners never overlap. */
import type { AppContext } from "../../kernel/context.ts";
import type { Page, PageQuery } from "../../kernel/core/page.ts";
import type { Call } from "../call.ts";
import type { Zone } from "./schema.ts";

export type { Zone } from "./schema.ts";

type Ctx = Pick<AppContext, "kv" | "clock">;
type Reads = Pick<AppContext, "kv">;

/** `conflict` with `owner` and `zone` when the id or an overlapping path is another's. Its own is changed. */
export function claimZone(
  _ctx: Ctx,
  _call: Call,
  _input: {
    readonly zoneId: string;
    readonly path: string;
    readonly owner: string;
    readonly description?: string | undefined;
  },
): Promise<Zone> {
  throw new Error("not built yet");
}

/** `not_found`; `forbidden` when it is another's. Without `owner` anybody's (the edge asked for the right to). */
export function releaseZone(
  _ctx: Ctx,
  _call: Call,
  _input: { readonly zoneId: string; readonly owner?: string | undefined },
): Promise<Zone> {
  throw new Error("not built yet");
}

export function getZone(_ctx: Reads, _workspaceId: string, _zoneId: string): Promise<Zone | null> {
  throw new Error("not built yet");
}

/** The zone a path lies in: that with the longest path of whole segments. */
export function findZone(_ctx: Reads, _workspaceId: string, _path: string): Promise<Zone | null> {
  throw new Error("not built yet");
}

/** Newest first. */
export function listZones(
  _ctx: Reads,
  _workspaceId: string,
  _query?: Partial<PageQuery> & { readonly owner?: string | undefined },
): Promise<Page<Zone>> {
  throw new Error("not built yet");
}
