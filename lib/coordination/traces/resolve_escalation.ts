/** Closes an escalation: the agent got on by itself, a peer helped, or a person did. */
import type { AppContext } from "../../kernel/context.ts";
import { AppError } from "../../kernel/core/errors.ts";
import { transact, type Tx } from "../../kernel/kv/mod.ts";
import { stageSeen } from "../agents/mod.ts";
import { agentOf, type Call } from "../call.ts";
import { readSettings } from "../settings/mod.ts";
import { agentStream, BOARD_STREAM } from "../streams.ts";
import { stagePeerHelped, stageTally } from "../tallies/mod.ts";
import { type ClearedTriggers, resolutionProblem } from "./decide.ts";
import { escalationKey, openEscalationKey, traceKey } from "./keys.ts";
import { shownEscalation, type StoredEscalation, type StoredTrace } from "./record.ts";
import type { Escalation, Resolution, ResolveInput } from "./schema.ts";
import { stageActivity } from "./start_trace.ts";
import { requireTraceIn } from "./store.ts";

export interface ResolveEscalation extends ResolveInput {
  readonly agentId: string;
  /** Where the caller names it, the escalation must be of this trace. */
  readonly sessionId?: string | undefined;
  readonly escalationId: string;
}

/** Throws `not_found`, `invalid_input`, `conflict` for one that was resolved before. */
export async function resolveEscalation(
  ctx: Pick<AppContext, "kv" | "clock" | "ids">,
  call: Call,
  input: ResolveEscalation,
): Promise<{ resolution: Resolution; escalation: Escalation }> {
  const { agentId, escalationId, resolvedBy, resolverAgent } = input;
  const problem = resolutionProblem(agentId, resolvedBy, resolverAgent);
  if (problem) {
    throw new AppError("invalid_input", {
      detail: `resolverAgent: ${problem}`,
      fields: [{ path: "resolverAgent", message: problem }],
    });
  }
  const { traces: settings } = await readSettings(ctx, call.workspaceId);
  return await transact(ctx, call.workspaceId, async (tx) => {
    const nowMs = ctx.clock.now();
    const known = await requireOpen(tx, input);
    const stored: StoredEscalation = {
      ...known,
      resolvedAtMs: nowMs,
      resolvedBy,
      ...(resolverAgent !== undefined && { resolverAgent }),
      ...(input.helpfulHint !== undefined && { helpfulHint: input.helpfulHint }),
    };
    tx.set(escalationKey(tx.workspaceId, agentId, escalationId), stored);
    tx.delete(openEscalationKey(tx.workspaceId, escalationId));
    const trace = await requireTraceIn(tx, known);
    tx.set(traceKey(tx.workspaceId, agentId, known.sessionId), closed(trace, stored, nowMs));
    await stageActivity(tx, agentId, { resolved: escalationId, working: false }, settings, nowMs);
    const acting = agentOf(call);
    if (acting !== undefined) await stageSeen(tx, acting, nowMs);
    stageTally(tx, agentId, resolvedBy);
    if (resolvedBy === "peer" && resolverAgent) stagePeerHelped(tx, resolverAgent);
    const escalation = shownEscalation(stored);
    const event = { actor: call.actor, escalation };
    tx.emit(agentStream(agentId), { type: "escalation.resolved", ...event });
    tx.emit(BOARD_STREAM, { type: "escalation.cleared", agentId, ...event });
    return { resolution: resolutionOf(stored, nowMs), escalation };
  }, { aggregate: `escalation ${escalationId}` });
}

async function requireOpen(tx: Tx, input: ResolveEscalation): Promise<StoredEscalation> {
  const { agentId, sessionId, escalationId } = input;
  const known = await tx.get<StoredEscalation>(
    escalationKey(tx.workspaceId, agentId, escalationId),
  );
  if (!known || (sessionId !== undefined && known.sessionId !== sessionId)) {
    throw new AppError("not_found", {
      detail: `"${agentId}" has no escalation "${escalationId}"${
        sessionId === undefined ? "" : ` in trace "${sessionId}"`
      }`,
    });
  }
  if (known.resolvedAtMs === undefined) return known;
  const escalation = shownEscalation(known);
  throw new AppError("conflict", {
    detail: `Escalation "${escalationId}" was resolved by ${
      known.resolverAgent ?? known.resolvedBy
    } at ${escalation.resolvedAt}`,
    extension: { escalation },
  });
}

/** Its triggers stay closed until the work adds to them. */
function closed(trace: StoredTrace, resolved: StoredEscalation, nowMs: number): StoredTrace {
  const { open: _, ...rest } = trace;
  const by = resolved.resolvedBy!;
  const cleared: ClearedTriggers = {
    ...trace.cleared,
    ...Object.fromEntries(resolved.triggers.map(({ type }) => [type, nowMs])),
  };
  const escalations = { ...trace.escalations, [by]: trace.escalations[by] + 1 };
  return { ...rest, cleared, escalations };
}

function resolutionOf(stored: StoredEscalation, nowMs: number): Resolution {
  const { id, resolvedBy, resolverAgent, helpfulHint } = stored;
  return {
    escalationId: id,
    resolvedBy: resolvedBy!,
    ...(resolverAgent !== undefined && { resolverAgent }),
    resolutionTime: nowMs - stored.triggeredAtMs,
    ...(helpfulHint !== undefined && { helpfulHint }),
  };
}
