/**
 * What of OpenAI's Responses API is understood (Open Responses, document 2026-04-24). Everything in it is
 * carried out by chat completions, so that any server can answer; what they cannot do is refused by name.
 * Browser-safe.
 */
import { z } from "zod";

const part = z.looseObject({ type: z.string() });
export type InputPart = z.infer<typeof part>;

const messageItem = z.looseObject({
  type: z.literal("message").optional(),
  role: z.enum(["user", "assistant", "system", "developer"]),
  content: z.union([z.string(), z.array(part).max(1_000)]),
});

const functionCallItem = z.looseObject({
  type: z.literal("function_call"),
  call_id: z.string(),
  name: z.string(),
  arguments: z.string(),
});

const functionOutputItem = z.looseObject({
  type: z.literal("function_call_output"),
  call_id: z.string(),
  output: z.union([z.string(), z.array(part).max(1_000)]),
});

const reasoningItem = z.looseObject({ type: z.literal("reasoning") });
const referenceItem = z.looseObject({
  type: z.literal("item_reference").nullish(),
  id: z.string().min(1).max(200),
});

export type MessageItem = z.infer<typeof messageItem>;
export type FunctionCallItem = z.infer<typeof functionCallItem>;
export type FunctionOutputItem = z.infer<typeof functionOutputItem>;
export type InputItem =
  | MessageItem
  | FunctionCallItem
  | FunctionOutputItem
  | z.infer<typeof reasoningItem>;
export type ReferenceItem = z.infer<typeof referenceItem>;

/** By the item's own type; a message may leave it out, a reference too. */
export function itemSchema(item: unknown): z.ZodType | string {
  if (typeof item !== "object" || item === null || Array.isArray(item)) return messageItem;
  const { type, role } = item as { type?: unknown; role?: unknown };
  switch (type) {
    case undefined:
    case null:
      return role === undefined ? referenceItem : messageItem;
    case "message":
      return messageItem;
    case "function_call":
      return functionCallItem;
    case "function_call_output":
      return functionOutputItem;
    case "reasoning":
      return reasoningItem;
    case "item_reference":
      return referenceItem;
    default:
      return String(type).slice(0, 60);
  }
}

const functionTool = z.looseObject({
  type: z.literal("function"),
  name: z.string().min(1).max(256),
  description: z.string().nullish(),
  parameters: z.record(z.string(), z.unknown()).nullish(),
  strict: z.boolean().nullish(),
});
export type FunctionTool = z.infer<typeof functionTool>;

const textFormat = z.union([
  z.looseObject({ type: z.literal("text") }),
  z.looseObject({ type: z.literal("json_object") }),
  z.looseObject({
    type: z.literal("json_schema"),
    name: z.string().min(1),
    schema: z.record(z.string(), z.unknown()),
    strict: z.boolean().nullish(),
    description: z.string().nullish(),
  }),
]);

/** Members that change what a model does and that chat completions know by the same name. */
const shared = {
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  top_logprobs: z.int().min(0).max(20).nullish(),
  parallel_tool_calls: z.boolean().nullish(),
  user: z.string().nullish(),
  safety_identifier: z.string().nullish(),
  prompt_cache_key: z.string().nullish(),
  prompt_cache_retention: z.string().nullish(),
  service_tier: z.string().nullish(),
};

export const SHARED_MEMBERS = Object.keys(shared) as (keyof typeof shared)[];

export const responsesBody = z.looseObject({
  ...shared,
  model: z.string().trim().min(1).max(256),
  input: z.union([z.string(), z.array(z.unknown()).min(1).max(10_000)]),
  instructions: z.string().nullish(),
  stream: z.boolean().nullish(),
  store: z.boolean().nullish(),
  previous_response_id: z.string().min(1).max(200).nullish(),
  max_output_tokens: z.int().min(1).nullish(),
  max_tool_calls: z.int().min(1).nullish(),
  metadata: z.record(z.string(), z.string()).nullish(),
  tools: z.array(z.looseObject({ type: z.string() })).max(512).nullish(),
  tool_choice: z.union([z.string(), z.looseObject({ type: z.string() })]).nullish(),
  text: z.looseObject({
    format: textFormat.nullish(),
    verbosity: z.string().nullish(),
  }).nullish(),
  reasoning: z.looseObject({
    effort: z.string().nullish(),
    summary: z.string().nullish(),
  }).nullish(),
  include: z.array(z.string()).nullish(),
  truncation: z.string().nullish(),
  background: z.boolean().nullish(),
  stream_options: z.looseObject({ include_obfuscation: z.boolean().nullish() }).nullish(),
  /** Muster's own. */
  continue_on_cut: z.boolean().nullish(),
});
export type ResponsesBody = z.infer<typeof responsesBody>;

export const functionToolSchema = functionTool;

/** What an answer is made of. */
export interface TextPart {
  readonly type: "output_text";
  text: string;
  readonly annotations: readonly unknown[];
  readonly logprobs: unknown[];
}
export interface RefusalPart {
  readonly type: "refusal";
  refusal: string;
}
export interface ReasoningPart {
  readonly type: "reasoning_text";
  text: string;
}

type ItemStatus = "in_progress" | "completed" | "incomplete";

export interface OutputMessage {
  readonly type: "message";
  readonly id: string;
  status: ItemStatus;
  readonly role: "assistant";
  readonly content: (TextPart | RefusalPart)[];
}
export interface OutputFunctionCall {
  readonly type: "function_call";
  readonly id: string;
  status: ItemStatus;
  readonly call_id: string;
  name: string;
  arguments: string;
}
export interface OutputReasoning {
  readonly type: "reasoning";
  readonly id: string;
  status: ItemStatus;
  readonly summary: readonly never[];
  readonly content: ReasoningPart[];
}
export type OutputItem = OutputMessage | OutputFunctionCall | OutputReasoning;

export interface ResponseUsage {
  readonly input_tokens: number;
  readonly input_tokens_details: { readonly cached_tokens: number };
  readonly output_tokens: number;
  readonly output_tokens_details: { readonly reasoning_tokens: number };
  readonly total_tokens: number;
}

export interface ResponseObject {
  readonly id: string;
  readonly object: "response";
  readonly created_at: number;
  status: "in_progress" | "completed" | "incomplete" | "failed";
  error: { readonly code: string; readonly message: string } | null;
  incomplete_details: { readonly reason: string } | null;
  model: string;
  output: OutputItem[];
  usage: ResponseUsage | null;
  /** Whether it can be gone on from. */
  store?: unknown;
  completed_at?: number | null;
  /** Muster's own: the seams of an answer that went on at another model. */
  muster?: { readonly continued: readonly object[] };
  readonly [echoed: string]: unknown;
}
