/** What a person does with what agents hold: release, resolve, hand over. */
import type { HandoffInput } from "../../../lib/coordination/handoffs/schema.ts";
import type { Handoff } from "../../../lib/coordination/handoffs/schema.ts";
import type { Lock } from "../../../lib/coordination/locks/schema.ts";
import type { Escalation } from "../../../lib/coordination/traces/schema.ts";
import { path, post, remove } from "../../_runtime/http.ts";
import { attempt } from "../attempt.ts";
import type { BoardState } from "../context.ts";
import { dropEscalation, endLock, putHandoff } from "../state.ts";

export function holdingActions(state: BoardState) {
  return {
    /** By force where another holds it: its token is worth nothing from then on. */
    releaseLock: (lock: Lock) =>
      attempt(`${lock.resourcePath} was not released`, async () => {
        const force = lock.lockedBy !== state.me;
        await remove(path("locks", lock.resourcePath), {
          agentId: state.me,
          token: lock.token,
          ...(force && { force }),
        });
        state.data.value = endLock(state.data.peek(), lock);
      }),
    resolve: (escalation: Escalation, helpfulHint: string) =>
      attempt(`The escalation of ${escalation.agentId} is still open`, async () => {
        await post(path("agents", escalation.agentId, "escalations", escalation.id, "resolve"), {
          resolvedBy: "human",
          ...(helpfulHint && { helpfulHint }),
        });
        state.data.value = dropEscalation(state.data.peek(), escalation.id);
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
