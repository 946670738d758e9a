/** The demonstration model behind the same port as every other: streams, counts, stops, costs nothing. */
import { setImmediate } from "node:timers";
import type { ChatOptions, ModelInfo } from "../agents/model_port.ts";
import type { ModelRequest, ModelResult } from "../agents/model.ts";
import { answerOffline, pieces } from "./offline/offline_model.ts";
import { countRequest, countText } from "./tokens.ts";
import { aborted } from "./upstream_errors.ts";

type Request = ModelRequest & { readonly maxTokens: number };

export async function chatOffline(
  request: Request,
  model: ModelInfo,
  options: ChatOptions,
): Promise<ModelResult> {
  const source = { provider: "Muster", model: model.id };
  const inputTokens = countRequest(request);
  let sent = "";
  let outputTokens = 0;
  const stopIfAsked = () => {
    if (!options.signal.aborted) return;
    const partial = { partialText: sent, usage: { inputTokens, outputTokens }, costMicros: 0 };
    throw aborted(source, partial, options.signal.reason);
  };
  stopIfAsked();
  const answer = answerOffline(request);
  const whole = (finishReason: ModelResult["finishReason"]): ModelResult => ({
    text: sent,
    toolCalls: answer.toolCalls,
    finishReason,
    usage: { inputTokens, outputTokens },
    costMicros: 0,
    model: model.id,
    provider: model.provider,
    demonstration: true,
  });
  for (const call of answer.toolCalls) {
    outputTokens += countText(call.name) + countText(call.arguments);
  }
  for (const piece of pieces(answer.text)) {
    const tokens = countText(piece);
    if (outputTokens + tokens > request.maxTokens) return whole("length");
    outputTokens += tokens;
    sent += piece;
    options.onDelta?.(piece);
    await nextTurn();
    stopIfAsked();
  }
  return whole(answer.finishReason);
}

/** Lets everything else that is ready run, without a timer's delay. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
