/** What an agent asks a language model, and what comes back. Browser-safe. */
import type { JsonObject } from "../kernel/core/json.ts";

export interface ToolCall {
  readonly id: string;
  readonly name: string;
  /** The arguments as the model wrote them: JSON text, unchecked. */
  readonly arguments: string;
}

export type ChatMessage =
  | { readonly role: "system" | "user"; readonly content: string }
  | {
    readonly role: "assistant";
    readonly content: string;
    readonly toolCalls?: readonly ToolCall[];
  }
  | { readonly role: "tool"; readonly content: string; readonly toolCallId: string };

/** A tool as the model sees it. */
export interface ToolSpec {
  readonly name: string;
  readonly description: string;
  readonly parameters: JsonObject;
}

export interface ModelRequest {
  /** A catalogue id or a virtual model; absent: what the run's route or the default says. */
  readonly model?: string;
  /** Only ever appended to between the calls of one step: then each message is stored once. */
  readonly messages: readonly ChatMessage[];
  readonly tools?: readonly ToolSpec[];
  readonly responseFormat?: { readonly name: string; readonly schema: JsonObject };
  /** Absent: the least of the model's maximum, 4 096 and what the remaining budget pays for. */
  readonly maxTokens?: number;
  readonly temperature?: number;
}

export interface Usage {
  readonly inputTokens: number;
  readonly outputTokens: number;
}

export type FinishReason = "stop" | "length" | "tool_calls" | "content_filter";

export interface ModelResult {
  readonly text: string;
  readonly toolCalls: readonly ToolCall[];
  readonly finishReason: FinishReason;
  readonly usage: Usage;
  readonly costMicros: number;
  /** The model that answered. */
  readonly model: string;
  readonly provider: string;
  /** True when the built-in demonstration model answered. */
  readonly demonstration: boolean;
}
