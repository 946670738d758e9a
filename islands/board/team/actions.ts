/** What a person does with what agents hold: release, resolve, hand over. */
import type { Claim } from "../../../lib/coordination/claims/schema.ts";
import type { Handoff, HandoffInput } from "../../../lib/coordination/handoffs/schema.ts";
import type { Lock } from "../../../lib/coordination/locks/schema.ts";
import type { Escalation } from "../../../lib/coordination/traces/schema.ts";
import type { Zone } from "../../../lib/coordination/zones/schema.ts";
import { path, post, remove } from "../../_runtime/http.ts";
import { attempt } from "../attempt.ts";
import type { BoardState } from "../context.ts";
import { drop, endLock, putHandoff } from "../state.ts";

export function holdingActions(state: BoardState) {
  return {
    /** By force where another holds it: its token is worth nothing from then on. */
    releaseLock: (lock: Lock) =>
      attempt(`${lock.resourcePath} was not released`, async () => {
        const query = new URLSearchParams({ token: String(lock.token) });
        if (lock.lockedBy === state.me) query.set("agentId", state.me);
        else query.set("force", "true");
        if (lock.glob) query.set("glob", "true");
        await remove(`${path("locks", lock.resourcePath)}?${query}`);
        state.data.value = endLock(state.data.peek(), lock);
      }),
    releaseClaim: (claim: Claim) =>
      attempt(`The claim of ${claim.by} was not released`, async () => {
        await remove(`/claims?what=${encodeURIComponent(claim.what)}`);
        state.data.value = drop(state.data.peek(), "claims", claim.what);
      }),
    releaseZone: (zone: Zone) =>
      attempt(`The zone of ${zone.owner} was not released`, async () => {
        await remove(path("zones", zone.zoneId));
        state.data.value = drop(state.data.peek(), "zones", zone.zoneId);
      }),
    resolve: (escalation: Escalation, helpfulHint: string) =>
      attempt(`The escalation of ${escalation.agentId} is still open`, async () => {
        await post(path("agents", escalation.agentId, "escalations", escalation.id, "resolve"), {
          resolvedBy: "human",
          ...(helpfulHint && { helpfulHint }),
        });
        state.data.value = drop(state.data.peek(), "escalations", escalation.id);
      }),
    /** Rejects with the ApiError, which the form shows. */
    handOver: async (input: HandoffInput) => {
      const { handoff } = await post<{ handoff: Handoff }>("/handoffs", {
        ...input,
        fromAgent: state.me,
      });
      state.data.value = putHandoff(state.data.peek(), handoff);
    },
  };
}
