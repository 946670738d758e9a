/**
 * `["w", ws, "claim", id]` – the record; the id is the SHA-256 of what is claimed, so that any words make a key.
 * `["w", ws, "claim_by", "all" | "by/<agent>", claimedMs, id]` – pointers, newest last. Released claims are
 * deleted; stale ones stay to be seen until a job forgets them (`keepStaleMs`). Staleness is decided on
 * read from `renewedAt`; nothing is written when it comes.
 */
import { digestText } from "../../kernel/core/json.ts";
import { defineKey, type IndexedAggregate } from "../../kernel/kv/mod.ts";

const options = { slice: "coordination", version: 1, retention: "swept" } as const;
export const claimKey = defineKey("claim", options);
export const claimByKey = defineKey("claim_by", options);

export const claimKeys = [claimKey, claimByKey];

/** When it goes stale is not stored: it follows the setting. */
export interface StoredClaim {
  readonly v: 1;
  readonly what: string;
  readonly by: string;
  readonly description?: string;
  /** Epoch ms. */
  readonly claimedAt: number;
  readonly renewedAt: number;
}

/** Words that differ only in how Unicode composes them are the same. */
export function normalizeWhat(what: string): string {
  return what.normalize("NFC").trim();
}

export function claimId(what: string): string {
  return digestText(normalizeWhat(what));
}

export const claimIndexes: IndexedAggregate<StoredClaim> = {
  id: (claim) => claimId(claim.what),
  records: (ws) => claimKey.prefix(ws),
  indexKeys: (ws, claim) => {
    const place = [claim.claimedAt, claimId(claim.what)] as const;
    return [claimByKey(ws, "all", ...place), claimByKey(ws, "by", claim.by, ...place)];
  },
  indexes: (ws) => [claimByKey.prefix(ws)],
};
