/** How a run ends: its open steps are stopped, its last events staged, and the end is written. */
import { AppError } from "../../kernel/core/errors.ts";
import type { Json } from "../../kernel/core/json.ts";
import { brokenClause } from "../effects/budget.ts";
import { type Packed, problemOf, restoreError, storeError } from "../journal/journal.ts";
import { isStoreFault, pack, packedBytes, shownValue } from "../values.ts";
import { endRun } from "./closing.ts";
import type { LiveRun } from "./live_run.ts";
import { cancelStep } from "./step_life.ts";
import type { StepRun } from "./step_run.ts";

/** `root`: its function has just ended; null: its output was given or recorded before. */
export function completeRun(run: LiveRun, root: StepRun | null, output: Packed): Promise<void> {
  return end(run, root, (timeMs) => {
    if (root) {
      run.emit(
        {
          type: "step.completed",
          at: run.at(),
          actor: root.actor,
          stepId: root.id,
          output: shownValue(output),
        },
        { s: 0, r: "i" in output ? undefined : output },
        500 + packedBytes(output),
      );
    }
    const { costMicros, usage } = run.state.run;
    run.emit({
      type: "run.completed",
      at: run.at(),
      actor: "system",
      output: shownValue(output),
      costMicros,
      usage,
      progress: 100,
      timeMs,
    });
  });
}

/** `originId`: the step where it began; `failedId`: the one that is recorded as failed with it. */
export async function failRun(
  run: LiveRun,
  error: AppError,
  originId: string | undefined,
  failedId?: string,
): Promise<void> {
  let packed: Packed | undefined;
  try {
    const partial = error.data?.output as Json | undefined;
    packed = partial === undefined ? partialAnswer(run) : await pack(run.scope, partial);
  } catch (unkept) {
    if (isStoreFault(unkept)) return run.lose(unkept);
  }
  const stored = storeError(error, originId);
  await end(run, null, (timeMs) => {
    if (failedId !== undefined) {
      run.emit({
        type: "step.failed",
        at: run.at(),
        actor: "system",
        stepId: failedId,
        error: problemOf(stored),
      }, { e: stored });
    }
    run.emit({
      type: "run.failed",
      at: run.at(),
      actor: "system",
      error: problemOf(stored),
      ...(packed ? { output: shownValue(packed) } : {}),
      broken: brokenClause(restoreError(stored)),
      timeMs,
    });
  });
}

/** What the answering step has streamed so far, when the run fails. */
function partialAnswer(run: LiveRun): Packed | undefined {
  const { steps } = run.state;
  for (let i = steps.length - 1; i >= 0; i--) {
    const { answer, text, status } = steps[i]!;
    if (answer && text !== "" && status !== "superseded") return { i: text.slice(0, 3_000) };
  }
  return undefined;
}

export function cancelRun(
  run: LiveRun,
  actor: string,
  reason: string | undefined,
  stage?: () => void,
): Promise<void> {
  return end(run, null, (timeMs) => {
    stage?.();
    run.emit({
      type: "run.canceled",
      at: run.at(),
      actor,
      ...(reason === undefined ? {} : { reason }),
      timeMs,
    });
  });
}

/** Never rejects: a run whose end cannot be written is lost, and ends when it is taken up again. */
async function end(
  run: LiveRun,
  root: StepRun | null,
  emitEnd: (timeMs: number) => void,
): Promise<void> {
  if (run.ending || run.over) return;
  run.ending = true;
  const { execution } = run;
  try {
    if (execution.steps.size > 0) {
      const open = [...execution.steps.values()].filter((step) => step !== root && !step.ended);
      // Children first: the deepest steps are told before those they work for.
      open.sort((a, b) => b.depth - a.depth);
      for (const step of open) if (step.depth > 1) cancelStep(step, "The run ended");
    }
    if (!execution.finish()) {
      await execution.stop(new AppError("canceled", { detail: "The run ended" }));
    }
    run.stopDeltas();
    if (run.over || run.writer.lost) return;
    await endRun(run, () => emitEnd(run.activeMs()));
  } catch (error) {
    run.lose(error);
  }
}
