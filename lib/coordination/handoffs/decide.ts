/** The rules of handoffs, pure: pending → claimed → completed, and who may make each step. */
import type { Handoff } from "./schema.ts";

export type HandoffDecision =
  | { readonly kind: "allow" }
  | {
    readonly kind: "deny";
    readonly code: "conflict" | "forbidden";
    readonly reason: string;
    /** Beside the reason in the answer: who stands in the way. */
    readonly extension: Readonly<Record<string, unknown>>;
  };

type Offered = Pick<Handoff, "id" | "status" | "toAgent" | "claimedBy" | "fromAgent">;

const ALLOW: HandoffDecision = { kind: "allow" };

/** Only while pending, and only by whom it is meant for when it is meant for somebody. */
export function decideClaim(handoff: Offered, agentId: string): HandoffDecision {
  const { id, status, toAgent, claimedBy } = handoff;
  if (status !== "pending") {
    const by = claimedBy === agentId ? "you" : `"${claimedBy}"`;
    return conflict(handoff, `Handoff "${id}" is already ${status} by ${by}`);
  }
  if (toAgent !== undefined && toAgent !== agentId) {
    return conflict(handoff, `Handoff "${id}" is meant for "${toAgent}", not for "${agentId}"`);
  }
  return ALLOW;
}

/** Only by its claimer, once. */
export function decideComplete(handoff: Offered, agentId: string): HandoffDecision {
  const { id, status, claimedBy } = handoff;
  switch (status) {
    case "pending":
      return conflict(handoff, `Handoff "${id}" is not claimed; claim it first`);
    case "completed":
      return conflict(handoff, `Handoff "${id}" is already completed by "${claimedBy}"`);
    case "claimed":
      if (claimedBy === agentId) return ALLOW;
      return conflict(handoff, `Handoff "${id}" is claimed by "${claimedBy}", not by "${agentId}"`);
  }
}

/** Its sender withdraws it while nobody took it; without `agentId` the edge asked for the right to. */
export function decideDelete(handoff: Offered, agentId: string | undefined): HandoffDecision {
  const { id, status, fromAgent, claimedBy } = handoff;
  if (agentId !== undefined && fromAgent !== agentId) {
    return {
      kind: "deny",
      code: "forbidden",
      reason: `Handoff "${id}" is from "${fromAgent}", not from "${agentId}"`,
      extension: { fromAgent },
    };
  }
  if (status === "claimed") {
    return conflict(handoff, `Handoff "${id}" is claimed by "${claimedBy}"; ask "${claimedBy}"`);
  }
  return ALLOW;
}

function conflict(handoff: Offered, reason: string): HandoffDecision {
  const { status, toAgent, claimedBy } = handoff;
  return {
    kind: "deny",
    code: "conflict",
    reason,
    extension: {
      handoffStatus: status,
      ...(claimedBy !== undefined && { claimedBy }),
      ...(toAgent !== undefined && { toAgent }),
    },
  };
}
