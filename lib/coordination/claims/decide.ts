/** The rules of claims, pure: when one is stale, and what claiming and releasing come to. */

export interface HeldClaim {
  readonly what: string;
  readonly by: string;
  /** Epoch ms. */
  readonly claimedAt: number;
  readonly renewedAt: number;
}

export type ClaimDecision =
  /** Nobody's until now. */
  | { readonly kind: "take" }
  | { readonly kind: "renew" }
  /** Another's, not renewed in time; or its own, which begins anew. */
  | { readonly kind: "replace" }
  | { readonly kind: "deny" };

export type ReleaseDecision = "release" | "absent" | "forbidden";

/** Stale once `staleAfterMs` have passed without renewal. */
export function isStale(claim: HeldClaim, nowMs: number, staleAfterMs: number): boolean {
  return nowMs - claim.renewedAt >= staleAfterMs;
}

export function decideClaim(
  current: HeldClaim | null,
  by: string,
  nowMs: number,
  staleAfterMs: number,
): ClaimDecision {
  if (!current) return { kind: "take" };
  if (isStale(current, nowMs, staleAfterMs)) return { kind: "replace" };
  return current.by === by ? { kind: "renew" } : { kind: "deny" };
}

/** Without `by` whoever's it is: the edge asked for the right to. */
export function decideRelease(current: HeldClaim | null, by: string | undefined): ReleaseDecision {
  if (!current) return "absent";
  return by === undefined || current.by === by ? "release" : "forbidden";
}

/** Null: not yet to be forgotten before that time (epoch ms). */
export function forgetAt(claim: HeldClaim, staleAfterMs: number, keepStaleMs: number): number {
  return claim.renewedAt + staleAfterMs + keepStaleMs;
}
