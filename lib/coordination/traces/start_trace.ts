/** Begins a trace. */
import type { AppContext } from "../../kernel/context.ts";
import { AppError } from "../../kernel/core/errors.ts";
import { transact, type Tx } from "../../kernel/kv/mod.ts";
import { stageSeen } from "../agents/mod.ts";
import type { Call, Staged } from "../call.ts";
import { readSettings } from "../settings/mod.ts";
import { agentStream } from "../streams.ts";
import { type Activity, type FlowRecord, foldActivity } from "./flow.ts";
import { flowKey, traceAtKey, traceKey } from "./keys.ts";
import { shownTrace, type StoredTrace } from "./record.ts";
import type { Trace, TraceInput, TracesSettings } from "./schema.ts";
import { NO_WORK } from "./work.ts";

/** Throws `conflict` for a sessionId the agent used before. */
export async function startTrace(
  ctx: Pick<AppContext, "kv" | "clock" | "ids">,
  call: Call,
  input: TraceInput & { readonly agentId: string },
  staged?: Staged<Trace>,
): Promise<Trace> {
  const { agentId, task } = input;
  const { traces: settings } = await readSettings(ctx, call.workspaceId);
  const id = ctx.ids.next("trace");
  const sessionId = input.sessionId ?? id;
  const nowMs = ctx.clock.now();
  return await transact(ctx, call.workspaceId, async (tx) => {
    const key = traceKey(tx.workspaceId, agentId, sessionId);
    const known = await tx.get<StoredTrace>(key);
    if (known) throw taken(known);
    const stored: StoredTrace = {
      v: 1,
      agentId,
      sessionId,
      task,
      startedAtMs: nowMs,
      work: NO_WORK,
      cleared: {},
      escalations: { opened: 0, self: 0, peer: 0, human: 0 },
    };
    tx.set(key, stored);
    tx.set(traceAtKey(tx.workspaceId, agentId, id), sessionId);
    await stageActivity(tx, agentId, { working: true }, settings, nowMs);
    await stageSeen(tx, agentId, nowMs);
    const trace = shownTrace(stored);
    tx.emit(agentStream(agentId), { type: "trace.started", actor: call.actor, trace });
    await staged?.(tx, trace);
    return trace;
  }, { aggregate: `trace ${sessionId}` });
}

/** In every commit that changes what an agent's flow is read from. */
export async function stageActivity(
  tx: Tx,
  agentId: string,
  activity: Activity,
  settings: TracesSettings,
  nowMs: number,
): Promise<void> {
  const key = flowKey(tx.workspaceId, agentId);
  const known = await tx.get<FlowRecord>(key);
  tx.set(key, foldActivity(known, activity, settings, nowMs));
}

function taken({ agentId, sessionId, completedAtMs }: StoredTrace): AppError {
  const state = completedAtMs === undefined ? "still runs" : "is completed";
  return new AppError("conflict", {
    detail:
      `"${agentId}" has a trace "${sessionId}" already, which ${state}; use another sessionId`,
    extension: { sessionId },
  });
}
