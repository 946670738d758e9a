/** An effect as events and the API show it. */
import type { Json } from "../../kernel/core/json.ts";
import type { Effect } from "../schema.ts";
import type { Issued } from "../run/issued.ts";
import type { StepRun } from "../run/step_run.ts";

export interface ShownParts {
  readonly id?: string;
  readonly kind: string;
  readonly name: string;
  readonly status: Effect["status"];
  readonly startedAt: string;
  readonly attempts?: number;
  readonly request?: Json;
  readonly receipt?: Json;
  readonly costMicros?: number;
  readonly usage?: Effect["usage"];
  readonly model?: string;
}

export function shownEffect(step: StepRun, issued: Issued, parts: ShownParts): Effect {
  const { run } = step;
  const effect: Effect = {
    id: parts.id ?? issued.record?.id ?? run.deps.ctx.ids.next("effect"),
    runId: run.id,
    stepId: step.id,
    kind: parts.kind,
    name: parts.name,
    key: issued.key,
    status: parts.status,
    attempts: parts.attempts ?? 1,
    costMicros: parts.costMicros ?? 0,
    startedAt: parts.startedAt,
  };
  if (parts.request !== undefined) effect.request = parts.request;
  if (parts.receipt !== undefined) effect.receipt = parts.receipt;
  if (parts.usage) effect.usage = parts.usage;
  if (parts.model !== undefined) effect.model = parts.model;
  if (parts.status !== "intended") effect.completedAt = run.at();
  return effect;
}
