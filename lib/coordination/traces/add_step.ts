/** One step of a trace, and the judgement whether its agent is stuck, in one commit. */
import type { AppContext } from "../../kernel/context.ts";
import { AppError } from "../../kernel/core/errors.ts";
import { transact, type Tx } from "../../kernel/kv/mod.ts";
import { stageSeen } from "../agents/mod.ts";
import type { Call, Staged } from "../call.ts";
import { requireSize } from "../record_size.ts";
import { readSettings } from "../settings/mod.ts";
import { agentStream, BOARD_STREAM } from "../streams.ts";
import { stageTally } from "../tallies/mod.ts";
import { decideEscalation, decideReopened, decideTriggers, shownStepEscalation } from "./decide.ts";
import type { Activity } from "./flow.ts";
import {
  escalationKey,
  openEscalationKey,
  traceEscalationKey,
  traceKey,
  traceStepKey,
} from "./keys.ts";
import {
  shownEscalation,
  shownStep,
  storedEscalation,
  type StoredStep,
  type StoredTrace,
  type TraceOf,
} from "./record.ts";
import type { StepEscalation, StepInput, TracesSettings, TraceStep } from "./schema.ts";
import { stageActivity } from "./start_trace.ts";
import { requireTraceIn } from "./store.ts";
import { foldStep, isProductive } from "./work.ts";

/** Stored and sent as an event beside what an escalation adds: the stream takes 40 kB a commit. */
const STEP_BYTES = 24_000;
/** Steps of one trace are taken in one by one; other instances may be adding some as well. */
const ATTEMPTS = 60;

export interface StepAdded {
  readonly step: TraceStep;
  readonly escalation?: StepEscalation;
}

/**
 * `escalation` only while one is open. Throws `not_found`, `conflict` after the end, `payload_too_large`
 * above 24 kB.
 */
export async function addStep(
  ctx: Pick<AppContext, "kv" | "clock" | "ids">,
  call: Call,
  input: StepInput & TraceOf,
  staged?: Staged<StepAdded>,
): Promise<StepAdded> {
  const { agentId, sessionId, ...given } = input;
  const { traces: settings } = await readSettings(ctx, call.workspaceId);
  const step = { id: ctx.ids.next("step"), ...normalized(given) };
  requireSize("step", step, STEP_BYTES);
  const escalationId = ctx.ids.next("escalation");
  return await transact(ctx, call.workspaceId, async (tx) => {
    const nowMs = ctx.clock.now();
    const trace = await requireTraceIn(tx, { agentId, sessionId });
    if (trace.completedAtMs !== undefined) throw ended(trace);
    const work = foldStep(trace.work, given);
    const stored: StoredStep = { v: 1, atMs: nowMs, number: work.steps, ...step };
    tx.set(traceStepKey(tx.workspaceId, agentId, sessionId, work.steps), stored);
    tx.emit(agentStream(agentId), {
      type: "trace.step",
      actor: call.actor,
      sessionId,
      step: shownStep(stored),
    });
    const judged = { trace: { ...trace, work }, step: given, escalationId };
    const { trace: after, activity } = stageJudgement(tx, call, judged, settings, nowMs);
    tx.set(traceKey(tx.workspaceId, agentId, sessionId), after);
    const done = { productive: isProductive(given) };
    await stageActivity(tx, agentId, { ...activity, step: done, working: true }, settings, nowMs);
    await stageSeen(tx, agentId, nowMs);
    const added: StepAdded = {
      step: shownStep(stored),
      ...(after.open && { escalation: shownStepEscalation(after.open) }),
    };
    await staged?.(tx, added);
    return added;
  }, { aggregate: `trace ${sessionId}`, attempts: ATTEMPTS });
}

/** Opens or updates the escalation of a trace and tells the agent and whoever watches the board. */
function stageJudgement(
  tx: Tx,
  call: Call,
  judged: { readonly trace: StoredTrace; readonly step: StepInput; readonly escalationId: string },
  settings: TracesSettings,
  nowMs: number,
): { trace: StoredTrace; activity: Pick<Activity, "opened" | "updated"> } {
  const { trace, step, escalationId } = judged;
  const { agentId, sessionId, work } = trace;
  const firing = decideTriggers(work, trace.startedAtMs, settings, nowMs);
  const known = new Set(trace.open?.triggers.map(({ type }) => type));
  const fresh = decideReopened(
    firing.filter(({ type }) => !known.has(type)),
    trace.cleared,
    step,
    settings,
    nowMs,
  );
  const decided = decideEscalation(
    trace.open,
    [...firing.filter(({ type }) => known.has(type)), ...fresh],
    { id: escalationId, step: work.steps, nowMs },
    settings,
  );
  if (!decided) return { trace, activity: {} };
  const { escalation: open, change } = decided;
  const stored = storedEscalation(trace, open);
  // Not read: only commits that hold the trace's record write it.
  tx.touch(escalationKey(tx.workspaceId, agentId, open.id), stored);
  const worst = open.triggers.reduce((a, b) => b.level > a.level ? b : a);
  const shown = { id: open.id, reason: worst.reason };
  if (change !== "same") {
    const escalation = shownEscalation(stored);
    const type = change === "opened" ? "escalation.opened" : "escalation.updated";
    tx.emit(agentStream(agentId), { type, actor: call.actor, escalation });
    tx.emit(BOARD_STREAM, {
      type: "escalation.raised",
      actor: call.actor,
      agentId,
      escalation,
    });
  }
  if (change !== "opened") return { trace: { ...trace, open }, activity: { updated: shown } };
  tx.set(openEscalationKey(tx.workspaceId, open.id), agentId);
  tx.set(traceEscalationKey(tx.workspaceId, agentId, sessionId, open.id), 1);
  stageTally(tx, agentId, "escalations");
  const escalations = { ...trace.escalations, opened: trace.escalations.opened + 1 };
  return { trace: { ...trace, open, escalations }, activity: { opened: shown } };
}

function normalized(given: StepInput) {
  const { knowledgeGained, eliminatedPaths, dependsOn, ...step } = given;
  return {
    ...step,
    ...(knowledgeGained !== undefined && { knowledgeGained: several(knowledgeGained) }),
    ...(eliminatedPaths !== undefined && { eliminatedPaths: several(eliminatedPaths) }),
    ...(dependsOn !== undefined && { dependsOn: several(dependsOn) }),
  };
}

const several = (given: string | string[]) => typeof given === "string" ? [given] : given;

function ended({ sessionId, completedAtMs }: StoredTrace): AppError {
  const at = new Date(completedAtMs!).toISOString();
  return new AppError("conflict", {
    detail: `Trace "${sessionId}" was completed at ${at}; start another for further steps`,
    extension: { sessionId, completedAt: at },
  });
}
