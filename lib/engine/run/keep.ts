/**
 * Values of a step's effects on their way to the store and back. A store that fails is an answer to nothing:
 * the run is given up here and taken up again from its log, where recording a failure would stand for good.
 */
import { toAppError } from "../../kernel/core/errors.ts";
import type { Json } from "../../kernel/core/json.ts";
import type { Packed } from "../journal/journal.ts";
import { isStoreFault, pack, unpack } from "../values.ts";
import type { StepRun } from "./step_run.ts";

/** The value as the journal keeps it. */
export function keep(step: StepRun, value: Json): Packed | Promise<Packed> {
  const packed = pack(step.run.scope, value);
  return packed instanceof Promise ? packed.catch((error) => unkept(step, error)) : packed;
}

function unkept(step: StepRun, error: unknown): Promise<never> {
  if (!isStoreFault(error)) throw error;
  step.run.lose(error);
  return new Promise(() => {});
}

/** A recorded value could not be read. */
export function unread(step: StepRun, error: unknown): void {
  if (isStoreFault(error) && !step.run.replaying) step.run.lose(error);
  else step.execution.fail(step, toAppError(error));
}

/** A recorded value, read again. */
export async function recall(step: StepRun, packed: Packed): Promise<Json> {
  try {
    return await unpack(step.run.scope, packed);
  } catch (error) {
    unread(step, error);
    return await new Promise(() => {});
  }
}
