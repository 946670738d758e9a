/** Waits that free the worker: timers and named signals. They may last months. */
import type { Json } from "../../kernel/core/json.ts";
import { digestArgs } from "../journal/digest.ts";
import type { WaitKind } from "../events.ts";
import type { RecordedWait } from "../journal/ledger.ts";
import type { Answer } from "../run/parked.ts";
import type { Issued } from "../run/issued.ts";
import { keep } from "../run/keep.ts";
import type { StepRun } from "../run/step_run.ts";
import { shownEffect } from "./shown.ts";

export async function sleep(step: StepRun, ms: number): Promise<void> {
  const issued = step.issue(step.nextOrder(), "sleep", digestArgs(ms));
  if (issued.record?.s !== undefined) return await step.replay(issued.record, () => undefined);
  await step.execution.passGate();
  const now = step.run.deps.ctx.clock.now();
  const until = step.run.state.run.mode === "dry-run" ? now : now + Math.max(0, ms);
  const startedAt = step.run.at();
  const { id } = await wait(step, issued, {
    effect: "sleep",
    kind: "timer",
    on: `timer:${step.id}:${issued.order}`,
    until,
  });
  const effect = shownEffect(step, issued, {
    id,
    kind: "sleep",
    name: "sleep",
    status: "done",
    startedAt,
    request: { ms },
  });
  return await new Promise((resolve) =>
    step.done(issued, { effect, result: { i: null } }, resolve)
  );
}

export async function waitFor(step: StepRun, name: string): Promise<Json> {
  const issued = step.issue(step.nextOrder(), "wait", digestArgs(name));
  if (issued.record?.s !== undefined) return await step.replay(issued.record, (value) => value);
  await step.execution.passGate();
  const startedAt = step.run.at();
  const dry = step.run.state.run.mode === "dry-run";
  const { id, answer } = await wait(step, issued, {
    effect: "wait",
    kind: dry ? "timer" : "signal",
    on: name,
    ...(dry ? { until: step.run.deps.ctx.clock.now() } : {}),
  });
  const result = await keep(step, answer.value);
  const effect = shownEffect(step, issued, {
    id,
    kind: "wait",
    name,
    status: "done",
    startedAt,
  });
  answer.consume();
  return await new Promise((resolve) =>
    step.done(issued, { effect, result }, () => resolve(answer.value))
  );
}

export interface NewWait {
  /** Kind of the effect that waits. */
  readonly effect: string;
  readonly kind: WaitKind;
  /** Name of the answer. */
  readonly on: string;
  readonly until?: number;
  readonly unknown?: boolean;
  /** Stages what belongs into the commit of the wait, such as an approval. */
  readonly stage?: () => void;
}

/** Records the wait, unless it is recorded already, and waits; active again when it returns. */
export async function wait(
  step: StepRun,
  issued: Issued,
  input: NewWait,
): Promise<{ id: string; answer: Answer }> {
  const { run, execution } = step;
  const known = issued.record?.wait;
  if (known && issued.record) {
    return { id: issued.record.id, answer: await execution.parked.park(step, known) };
  }
  const id = issued.record?.id ?? run.deps.ctx.ids.next("effect");
  const record: RecordedWait = {
    kind: input.kind,
    on: input.on,
    ...(input.until === undefined ? {} : { until: input.until }),
    unknown: input.unknown ?? false,
  };
  input.stage?.();
  run.emit({
    type: "step.waiting",
    at: run.at(),
    actor: step.actor,
    stepId: step.id,
    kind: input.kind,
    name: input.on,
    until: input.until === undefined ? undefined : new Date(input.until).toISOString(),
  }, {
    n: issued.order,
    a: issued.given,
    k: issued.key,
    id,
    f: input.effect,
    wait: input.kind,
    on: input.on,
    until: input.until,
    u: input.unknown ? 1 : undefined,
  });
  return { id, answer: await execution.parked.park(step, record) };
}
