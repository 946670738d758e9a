/** The commits that end a run's life in this process: its end, a suspension, a pause, a hand-over. */
import { applyEvent } from "../fold_events.ts";
import { getApproval, stageApprovalClosed } from "../../governance/mod.ts";
import type { WriteSet } from "../../kernel/kv/mod.ts";
import { keyId } from "../../kernel/kv/keyspace.ts";
import type { RunEvent } from "../events.ts";
import { RunState } from "../fold_state.ts";
import { sessionAdvance, stageWake } from "../jobs.ts";
import { ownIndexKey, ownKey, runStream, signalKey } from "../keys.ts";
import type { LiveRun } from "./live_run.ts";
import { stageHeldRecord, stageSummary } from "../record.ts";
import type { StepRun } from "./step_run.ts";
import { lostError } from "./writer.ts";

/** Writes the end that was staged, with the summary, and gives the run up. */
export async function endRun(run: LiveRun): Promise<void> {
  const asked = run.state.approvals.some((approval) => approval.status === "open");
  try {
    if (asked) await endAsked(run);
    else {
      stageEnd(run, run.staged);
      await run.writer.flush();
    }
  } catch (error) {
    return run.lose(error);
  }
  run.close();
}

function stageEnd(run: LiveRun, set: WriteSet): void {
  const { kv } = run.deps.ctx;
  const { sessionId } = run.state.run;
  stageSummary(set, run.workspaceId, run.state);
  stageRelease(run, set);
  for (const key of run.answers.left()) set.delete(key);
  if (sessionId !== undefined) {
    set.enqueue(sessionAdvance.stage({ kv }, run.workspaceId, { sessionId, runId: run.id }));
  }
}

function stageRelease(run: LiveRun, set: WriteSet): void {
  set.delete(ownKey(run.workspaceId, run.id));
  set.delete(ownIndexKey(run.instanceId, run.id));
}

/** With questions still open the end races with their answers: an answer touches the run's signal. */
async function endAsked(run: LiveRun): Promise<void> {
  await run.writer.flush();
  for (;;) {
    await run.answers.refresh();
    const set = fenced(run);
    await stageClosed(run, set, run.state.approvals.map((approval) => approval.id));
    stageEnd(run, set);
    const outcome = await run.deps.ctx.kv.submit(set);
    if (outcome.ok) return;
    if (isLost(run, outcome.stale)) throw lostError();
  }
}

/** Closes questions whose step nobody waits for any more, unless they are answered first. */
export async function closeQuestions(run: LiveRun, approvalIds: readonly string[]): Promise<void> {
  try {
    while (!run.over) {
      const { kv } = run.deps.ctx;
      const seen = await kv.get(signalKey(run.workspaceId, run.id));
      const set = kv.writeSet("run").assume(signalKey(run.workspaceId, run.id), seen.versionstamp);
      if (!await stageClosed(run, set, approvalIds) || (await kv.submit(set)).ok) return;
    }
  } catch (error) {
    run.deps.ctx.log.warn("questions stay open", { run: run.id, error: String(error) });
  }
}

/** True when there was one to close. */
async function stageClosed(
  run: LiveRun,
  set: WriteSet,
  approvalIds: readonly string[],
): Promise<boolean> {
  const { ctx } = run.deps;
  let found = false;
  for (const id of approvalIds) {
    const approval = await getApproval(ctx, run.workspaceId, id);
    if (approval?.status !== "open") continue;
    found = true;
    const closed = stageApprovalClosed(set, run.workspaceId, approval, ctx.clock.now());
    set.emit(run.workspaceId, runStream(run.id), {
      type: "approval.answered",
      at: run.at(),
      actor: "system",
      approvalId: id,
      status: closed.status,
      decision: null,
      answeredBy: "system",
    });
  }
  return found;
}

/** Nothing is active: hand the run back. Its summary goes with it, and a wake-up for its next timer. */
export function giveUpRun(run: LiveRun): Promise<void> {
  return run.closingNow = suspend(run);
}

async function suspend(run: LiveRun): Promise<void> {
  const { execution } = run;
  const { parked } = execution;
  run.closing = true;
  parked.freeze();
  try {
    await run.writer.flush();
    if (execution.active > 0 || run.writer.busy || execution.stopped) return;
    const due = execution.paused ? Infinity : parked.nextDue();
    const events = execution.paused ? [] : waitingEvents(run);
    if (await handOver(run, events, due === Infinity ? null : due)) return run.close();
  } catch (error) {
    return run.lose(error);
  } finally {
    run.closing = false;
    if (!run.over) {
      parked.thaw();
      void run.poke();
    }
  }
}

/** Gives the run to whoever takes it next, at once: this process is about to stop. */
export async function handOverNow(run: LiveRun): Promise<void> {
  // It ends or suspends at this moment: that is the better way to go.
  await run.closingNow;
  if (run.ending || run.over) return await run.whenClosed();
  run.closing = true;
  try {
    await run.halt("This instance stops");
    while (!await handOver(run, [], run.deps.ctx.clock.now())) await run.answers.refresh();
    run.close();
  } catch (error) {
    run.lose(error);
  }
}

/** Gives a run back that has nothing to do now: it is final, paused, or still held. */
export async function putBack(run: LiveRun): Promise<void> {
  run.closing = true;
  try {
    await run.writer.flush();
    if (await handOver(run, [], null)) return run.close();
    // Something came in meanwhile: let another wake-up look at all of it.
    await run.answers.refresh();
    if (await handOver(run, [], run.deps.ctx.clock.now())) return run.close();
    run.lose(lostError());
  } catch (error) {
    run.lose(error);
  }
}

/** The commit of a suspension; false when an answer came in between. */
async function handOver(
  run: LiveRun,
  events: readonly RunEvent[],
  wakeAt: number | null,
): Promise<boolean> {
  const { kv, clock } = run.deps.ctx;
  const set = fenced(run);
  const after = new RunState(run.state.view(), true);
  for (const event of events) {
    applyEvent(after, event);
    set.emit(run.workspaceId, runStream(run.id), event);
  }
  if (run.held) stageHeldRecord(set, run.workspaceId, after.run, after.covenant);
  else stageSummary(set, run.workspaceId, after);
  stageRelease(run, set);
  if (wakeAt !== null) {
    stageWake(kv, set, run.workspaceId, run.id, wakeAt <= clock.now() ? undefined : wakeAt);
  }
  const outcome = await kv.submit(set);
  if (outcome.ok) return true;
  if (isLost(run, outcome.stale)) throw lostError();
  return false;
}

function fenced(run: LiveRun): WriteSet {
  return run.deps.ctx.kv.writeSet("run")
    .assume(run.writer.fence.key, run.writer.fence.version ?? null)
    .assume(signalKey(run.workspaceId, run.id), run.answers.seen);
}

function isLost(run: LiveRun, stale: readonly Deno.KvKey[]): boolean {
  const own = keyId(run.writer.fence.key);
  return stale.some((key) => keyId(key) === own);
}

/** Says of each waiting step what it waits for, and of those above that they wait for it. */
function waitingEvents(run: LiveRun): RunEvent[] {
  const at = run.at();
  const events: RunEvent[] = [];
  const waitingFor: string[] = [];
  const told = new Set<string>();
  const tell = (step: StepRun, kind: "children" | "approval", name: string) => {
    if (told.has(step.id) || step.shown.status === "waiting") return;
    told.add(step.id);
    events.push({ type: "step.waiting", at, actor: step.actor, stepId: step.id, kind, name });
  };
  for (const { step, wait } of run.execution.parked.entries()) {
    waitingFor.push(
      wait.kind === "timer"
        ? `timer:${new Date(wait.until!).toISOString()}`
        : `${wait.kind}:${wait.on}`,
    );
    if (step.shown.status !== "waiting" && !told.has(step.id)) {
      told.add(step.id);
      events.push({
        type: "step.waiting",
        at,
        actor: step.actor,
        stepId: step.id,
        kind: wait.kind,
        name: wait.on,
      });
    }
    for (let child = step; child.parent; child = child.parent) {
      tell(child.parent, "children", child.id);
    }
  }
  events.push({
    type: "run.waiting",
    at,
    actor: "system",
    waitingFor,
    timeMs: run.activeMs(),
  });
  return events;
}
