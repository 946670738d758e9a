/** Claims: what agents say they are doing, so that no two begin the same. Stale without renewal. */
import type { AppContext } from "../../kernel/context.ts";
import type { Page, PageQuery } from "../../kernel/core/page.ts";
import type { Tx } from "../../kernel/kv/mod.ts";
import type { Call } from "../call.ts";
import type { Claim } from "./schema.ts";

export type { Claim } from "./schema.ts";

type Ctx = Pick<AppContext, "kv" | "clock">;

/** Takes, renews or takes over a stale one. `conflict` with `claim` while another's is fresh. */
export function claimWork(
  _ctx: Ctx,
  _call: Call,
  _input: {
    readonly what: string;
    readonly by: string;
    readonly description?: string | undefined;
  },
): Promise<Claim> {
  throw new Error("not built yet");
}

/** `not_found`; `forbidden` when it is another's. Without `by` anybody's (the edge asked for the right to). */
export function releaseWork(
  _ctx: Ctx,
  _call: Call,
  _input: { readonly what: string; readonly by?: string | undefined },
): Promise<Claim> {
  throw new Error("not built yet");
}

/** Null also for a stale one, unless they are asked for. */
export function getClaim(
  _ctx: Ctx,
  _workspaceId: string,
  _what: string,
  _options?: { readonly includeStale?: boolean },
): Promise<Claim | null> {
  throw new Error("not built yet");
}

/** Newest first. */
export function listClaims(
  _ctx: Ctx,
  _workspaceId: string,
  _query?: Partial<PageQuery> & {
    readonly by?: string | undefined;
    readonly includeStale?: boolean | undefined;
  },
): Promise<Page<Claim>> {
  throw new Error("not built yet");
}

/** All of the agent, stale ones too. For a takeover that checks the holdings fence. */
export function listClaimsOf(
  _ctx: Ctx,
  _workspaceId: string,
  _agentId: string,
): Promise<Claim[]> {
  throw new Error("not built yet");
}

/** The claim as the other agent's, renewed, and `claim.claimed {claim, takenFrom}`. Blind: the holdings fence is the check. */
export function stageClaimTransfer(
  _tx: Tx,
  _claim: Claim,
  _toAgent: string,
  _options: { readonly nowMs: number; readonly actor: string; readonly staleAfterMs: number },
): Claim {
  throw new Error("not built yet");
}
