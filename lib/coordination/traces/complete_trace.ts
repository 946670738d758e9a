/** Ends a trace and says what it came to. */
import type { AppContext } from "../../kernel/context.ts";
import { AppError } from "../../kernel/core/errors.ts";
import { transact, type Tx } from "../../kernel/kv/mod.ts";
import { stageSeen } from "../agents/mod.ts";
import type { Call } from "../call.ts";
import { readSettings } from "../settings/mod.ts";
import { agentStream } from "../streams.ts";
import { stageDayTally } from "../tallies/mod.ts";
import { traceKey } from "./keys.ts";
import { shownTrace, type StoredTrace, type TraceOf } from "./record.ts";
import type { Trace, TraceSummary } from "./schema.ts";
import { stageActivity } from "./start_trace.ts";
import { requireTraceIn } from "./store.ts";
import { summarize } from "./work.ts";

/** A second time gives the same summary. Throws `not_found`. */
export async function completeTrace(
  ctx: Pick<AppContext, "kv" | "clock" | "ids">,
  call: Call,
  of: TraceOf,
): Promise<{ trace: Trace; summary: TraceSummary }> {
  const { agentId, sessionId } = of;
  const { traces: settings } = await readSettings(ctx, call.workspaceId);
  return await transact(ctx, call.workspaceId, async (tx) => {
    const nowMs = ctx.clock.now();
    const known = await requireTraceIn(tx, of);
    if (known.summary) return { trace: shownTrace(known), summary: known.summary };
    const summary = summarize(known.work);
    const stored: StoredTrace = { ...known, completedAtMs: nowMs, summary };
    tx.set(traceKey(tx.workspaceId, agentId, sessionId), stored);
    stageDayTally(tx, agentId, "tasks", 1, nowMs);
    stageDayTally(tx, agentId, "efficiency", summary.efficiency, nowMs);
    await stageActivity(tx, agentId, { working: true }, settings, nowMs);
    await stageSeen(tx, agentId, nowMs);
    const trace = shownTrace(stored);
    tx.emit(agentStream(agentId), { type: "trace.completed", actor: call.actor, trace });
    return { trace, summary };
  }, { aggregate: `trace ${sessionId}` });
}

/** What a soul is told of a completed trace. */
export interface CountedTrace {
  readonly alreadyCounted: boolean;
  readonly summary: TraceSummary;
  /** Steps that said what they were for. */
  readonly explained: number;
  /** Whether a step found something. */
  readonly successful: boolean;
  readonly escalations: StoredTrace["escalations"];
}

/** Marks a trace as counted, in the commit that counts it. Throws `not_found`, `conflict` before its end. */
export async function stageCounted(tx: Tx, of: TraceOf, nowMs: number): Promise<CountedTrace> {
  const trace = await requireTraceIn(tx, of);
  const { summary, work, escalations } = trace;
  if (!summary) {
    throw new AppError("conflict", {
      detail: `Trace "${of.sessionId}" is not completed yet; complete it first`,
      extension: { sessionId: of.sessionId },
    });
  }
  const alreadyCounted = trace.countedAtMs !== undefined;
  if (!alreadyCounted) {
    const key = traceKey(tx.workspaceId, of.agentId, of.sessionId);
    tx.set(key, { ...trace, countedAtMs: nowMs });
  }
  return {
    alreadyCounted,
    summary,
    explained: work.explained,
    successful: work.solving > 0,
    escalations,
  };
}
