/** The offline model with a gate in the middle of every streamed answer, so that a test can look at half of it. */
import type { ChatOptions, ModelInfo, ModelPort } from "../../lib/agents/model_port.ts";
import type { ModelRequest, ModelResult } from "../../lib/agents/model.ts";
import { catalogueModel, OFFLINE_MODEL } from "../../lib/gateway/catalogue.ts";
import { answerOffline } from "../../lib/gateway/offline/offline_model.ts";
import { countRequest, countText } from "../../lib/gateway/tokens.ts";

export interface GatedModels extends ModelPort {
  /** From now on streamed answers stop halfway. */
  hold(): void;
  /** Lets the answers go on that now stand halfway; later ones stop again. */
  step(): void;
  /** Lets all go on, and stops none any more. */
  open(): void;
}

export function gatedModels(): GatedModels {
  const model = catalogueModel(OFFLINE_MODEL)!;
  let held = false;
  let gate = Promise.withResolvers<void>();
  function step(): void {
    gate.resolve();
    gate = Promise.withResolvers();
  }
  return {
    resolve: () => model,
    countTokens: countRequest,
    list: () => [model],
    chat: async (request, options) => {
      const result = answer(request, model);
      if (options.onDelta) await stream(result, options, () => held ? gate.promise : undefined);
      return result;
    },
    hold: () => held = true,
    step,
    open: () => {
      held = false;
      step();
    },
  };
}

function answer(request: ModelRequest, model: ModelInfo): ModelResult {
  const { text, toolCalls, finishReason } = answerOffline(request);
  return {
    text,
    toolCalls,
    finishReason,
    usage: { inputTokens: countRequest(request), outputTokens: countText(text) },
    costMicros: 0,
    model: model.id,
    provider: model.provider,
    demonstration: true,
  };
}

async function stream(
  { text }: ModelResult,
  { onDelta, signal }: ChatOptions,
  wait: () => Promise<void> | undefined,
): Promise<void> {
  const half = Math.floor(text.length / 2);
  onDelta!(text.slice(0, half));
  const aborted = Promise.withResolvers<never>();
  const onAbort = () => aborted.reject(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    await Promise.race([wait(), aborted.promise]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
  onDelta!(text.slice(half));
}
