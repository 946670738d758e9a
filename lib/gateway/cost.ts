/** What a call costs. */
import type { Usage } from "../agents/model.ts";
import type { ModelInfo } from "../agents/model_port.ts";

const PER = 1_000_000;

/** Whole micro-dollars, rounded up: a call with a price is never free. */
export function costMicros(
  model: Pick<ModelInfo, "priceInMicrosPerMTok" | "priceOutMicrosPerMTok">,
  usage: Usage,
): number {
  const sum = usage.inputTokens * model.priceInMicrosPerMTok +
    usage.outputTokens * model.priceOutMicrosPerMTok;
  return Math.ceil(sum / PER);
}
