/** How an answer that broke off goes on at another model, and how that shows. Pure. */
import type { Usage } from "../../agents/model.ts";
import type { ModelInfo } from "../../agents/model_port.ts";
import type { ChatBody } from "./schema.ts";

const GO_ON =
  "Your answer was cut off. Continue it exactly where it stops: repeat nothing, add no remark.";

/** The conversation with the part of the answer that was given, and the wish to go on. */
export function continuationBody(body: ChatBody, said: string): ChatBody {
  return {
    ...body,
    messages: [
      ...body.messages ?? [],
      { role: "assistant", content: said },
      { role: "user", content: GO_ON },
    ],
  };
}

export interface Seam {
  readonly id: unknown;
  readonly from: ModelInfo;
  readonly to: ModelInfo;
  readonly reason: string;
  /** In UTF-16 units of the answer. */
  readonly offset: number;
}

/** A chunk without text that says where another model goes on; clients that do not know it pass it over. */
export function seamChunk({ id, from, to, reason, offset }: Seam): string {
  return JSON.stringify({
    id,
    object: "chat.completion.chunk",
    model: to.id,
    choices: [{ index: 0, delta: {}, finish_reason: null }],
    muster: {
      continued: {
        from: { model: from.id, provider: from.provider },
        to: { model: to.id, provider: to.provider },
        reason,
        offset,
      },
    },
  });
}

/** The usage of all models together, in place of what the last one counted. */
export function usageChunk(id: unknown, model: string, usage: Usage): string {
  return JSON.stringify({
    id,
    object: "chat.completion.chunk",
    model,
    choices: [],
    usage: {
      prompt_tokens: usage.inputTokens,
      completion_tokens: usage.outputTokens,
      total_tokens: usage.inputTokens + usage.outputTokens,
    },
  });
}
