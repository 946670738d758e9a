/** Handoffs: pending → claimed → completed; of those who want one exactly one gets it. */
export type { Handoff, HandoffInput, HandoffStatus } from "./schema.ts";
export { createHandoff } from "./create_handoff.ts";
export {
  claimHandoff,
  completeHandoff,
  deleteHandoff,
  type HandoffClaim,
  type HandoffCompletion,
} from "./take_handoff.ts";
export { getHandoff, type HandoffQuery, listHandoffs, requireHandoff } from "./store.ts";
export { handoffIndexes, handoffKeys } from "./keys.ts";
