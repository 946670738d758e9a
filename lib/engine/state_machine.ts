/** Which status a run or a step may take next, as pure tables. Browser-safe. */
import type { RunStatus, StepStatus } from "./schema.ts";

export type RunTrigger =
  | "start"
  | "wait"
  | "wake"
  | "pause"
  | "resume"
  | "complete"
  | "fail"
  | "cancel"
  | "reopen";

const RUN: Record<RunStatus, Partial<Record<RunTrigger, RunStatus>>> = {
  pending: { start: "running", pause: "paused", cancel: "canceled", fail: "failed" },
  running: {
    wait: "waiting",
    pause: "paused",
    complete: "completed",
    fail: "failed",
    cancel: "canceled",
    reopen: "running",
  },
  waiting: {
    wake: "running",
    resume: "running",
    pause: "paused",
    fail: "failed",
    cancel: "canceled",
    reopen: "running",
  },
  // What was in flight when it was paused may have been the last it needed.
  paused: {
    resume: "running",
    complete: "completed",
    cancel: "canceled",
    fail: "failed",
    reopen: "paused",
  },
  completed: { reopen: "running" },
  failed: { reopen: "running" },
  canceled: { reopen: "running" },
};

/** The status after the trigger, or null where it means nothing. */
export function nextRunStatus(status: RunStatus, trigger: RunTrigger): RunStatus | null {
  return RUN[status][trigger] ?? null;
}

export function isFinalRun(status: RunStatus): boolean {
  return status === "completed" || status === "failed" || status === "canceled";
}

export type StepTrigger =
  | "queue"
  | "start"
  | "wait"
  | "wake"
  | "complete"
  | "fail"
  | "cancel"
  | "reopen"
  | "supersede";

const STEP: Record<StepStatus, Partial<Record<StepTrigger, StepStatus>>> = {
  pending: { queue: "queued", start: "running", cancel: "canceled", supersede: "superseded" },
  queued: {
    start: "running",
    complete: "completed",
    fail: "failed",
    cancel: "canceled",
    supersede: "superseded",
  },
  running: {
    start: "running",
    wait: "waiting",
    wake: "running",
    complete: "completed",
    fail: "failed",
    cancel: "canceled",
    reopen: "running",
    supersede: "superseded",
  },
  waiting: {
    start: "running",
    wait: "waiting",
    wake: "running",
    complete: "completed",
    fail: "failed",
    cancel: "canceled",
    reopen: "running",
    supersede: "superseded",
  },
  completed: { reopen: "running", supersede: "superseded" },
  failed: { reopen: "running", supersede: "superseded" },
  canceled: { reopen: "running", supersede: "superseded" },
  superseded: {},
};

/** The status after the trigger, or null where it means nothing. */
export function nextStepStatus(status: StepStatus, trigger: StepTrigger): StepStatus | null {
  return STEP[status][trigger] ?? null;
}

export function isFinalStep(status: StepStatus): boolean {
  return status === "completed" || status === "failed" || status === "canceled" ||
    status === "superseded";
}
