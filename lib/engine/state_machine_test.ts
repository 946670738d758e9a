import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { runStatus, stepStatus } from "./schema.ts";
import {
  isFinalRun,
  isFinalStep,
  nextRunStatus,
  nextStepStatus,
  type RunTrigger,
  type StepTrigger,
} from "./state_machine.ts";

const RUN_TRIGGERS: RunTrigger[] = [
  "start",
  "wait",
  "wake",
  "pause",
  "resume",
  "complete",
  "fail",
  "cancel",
  "reopen",
];
const STEP_TRIGGERS: StepTrigger[] = [
  "queue",
  "start",
  "wait",
  "wake",
  "complete",
  "fail",
  "cancel",
  "reopen",
  "supersede",
];

Deno.test("nextRunStatus() leaves a final status only by reopening", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...runStatus.options),
      fc.constantFrom(...RUN_TRIGGERS),
      (status, trigger) => {
        const next = nextRunStatus(status, trigger);
        if (next !== null) assert(runStatus.options.includes(next));
        if (isFinalRun(status) && next !== null) assertEquals(trigger, "reopen");
      },
    ),
  );
});

Deno.test("nextRunStatus() completes only what has started, and lets anything unfinished be canceled", () => {
  for (const status of runStatus.options) {
    if (nextRunStatus(status, "complete")) assert(status === "running" || status === "paused");
    assertEquals(nextRunStatus(status, "cancel") === "canceled", !isFinalRun(status));
    assertEquals(nextRunStatus(status, "fail") === "failed", !isFinalRun(status));
  }
});

Deno.test("any sequence of triggers keeps a run in a known status, and a fresh one can always end", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...RUN_TRIGGERS), { maxLength: 30 }), (triggers) => {
      let status = runStatus.options[0]!;
      for (const trigger of triggers) status = nextRunStatus(status, trigger) ?? status;
      assert(runStatus.options.includes(status));
      if (!isFinalRun(status)) assertEquals(nextRunStatus(status, "cancel"), "canceled");
    }),
  );
});

Deno.test("nextStepStatus() never brings a superseded step back", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...stepStatus.options),
      fc.constantFrom(...STEP_TRIGGERS),
      (status, trigger) => {
        const next = nextStepStatus(status, trigger);
        if (status === "superseded") assertEquals(next, null);
        if (isFinalStep(status) && next !== null) {
          assert(trigger === "reopen" || trigger === "supersede");
        }
      },
    ),
  );
});
