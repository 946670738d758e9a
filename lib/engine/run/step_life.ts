/** A step from its start to its end: its function, its time limit, its children, its record. */
import { AppError, toAppError } from "../../kernel/core/errors.ts";
import type { Json } from "../../kernel/core/json.ts";
import { isTracing, withSpan } from "../../kernel/platform/otel.ts";
import { originOf, type Packed, restoreError, storeError } from "../journal/journal.ts";
import { closeQuestions } from "./closing.ts";
import { keep } from "./keep.ts";
import type { StepRun } from "./step_run.ts";
import { isFinalStep } from "../state_machine.ts";
import { shownValue } from "../values.ts";

/** Runs the step's function; its end is told to whoever spawned it. Never rejects. */
export async function execute(step: StepRun, input: Json): Promise<void> {
  const { run, execution } = step;
  execution.liveSteps++;
  if (step.shown.startedAt === undefined || step.shown.status === "queued") {
    run.emit({
      type: "step.started",
      at: run.at(),
      actor: step.actor,
      stepId: step.id,
      attempt: step.shown.attempt,
      model: step.defaultModel,
    });
  }
  armTimeout(step);
  try {
    const output = await (isTracing() ? traced(step, input) : callAgent(step, input));
    if (step.ended || execution.stopped) return;
    const unasked = step.unaskedRecord();
    if (unasked) return execution.fail(step, unasked);
    const packed = keep(step, output);
    if (!(packed instanceof Promise)) return complete(step, output, packed);
    execution.enter();
    try {
      complete(step, output, await packed);
    } finally {
      execution.leave();
    }
  } catch (thrown) {
    if (step.ended || execution.stopped) return;
    const error = toAppError(thrown);
    if (error.code === "internal") run.logError("A step failed", error, step);
    failStep(step, error);
  }
}

function traced(step: StepRun, input: Json): Promise<Json> {
  const attributes = {
    "gen_ai.operation.name": "invoke_agent",
    "gen_ai.agent.name": step.agent,
    "muster.run.id": step.run.id,
    "muster.step.id": step.id,
  };
  return withSpan("invoke_agent " + step.agent, attributes, () => callAgent(step, input));
}

export async function callAgent(step: StepRun, input: Json): Promise<Json> {
  const agent = step.run.deps.agents.get(step.agent);
  if (!agent) {
    throw new AppError("invalid_input", { detail: `There is no agent "${step.agent}" any more` });
  }
  const parsed = agent.input.safeParse(input);
  if (!parsed.success) {
    throw new AppError("invalid_input", {
      detail: `The input of agent "${agent.id}" does not fit: ${issuesText(parsed.error.issues)}`,
    });
  }
  const output = await agent.run(step, parsed.data);
  const checked = agent.output.safeParse(output);
  if (checked.success) return (checked.data ?? null) as Json;
  throw new AppError("upstream_failed", {
    retryable: false,
    detail: `The output of agent "${agent.id}" does not fit: ${issuesText(checked.error.issues)}`,
  });
}

function issuesText(
  issues: readonly { readonly path: PropertyKey[]; readonly message: string }[],
): string {
  return issues.slice(0, 5)
    .map((issue) => `${issue.path.map(String).join(".") || "value"}: ${issue.message}`)
    .join("; ");
}

function complete(step: StepRun, output: Json, packed: Packed): void {
  const { run, parent } = step;
  if (step.ended || step.execution.stopped) return;
  end(step);
  if (!parent) return run.completeFrom(step, packed);
  const join = parent.joined();
  const inline = "i" in packed;
  try {
    run.emit(
      {
        type: "step.completed",
        at: run.at(),
        actor: step.actor,
        stepId: step.id,
        output: shownValue(packed),
      },
      inline ? join : { ...join, r: packed },
    );
  } catch (error) {
    // It has ended, so nothing else can be said of it.
    return run.lose(error);
  }
  tell(step, parent, join, null, output);
}

/** Ends the step with an error; live children end with it, deepest first. */
export function failStep(step: StepRun, error: AppError): void {
  const { run, parent } = step;
  if (step.ended || step.execution.stopped) return;
  end(step);
  if (!parent) return run.failFrom(step, error);
  const stored = storeError(error, originOf(error) ?? step.id);
  const join = parent.joined();
  run.emit(
    {
      type: "step.failed",
      at: run.at(),
      actor: step.actor,
      stepId: step.id,
      error: { code: stored.code, message: stored.detail, stepId: stored.stepId },
    },
    { ...join, e: stored },
  );
  tell(step, parent, join, restoreError(stored), null);
}

function tell(
  step: StepRun,
  parent: StepRun,
  join: { readonly s: number; readonly v: number | undefined },
  error: AppError | null,
  output: Json,
): void {
  parent.children.delete(step);
  step.execution.enter();
  parent.give(join.s, join.v, () => step.settle?.(error, output));
}

/** The function has ended: what it left running has nobody to wait for it. */
function end(step: StepRun): void {
  const { execution } = step;
  step.ended = true;
  step.cancelTimeout?.();
  execution.liveSteps--;
  if (execution.parked.size > 0) {
    const asked = execution.parked.forget(step);
    if (asked.length > 0 && !step.run.ending) void closeQuestions(step.run, asked);
  }
  if (step.hasChildren) {
    for (const child of [...step.children]) cancelStep(child, `Its parent step "${step.id}" ended`);
  }
  execution.steps.delete(step.id);
}

/** Stops a step and all below it. Its open calls are aborted. */
export function cancelStep(step: StepRun, reason: string): void {
  if (step.ended) return;
  const { run } = step;
  const error = new AppError("canceled", { detail: reason });
  step.abort(error);
  end(step);
  step.parent?.children.delete(step);
  if (isFinalStep(step.shown.status)) return;
  const stored = storeError(error, step.id);
  run.emit({
    type: "step.failed",
    at: run.at(),
    actor: "system",
    stepId: step.id,
    error: { code: stored.code, message: stored.detail, stepId: step.id },
  }, { e: stored });
}

/** The step's time limit counts from its start, without the time its run was suspended. */
function armTimeout(step: StepRun): void {
  const { timeoutMs, run } = step;
  if (timeoutMs === undefined) return;
  const { clock } = run.deps.ctx;
  const startedAt = Date.parse(step.shown.startedAt ?? run.at());
  const left = timeoutMs - run.active.sinceMs(clock, startedAt);
  step.cancelTimeout = clock.timer(Math.max(0, left), () => {
    const error = new AppError("deadline_exceeded", {
      detail: `Step "${step.id}" (${step.agent}) took longer than its ${timeoutMs} ms`,
      data: { clause: "timeoutMs", limit: timeoutMs, used: timeoutMs },
    });
    step.abort(error);
    failStep(step, error);
  });
}
