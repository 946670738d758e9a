/** Takes a path and everything below it, and gives it back. Of two claims that overlap one wins. */
import type { AppContext } from "../../kernel/context.ts";
import { AppError } from "../../kernel/core/errors.ts";
import { transact } from "../../kernel/kv/mod.ts";
import { stageSeen } from "../agents/mod.ts";
import type { Call } from "../call.ts";
import { normalizePath } from "../locks/mod.ts";
import { decideZoneClaim } from "./decide.ts";
import { zoneGateKey } from "./keys.ts";
import { type Zone, ZONE_DEPTH_MAX } from "./schema.ts";
import { foreignZones, getZoneIn, stageZone } from "./store.ts";

type Ctx = Pick<AppContext, "kv" | "clock">;

export interface ZoneClaim {
  readonly zoneId: string;
  readonly path: string;
  readonly owner: string;
  readonly description?: string | undefined;
}

/**
 * Its own zone is changed. `conflict` with `owner` and `zone` when the id or an overlapping path is
 * another's.
 */
export async function claimZone(ctx: Ctx, call: Call, input: ZoneClaim): Promise<Zone> {
  const path = zonePath(input.path);
  const { zoneId, owner } = input;
  return await transact(ctx, call.workspaceId, async (tx) => {
    const before = await getZoneIn(tx, zoneId);
    // Read first: what others claimed before is seen below, what they claim after makes this run again.
    await tx.get(zoneGateKey(call.workspaceId));
    const others = await foreignZones(ctx, call.workspaceId, path, owner);
    const decision = decideZoneClaim({ zoneId, path, owner }, before, others);
    if (decision.kind === "deny") {
      throw new AppError("conflict", {
        detail: decision.reason,
        extension: { owner: decision.zone.owner, zone: decision.zone },
        retryable: false,
      });
    }
    const nowMs = ctx.clock.now();
    const description = input.description ?? before?.description;
    const after: Zone = {
      zoneId,
      path,
      owner,
      ...(description && { description }),
      claimedAt: before?.path === path ? before.claimedAt : new Date(nowMs).toISOString(),
    };
    tx.set(zoneGateKey(call.workspaceId), 1);
    stageZone(tx, before, after, { type: "zone.claimed", actor: call.actor });
    await stageSeen(tx, owner, nowMs);
    return after;
  });
}

/** `not_found`; `forbidden` when it is another's. Without `owner` anybody's: the edge asked for the right to. */
export async function releaseZone(
  ctx: Ctx,
  call: Call,
  input: { readonly zoneId: string; readonly owner?: string | undefined },
): Promise<Zone> {
  const { zoneId, owner } = input;
  return await transact(ctx, call.workspaceId, async (tx) => {
    const zone = await getZoneIn(tx, zoneId);
    if (!zone) {
      throw new AppError("not_found", { detail: `There is no zone "${zoneId.slice(0, 128)}"` });
    }
    if (owner !== undefined && zone.owner !== owner) {
      throw new AppError("forbidden", {
        detail: `Zone "${zoneId}" is held by "${zone.owner}", not by "${owner}"`,
        extension: { owner: zone.owner },
      });
    }
    stageZone(tx, zone, null, { type: "zone.released", actor: call.actor });
    if (owner !== undefined) await stageSeen(tx, owner, ctx.clock.now());
    return zone;
  });
}

function zonePath(text: string): string {
  const path = normalizePath(text);
  const depth = path.split("/").length;
  if (depth <= ZONE_DEPTH_MAX) return path;
  const message = `is ${depth} segments deep, more than ${ZONE_DEPTH_MAX}; claim a zone above it`;
  throw new AppError("invalid_input", {
    detail: `path ${message}`,
    fields: [{ path: "path", message }],
  });
}
