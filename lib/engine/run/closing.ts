/** The commits that end a run's life in this process: its end, a suspension, a pause, a hand-over. */
import { applyEvent } from "../fold_events.ts";
import { getApproval, stageApprovalClosed } from "../../governance/mod.ts";
import type { Key, WriteSet } from "../../kernel/kv/mod.ts";
import { keyId } from "../../kernel/kv/keyspace.ts";
import type { RunEvent } from "../events.ts";
import { RunState } from "../fold_state.ts";
import { sessionAdvance, stageWake } from "../jobs.ts";
import { lossKey, ownIndexKey, ownKey, runStream, signalKey } from "../keys.ts";
import type { LiveRun } from "./live_run.ts";
import { stageHeldRecord, stageSummary } from "../record.ts";
import type { StepRun } from "./step_run.ts";
import { lostError } from "./writer.ts";

/** Of what a waiting run is shown to wait for; the rest is counted. */
const SHOWN_WAITS = 50;
const SHOWN_NAME_CHARS = 200;
/** More of them than fit the commit of a suspension are told before it. */
const WAITING_EVENTS = 30;
/** Questions closed by one commit. */
const CLOSED_AT_ONCE = 10;
const CLOSED_BYTES = 60_000;
/** Answers nobody took that go with the end; more are taken away before it. */
const LEFT_AT_END = 100;

/**
 * Ends the run by one commit: its last events, the summary, the news to its session, the release. Questions
 * still open are closed before, so that no answer comes between.
 */
export async function endRun(run: LiveRun, emitEnd: () => void): Promise<void> {
  const open = run.state.approvals.filter((approval) => approval.status === "open");
  if (open.length > 0) {
    await run.writer.flush();
    await closeAll(run, open.map((approval) => approval.id));
    await run.answers.refresh();
  }
  const left = run.answers.left();
  for (const key of left.slice(LEFT_AT_END)) run.staged.delete(key);
  emitEnd();
  stageEnd(run, run.staged, left.slice(0, LEFT_AT_END));
  await run.writer.flush();
  run.close();
}

function stageEnd(run: LiveRun, set: WriteSet, left: readonly Key[]): void {
  const { kv } = run.deps.ctx;
  const { sessionId } = run.state.run;
  stageSummary(set, run.workspaceId, run.state);
  stageRelease(run, set);
  for (const key of left) set.delete(key);
  if (sessionId !== undefined) {
    set.enqueue(sessionAdvance.stage({ kv }, run.workspaceId, { sessionId, runId: run.id }));
  }
}

/** Gives the ownership up, and forgets how often it was lost. */
export function stageRelease(run: LiveRun, set: WriteSet): void {
  set.delete(ownKey(run.workspaceId, run.id));
  set.delete(ownIndexKey(run.instanceId, run.id));
  if (run.losses > 0) set.delete(lossKey(run.workspaceId, run.id));
}

/** Closes questions whose step nobody waits for any more, unless they are answered first. */
export async function closeQuestions(run: LiveRun, approvalIds: readonly string[]): Promise<void> {
  try {
    await closeAll(run, approvalIds);
  } catch (error) {
    run.deps.ctx.log.warn("questions stay open", { run: run.id, error: String(error) });
  }
}

/** A few by one commit: each holds their records. An answer that comes in between makes it look again. */
async function closeAll(run: LiveRun, approvalIds: readonly string[]): Promise<void> {
  const { kv } = run.deps.ctx;
  for (let at = 0; at < approvalIds.length && !run.over;) {
    const seen = await kv.get(signalKey(run.workspaceId, run.id));
    const set = fenced(run, seen.versionstamp);
    const { events, next } = await stageClosed(run, set, approvalIds, at);
    if (events.length > 0) {
      const outcome = await kv.submit(set);
      if (!outcome.ok) {
        if (isLost(run, outcome.stale)) throw lostError();
        continue;
      }
      for (const event of events) applyEvent(run.state, event);
    }
    at = next;
  }
}

async function stageClosed(
  run: LiveRun,
  set: WriteSet,
  approvalIds: readonly string[],
  from: number,
): Promise<{ events: RunEvent[]; next: number }> {
  const { ctx } = run.deps;
  const events: RunEvent[] = [];
  let next = from;
  while (next < approvalIds.length && events.length < CLOSED_AT_ONCE && set.size < CLOSED_BYTES) {
    const id = approvalIds[next++]!;
    const approval = await getApproval(ctx, run.workspaceId, id);
    if (approval?.status !== "open") continue;
    const closed = stageApprovalClosed(set, run.workspaceId, approval, ctx.clock.now());
    const event: RunEvent = {
      type: "approval.answered",
      at: run.at(),
      actor: "system",
      approvalId: id,
      status: closed.status,
      decision: null,
      answeredBy: "system",
    };
    set.emit(run.workspaceId, runStream(run.id), event);
    events.push(event);
  }
  return { events, next };
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
    const stays = () => execution.active > 0 || run.writer.busy || execution.stopped;
    if (stays()) return;
    const due = execution.paused ? Infinity : parked.nextDue();
    const events = execution.paused ? [] : waitingEvents(run);
    if (events.length > WAITING_EVENTS) {
      for (const event of events.splice(0, events.length - 1)) run.emit(event);
      await run.writer.flush();
      if (stays()) return;
    }
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
  const set = fenced(run, run.answers.seen);
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

/** Fails when the run is owned elsewhere, or when something came in since `seen`. */
function fenced(run: LiveRun, seen: string | null): WriteSet {
  return run.deps.ctx.kv.writeSet("run")
    .assume(run.writer.fence.key, run.writer.fence.version ?? null)
    .assume(signalKey(run.workspaceId, run.id), seen);
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
  let waits = 0;
  for (const { step, wait } of run.execution.parked.entries()) {
    const name = wait.on.slice(0, SHOWN_NAME_CHARS);
    if (waits++ < SHOWN_WAITS) {
      waitingFor.push(
        wait.kind === "timer"
          ? `timer:${new Date(wait.until!).toISOString()}`
          : `${wait.kind}:${name}`,
      );
    }
    if (step.shown.status !== "waiting" && !told.has(step.id)) {
      told.add(step.id);
      events.push({
        type: "step.waiting",
        at,
        actor: step.actor,
        stepId: step.id,
        kind: wait.kind,
        name,
      });
    }
    for (let child = step; child.parent; child = child.parent) {
      tell(child.parent, "children", child.id);
    }
  }
  if (waits > SHOWN_WAITS) waitingFor.push(`… ${waits - SHOWN_WAITS} more`);
  events.push({
    type: "run.waiting",
    at,
    actor: "system",
    waitingFor,
    timeMs: run.activeMs(),
  });
  return events;
}
