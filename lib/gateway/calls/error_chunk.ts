/** The last chunk of a stream that broke off: OpenAI's error shape, with what is known of the break. */
import type { Usage } from "../../agents/model.ts";

export interface Cut {
  readonly code: string;
  readonly outcome: string;
  readonly reason: string;
  readonly model: string;
  readonly provider: string;
  /** Up to the break, of all attempts. */
  readonly usage: Usage;
}

export function cutChunk(cut: Cut): string {
  const { inputTokens, outputTokens } = cut.usage;
  const late = cut.outcome === "timeout";
  return JSON.stringify({
    error: {
      message:
        `The answer of ${cut.model} (${cut.provider}) broke off after ${outputTokens} tokens: ${cut.reason}`,
      type: late ? "timeout_error" : "upstream_error",
      param: null,
      code: cut.code,
      reason: cut.reason,
      model: cut.model,
      provider: cut.provider,
      tokens: outputTokens,
      usage: {
        prompt_tokens: inputTokens,
        completion_tokens: outputTokens,
        total_tokens: inputTokens + outputTokens,
      },
    },
  });
}

/** Chunks of an answer begin with their id; only the last of a broken stream begins so. */
export function isError(data: string): boolean {
  return data.startsWith('{"error":{');
}
