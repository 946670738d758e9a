/** Puts a streamed completion together, chunk by chunk, without trusting what the server sends. */
import type { FinishReason, ToolCall, Usage } from "../agents/model.ts";

/** The part of a chunk (or of a whole completion) that is read; every field may be missing or wrong. */
interface Chunk {
  readonly error?: unknown;
  readonly choices?: readonly {
    readonly delta?: Message | null;
    readonly message?: Message | null;
    readonly finish_reason?: string | null;
  }[];
  readonly usage?: { readonly prompt_tokens?: number; readonly completion_tokens?: number } | null;
}

interface Message {
  readonly content?: string | null;
  readonly tool_calls?: readonly ToolCallDelta[] | null;
  readonly function_call?: unknown;
}

interface ToolCallDelta {
  readonly index?: number;
  readonly id?: string | null;
  readonly function?: { readonly name?: string | null; readonly arguments?: string | null } | null;
}

export interface UpstreamError {
  readonly message: string;
  readonly code?: string;
  readonly type?: string;
}

const FINISH: Readonly<Record<string, FinishReason>> = {
  stop: "stop",
  length: "length",
  tool_calls: "tool_calls",
  function_call: "tool_calls",
  content_filter: "content_filter",
};

export class Completion {
  #text: string[] = [];
  #calls: { id: string; name: string; arguments: string }[] = [];
  #finish: FinishReason | undefined;
  #usage: Usage | undefined;
  /** Anything of the answer has arrived. */
  started = false;

  /** Takes one chunk's JSON. Throws SyntaxError for what is none; returns the error the server put in the stream. */
  take(json: string, onText: (text: string) => void): UpstreamError | undefined {
    const chunk: unknown = JSON.parse(json);
    if (typeof chunk !== "object" || chunk === null) {
      throw new SyntaxError("a chunk is not an object");
    }
    const { error, choices, usage } = chunk as Chunk;
    if (error !== undefined && error !== null) return readError(error);
    if (choices !== undefined && choices !== null && !Array.isArray(choices)) {
      throw new SyntaxError("choices is not a list");
    }
    if (usage && typeof usage.prompt_tokens === "number") {
      this.#usage = {
        inputTokens: whole(usage.prompt_tokens),
        outputTokens: whole(usage.completion_tokens ?? 0),
      };
    }
    const choice = choices?.[0];
    if (!choice) return undefined;
    const message = choice.delta ?? choice.message;
    if (typeof message?.content === "string" && message.content !== "") {
      this.started = true;
      this.#text.push(message.content);
      onText(message.content);
    }
    for (const [at, call] of (message?.tool_calls ?? []).entries()) this.#takeCall(call, at);
    if (choice.finish_reason) this.#finish = FINISH[choice.finish_reason] ?? "stop";
    return undefined;
  }

  #takeCall(delta: ToolCallDelta, at: number): void {
    this.started = true;
    const last = this.#calls.length - 1;
    // Servers that leave the index out start a new call with a new id.
    const index = delta.index ??
      (delta.id && last >= 0 && this.#calls[last]!.id !== delta.id ? last + 1 : Math.max(at, last));
    if (!Number.isInteger(index) || index < 0 || index > 127) {
      throw new SyntaxError("a tool call has no usable index");
    }
    const call = this.#calls[index] ??= { id: "", name: "", arguments: "" };
    call.id ||= delta.id ?? "";
    // A name is sent once; some servers send it again with every piece.
    call.name ||= delta.function?.name ?? "";
    call.arguments += delta.function?.arguments ?? "";
  }

  get text(): string {
    return this.#text.join("");
  }
  get usage(): Usage | undefined {
    return this.#usage;
  }
  /** The server said why it stopped; without this the answer is not whole. */
  get finished(): boolean {
    return this.#finish !== undefined;
  }
  get toolCalls(): ToolCall[] {
    return this.#calls.filter((call) => call !== undefined && call.name !== "").map((call, i) => ({
      id: call.id || `call_${i + 1}`,
      name: call.name,
      arguments: call.arguments || "{}",
    }));
  }
  get finishReason(): FinishReason {
    // Some servers say `stop` although they ask for tools.
    return this.toolCalls.length > 0 && this.#finish !== "length"
      ? "tool_calls"
      : this.#finish ?? "stop";
  }
}

const whole = (value: number) => Number.isFinite(value) ? Math.max(0, Math.round(value)) : 0;

function readError(error: unknown): UpstreamError {
  if (typeof error === "string") return { message: error };
  const { message, code, type } = error as { message?: unknown; code?: unknown; type?: unknown };
  return {
    message: String(message ?? "the server reports an error"),
    ...(code === undefined || code === null ? {} : { code: String(code) }),
    ...(type === undefined || type === null ? {} : { type: String(type) }),
  };
}
