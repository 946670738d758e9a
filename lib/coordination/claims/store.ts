/** Reads of claims, and the one way a claim is written. */
import type { AppContext } from "../../kernel/context.ts";
import type { Page, PageQuery } from "../../kernel/core/page.ts";
import { stageIndexes, type Tx } from "../../kernel/kv/mod.ts";
import { stageHoldingsChanged } from "../keys.ts";
import { pointedPage } from "../pointed_page.ts";
import { readSettings } from "../settings/mod.ts";
import { BOARD_STREAM } from "../streams.ts";
import { isStale } from "./decide.ts";
import { claimByKey, claimId, claimIndexes, claimKey, type StoredClaim } from "./keys.ts";
import type { Claim } from "./schema.ts";

type Reads = Pick<AppContext, "kv" | "clock">;

const ALL_OF_ONE = 2_000;

export interface ClaimQuery extends Partial<PageQuery> {
  readonly by?: string | undefined;
  readonly includeStale?: boolean | undefined;
}

/** Null also for a stale one, unless they are asked for. */
export async function getClaim(
  ctx: Reads,
  workspaceId: string,
  what: string,
  { includeStale = false }: { readonly includeStale?: boolean | undefined } = {},
): Promise<Claim | null> {
  const { staleAfterMs } = (await readSettings(ctx, workspaceId)).claims;
  const { value } = await ctx.kv.get<StoredClaim>(claimKey(workspaceId, claimId(what)));
  const claim = value && shownClaim(value, ctx.clock.now(), staleAfterMs);
  return claim && (includeStale || !claim.stale) ? claim : null;
}

/** Newest first; stale ones only when asked for. */
export async function listClaims(
  ctx: Reads,
  workspaceId: string,
  query: ClaimQuery = {},
): Promise<Page<Claim>> {
  const { by, limit, cursor, includeStale = false } = query;
  const { staleAfterMs } = (await readSettings(ctx, workspaceId)).claims;
  const nowMs = ctx.clock.now();
  const page = await pointedPage<StoredClaim>(ctx, {
    ranges: [
      by === undefined
        ? claimByKey.prefix(workspaceId, "all")
        : claimByKey.prefix(workspaceId, "by", by),
    ],
    query: `claims:${workspaceId}:${by ?? "*"}:${includeStale}`,
    limit,
    cursor,
    record: (id) => claimKey(workspaceId, id),
    fits: (claim) =>
      (by === undefined || claim.by === by) &&
      (includeStale || !isStale(claim, nowMs, staleAfterMs)),
  });
  return { ...page, items: page.items.map((claim) => shownClaim(claim, nowMs, staleAfterMs)) };
}

/** Fresh ones of the agent, all of them. For a takeover that checks the holdings fence. */
export async function listClaimsOf(
  ctx: Reads,
  workspaceId: string,
  agentId: string,
): Promise<Claim[]> {
  return (await listClaims(ctx, workspaceId, { by: agentId, limit: ALL_OF_ONE })).items;
}

export interface ClaimEvent {
  readonly type: "claim.claimed" | "claim.released";
  readonly actor: string;
  readonly nowMs: number;
  readonly staleAfterMs: number;
  /** Whom a takeover, or the next claimant of a stale one, took it from. */
  readonly takenFrom?: string | undefined;
}

/** The record as it becomes (null: released), its pointers, its holders' fences and the event. */
export function stageClaim(
  tx: Tx,
  before: StoredClaim | null,
  after: StoredClaim | null,
  event: ClaimEvent,
): Claim {
  const { workspaceId } = tx;
  const { type, actor, nowMs, staleAfterMs, takenFrom } = event;
  const stored = (after ?? before)!;
  const key = claimKey(workspaceId, claimId(stored.what));
  if (after) tx.set(key, after);
  else tx.delete(key);
  stageIndexes(tx, claimIndexes, workspaceId, before, after);
  for (const holder of new Set([before?.by, after?.by])) {
    if (holder !== undefined) stageHoldingsChanged(tx, holder);
  }
  const claim = shownClaim(stored, nowMs, staleAfterMs);
  tx.emit(BOARD_STREAM, { type, actor, claim, ...(takenFrom !== undefined && { takenFrom }) });
  return claim;
}

export function shownClaim(stored: StoredClaim, nowMs: number, staleAfterMs: number): Claim {
  const { v: _, claimedAt, renewedAt, ...claim } = stored;
  return {
    ...claim,
    claimedAt: new Date(claimedAt).toISOString(),
    renewedAt: new Date(renewedAt).toISOString(),
    staleAt: new Date(renewedAt + staleAfterMs).toISOString(),
    stale: isStale(stored, nowMs, staleAfterMs),
  };
}
