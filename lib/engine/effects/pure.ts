/** Effects that need nobody: recorded values, the model catalogue, the inbox. */
import type { Json } from "../../kernel/core/json.ts";
import type { ModelInfo } from "../../agents/model_port.ts";
import { shownEffect } from "./shown.ts";
import { keep } from "../run/keep.ts";
import type { StepRun } from "../run/step_run.ts";

/** A value of this instant, the same on every replay. */
export function recorded<T extends Json>(step: StepRun, kind: string, read: () => T): Promise<T> {
  return take(step, kind, read, (value) => value as T);
}

export function models(step: StepRun): Promise<readonly ModelInfo[]> {
  return take(
    step,
    "models",
    () => step.run.deps.models.list() as unknown as Json,
    (value) => value as unknown as ModelInfo[],
  );
}

export function inbox(step: StepRun): Promise<string[]> {
  return take(
    step,
    "inbox",
    () => step.run.newMessages(step).map((m) => ({ id: m.id, content: m.content })),
    (value) =>
      (value as { id: string; content: string }[]).map((message) => {
        step.seenMessages.add(message.id);
        return message.content;
      }),
  );
}

async function take<T>(
  step: StepRun,
  kind: string,
  read: () => Json,
  decode: (value: Json) => T,
): Promise<T> {
  const issued = step.issue(step.nextOrder(), kind, "");
  if (issued.record?.s !== undefined) return step.replay(issued.record, decode);
  await step.execution.passGate();
  step.execution.enter();
  const startedAt = step.run.at();
  const value = read();
  const result = await keep(step, value);
  const effect = shownEffect(step, issued, { kind, name: kind, startedAt, status: "done" });
  return new Promise((resolve) => {
    step.done(issued, { effect, result }, () => resolve(decode(value)));
  });
}
