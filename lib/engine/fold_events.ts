/** What each event of a run changes in its view. Total: an event that means nothing here is passed over. */
import type { CutFields, RunEvent } from "./events.ts";
import type { RunState } from "./fold_state.ts";
import type { Effect, Step } from "./schema.ts";
import { isFinalStep, nextRunStatus, nextStepStatus, type RunTrigger } from "./state_machine.ts";

/** Thoughts and actions shown per step; the log keeps all. */
const MAX_LOG_LINES = 200;

/** Takes an event in; one at or before the cursor changes nothing. */
export function applyEvent(state: RunState, event: RunEvent): void {
  if (event.id !== undefined) {
    if (compareIds(event.id, state.cursor) <= 0) return;
    state.cursor = event.id;
  }
  applyRunEvent(state, event);
}

/** Order of event ids `<versionstamp>.<index>`; "" is before all. */
export function compareIds(a: string, b: string): number {
  const dotA = a.indexOf(".");
  const dotB = b.indexOf(".");
  const stampA = a.slice(0, Math.max(0, dotA));
  const stampB = b.slice(0, Math.max(0, dotB));
  if (stampA !== stampB) return stampA < stampB ? -1 : 1;
  return Number(a.slice(dotA + 1)) - Number(b.slice(dotB + 1));
}

function applyRunEvent(state: RunState, event: RunEvent): void {
  switch (event.type) {
    case "run.created":
      state.run = { ...event.run, usage: { ...event.run.usage } };
      state.covenant = { ...event.covenant, used: { ...event.covenant.used } };
      return;
    case "run.started":
      if (move(state, "start")) state.run.startedAt ??= event.at;
      return;
    case "run.waiting":
      if (!move(state, "wait")) return;
      state.run.waitingFor = [...event.waitingFor];
      return spendTime(state, event.timeMs);
    case "run.paused":
      if (move(state, "pause") && event.timeMs !== undefined) spendTime(state, event.timeMs);
      return;
    case "run.resumed":
      if (move(state, "resume")) delete state.run.waitingFor;
      return;
    case "run.completed":
    case "run.failed":
    case "run.canceled":
      return endRun(state, event);
    case "run.rewound":
      reopen(state, event, event.stepId);
      return restart(state, event.stepId, undefined);
    case "covenant.updated":
      state.covenant = { ...event.covenant, used: { ...event.covenant.used } };
      return;
    case "approval.requested":
      if (!state.approvals.some((a) => a.id === event.approval.id)) {
        state.approvals.push(event.approval);
      }
      return;
    case "approval.answered": {
      const at = state.approvals.findIndex((a) => a.id === event.approvalId);
      if (at < 0) return;
      state.approvals[at] = {
        ...state.approvals[at]!,
        status: event.status,
        decision: event.decision,
        answeredBy: event.answeredBy,
        answeredAt: event.at,
      };
      return;
    }
    default:
      return applyStepEvent(state, event);
  }
}

function applyStepEvent(state: RunState, event: RunEvent): void {
  switch (event.type) {
    case "step.spawned":
      state.addStep(event.step);
      if (event.step.parentId !== undefined) state.covenant.used.spawns++;
      return;
    case "effect.done":
    case "effect.failed":
      return settleEffect(state, event.effect);
    case "step.retried":
      if (event.superseded) {
        reopen(
          state,
          { superseded: event.superseded, reopened: event.reopened ?? [] },
          event.stepId,
        );
      }
      return restart(state, event.stepId, event.attempt);
    case "step.overridden":
      reopen(state, event, undefined);
      return finishStep(state, event.stepId, "completed", event.at, (step) => {
        step.output = event.output;
        delete step.error;
      });
    case "step.superseded":
      return reopen(state, { superseded: event.superseded, reopened: [] }, undefined);
    case "step.completed":
      return finishStep(state, event.stepId, "completed", event.at, (step) => {
        step.output = event.output;
        step.progress = 100;
      });
    case "step.failed":
      return finishStep(
        state,
        event.stepId,
        event.error.code === "canceled" ? "canceled" : "failed",
        event.at,
        (step) => void (step.error = event.error),
      );
    default:
      return applyStepProgress(state, event);
  }
}

function applyStepProgress(state: RunState, event: RunEvent): void {
  if (!("stepId" in event) || event.stepId === undefined) return;
  const step = state.step(event.stepId);
  if (!step || isFinalStep(step.status)) return;
  switch (event.type) {
    case "step.started":
      step.status = nextStepStatus(step.status, "start") ?? step.status;
      step.startedAt ??= event.at;
      step.attempt = event.attempt;
      if (event.model !== undefined) step.model = event.model;
      return;
    case "step.waiting":
      step.status = nextStepStatus(step.status, "wait") ?? step.status;
      return;
    case "step.progress":
      step.progress = event.progress;
      if (step.parentId === undefined) state.run.progress = event.progress;
      return wake(state, step);
    case "step.thought":
      addLine(step.thoughts, event.at, event.text);
      return wake(state, step);
    case "step.action":
      addLine(step.actions, event.at, event.text);
      return wake(state, step);
    case "step.delta":
      addDelta(step, event.attempt, event.offset, event.delta);
      return wake(state, step);
  }
}

function move(state: RunState, trigger: RunTrigger): boolean {
  const status = nextRunStatus(state.run.status, trigger);
  if (status) state.run.status = status;
  return status !== null;
}

function spendTime(state: RunState, timeMs: number): void {
  state.covenant.used.timeMs = timeMs;
}

type EndEvent = Extract<RunEvent, { type: "run.completed" | "run.failed" | "run.canceled" }>;

function endRun(state: RunState, event: EndEvent): void {
  const trigger =
    ({ "run.completed": "complete", "run.failed": "fail", "run.canceled": "cancel" } as const)[
      event.type
    ];
  if (!move(state, trigger)) return;
  const { run } = state;
  delete run.waitingFor;
  run.completedAt = event.at;
  spendTime(state, event.timeMs);
  if (event.type === "run.completed") {
    run.output = event.output;
    run.progress = 100;
    state.covenant.status = state.covenant.broken ? "broken" : "completed";
  } else if (event.type === "run.failed") {
    run.error = event.error;
    if (event.output !== undefined) run.output = event.output;
    state.covenant.status = "broken";
    if (event.broken) state.covenant.broken = event.broken;
  } else {
    state.covenant.status = "canceled";
  }
  for (const { id, status } of state.steps) {
    if (!isFinalStep(status)) finishStep(state, id, "canceled", event.at, () => {});
  }
}

function finishStep(
  state: RunState,
  id: string,
  status: "completed" | "failed" | "canceled",
  at: string,
  change: (step: Step) => void,
): void {
  const step = state.step(id);
  if (!step || step.status === "superseded") return;
  wake(state, step);
  step.status = status;
  step.completedAt = at;
  change(step);
}

/** A step that does something again is not waiting, and neither are those who wait for it. */
function wake(state: RunState, step: Step): void {
  let at: Step | undefined = step;
  while (at && at.status === "waiting") {
    at.status = nextStepStatus(at.status, "wake") ?? at.status;
    at = at.parentId === undefined ? undefined : state.step(at.parentId);
  }
}

function settleEffect(state: RunState, effect: Effect): void {
  const step = state.step(effect.stepId);
  const { run } = state;
  if (effect.costMicros > 0 || effect.usage) {
    const input = effect.usage?.inputTokens ?? 0;
    const output = effect.usage?.outputTokens ?? 0;
    run.costMicros += effect.costMicros;
    addUsage(run.usage, input, output);
    const { used } = state.covenant;
    used.costMicros += effect.costMicros;
    used.tokens += input + output;
    if (step) {
      step.costMicros += effect.costMicros;
      addUsage(step.usage, input, output);
    }
  }
  if (!step) return;
  if (effect.model !== undefined) {
    step.model = effect.model;
    if (step.answer) run.model = effect.model;
  }
  if (!isFinalStep(step.status)) wake(state, step);
}

function addUsage(usage: Step["usage"], input: number, output: number): void {
  usage.inputTokens += input;
  usage.outputTokens += output;
}

/** Marks what a cut took back, and lets the finished steps that must run again do so. */
function reopen(
  state: RunState,
  cut: Pick<CutFields, "superseded" | "reopened">,
  restarted: string | undefined,
): void {
  for (const id of cut.superseded) {
    const step = state.step(id);
    if (step) step.status = nextStepStatus(step.status, "supersede") ?? step.status;
  }
  for (const id of cut.reopened) if (id !== restarted) restart(state, id, undefined);
  if (cut.reopened.length === 0 && restarted === undefined) return;
  const { run } = state;
  if (!move(state, "reopen")) return;
  delete run.error;
  delete run.output;
  delete run.completedAt;
  delete run.waitingFor;
  const { broken: _, ...covenant } = state.covenant;
  state.covenant = { ...covenant, status: covenant.status === "draft" ? "draft" : "active" };
}

function restart(state: RunState, id: string, attempt: number | undefined): void {
  const step = state.step(id);
  if (!step || step.status === "superseded") return;
  step.status = "running";
  step.attempt = attempt ?? step.attempt + 1;
  step.text = "";
  delete step.output;
  delete step.error;
  delete step.completedAt;
}

function addLine(lines: { at: string; text: string }[], at: string, text: string): void {
  lines.push({ at, text });
  if (lines.length > MAX_LOG_LINES) lines.splice(0, lines.length - MAX_LOG_LINES);
}

function addDelta(step: Step, attempt: number, offset: number, delta: string): void {
  if (attempt < step.attempt) return;
  if (attempt > step.attempt) {
    step.attempt = attempt;
    step.text = "";
  }
  if (offset === step.text.length) step.text += delta;
  else if (offset < step.text.length) step.text = step.text.slice(0, offset) + delta;
}
