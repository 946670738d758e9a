/** A claim to another agent, from the commit of a takeover. */
import type { Tx } from "../../kernel/kv/mod.ts";
import type { StoredClaim } from "./keys.ts";
import type { Claim } from "./schema.ts";
import { stageClaim } from "./store.ts";

/**
 * The claim as the other agent's, renewed, and `claim.claimed {claim, takenFrom}`. A blind write: every change of
 * a claim moves its holder's fence, which the caller has read checked before it read the claim.
 */
export function stageClaimTransfer(
  tx: Tx,
  claim: Claim,
  toAgent: string,
  options: { readonly nowMs: number; readonly actor: string; readonly staleAfterMs: number },
): Claim {
  const { stale: _, staleAt: __, claimedAt, renewedAt, ...rest } = claim;
  const before: StoredClaim = {
    v: 1,
    ...rest,
    claimedAt: Date.parse(claimedAt),
    renewedAt: Date.parse(renewedAt),
  };
  const after: StoredClaim = { ...before, by: toAgent, renewedAt: options.nowMs };
  return stageClaim(tx, before, after, { ...options, type: "claim.claimed", takenFrom: claim.by });
}
