/** Claims: what agents say they are doing, so that no two begin the same. Stale without renewal. */
export type { Claim } from "./schema.ts";
export { claimWork, releaseWork, type WorkClaim } from "./claim_work.ts";
export { type ClaimQuery, getClaim, listClaims, listClaimsOf } from "./store.ts";
export { stageClaimTransfer } from "./transfer.ts";
export { claimForget } from "./jobs.ts";
export { claimIndexes, claimKeys } from "./keys.ts";
