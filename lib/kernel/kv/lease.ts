/**
 * Exclusive leases on resources: `{owner, fence, until}`. The fence rises with every grant and survives
 * release, so that a guarded write of a late holder can be refused. `until` is judged on read; expiry by
 * the store is only garbage collection, and would forget the fence, so leases are kept.
 */
import type { Key } from "./keyspace.ts";
import type { Tx } from "./transact.ts";

export interface Lease {
  readonly v: 1;
  /** Null after release. */
  readonly owner: string | null;
  readonly fence: number;
  /** Epoch ms. */
  readonly until: number;
}

export type LeaseDecision =
  | { readonly kind: "granted"; readonly lease: Lease }
  | { readonly kind: "held"; readonly owner: string; readonly untilMs: number };

/** Its own holder gets it again with a longer time and the same fence. Pure. */
export function decideLease(
  current: Lease | null,
  owner: string,
  now: number,
  ttlMs: number,
): LeaseDecision {
  const isHeld = current !== null && current.owner !== null && current.until > now;
  if (isHeld && current.owner !== owner) {
    return { kind: "held", owner: current.owner!, untilMs: current.until };
  }
  const fence = isHeld ? current.fence : (current?.fence ?? 0) + 1;
  return { kind: "granted", lease: { v: 1, owner, fence, until: now + ttlMs } };
}

/** Grants or prolongs; the record is checked, so of two takers one runs again and sees the other. */
export async function stageLease(
  tx: Tx,
  key: Key,
  owner: string,
  now: number,
  ttlMs: number,
): Promise<LeaseDecision> {
  const decision = decideLease(await tx.get<Lease>(key), owner, now, ttlMs);
  if (decision.kind === "granted") tx.set(key, decision.lease);
  return decision;
}

/** False when the owner does not hold it. */
export async function stageLeaseRelease(tx: Tx, key: Key, owner: string): Promise<boolean> {
  const lease = await tx.get<Lease>(key);
  if (!lease || lease.owner !== owner) return false;
  tx.set(key, { ...lease, owner: null, until: 0 } satisfies Lease);
  return true;
}

/** True while the fence is the newest and its lease runs: what a guarded write checks. */
export function holdsLease(lease: Lease | null, fence: number, now: number): boolean {
  return lease !== null && lease.owner !== null && lease.fence === fence && lease.until > now;
}
