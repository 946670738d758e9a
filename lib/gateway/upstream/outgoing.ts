/** What a call sends: the caller's body, with only what has to be different. */
import type { ModelInfo } from "../../agents/model_port.ts";
import { countText } from "../tokens.ts";
import type { ChatBody, ChatCall, WireMessage } from "../calls/schema.ts";

/** Members that are for Muster and that no provider knows. */
const OWN_MEMBERS = ["continue_on_cut"] as const;

/** A provider that refuses to be asked for usage in a stream is not asked again. */
export interface Asking {
  readonly usage: boolean;
}

/** The text that is sent; the very text that came where nothing differs. */
export function outgoingText(
  call: ChatCall,
  body: ChatBody,
  target: ModelInfo,
  asking: Asking,
): string {
  const own = OWN_MEMBERS.some((name) => name in body);
  const adds = body.stream === true && asking.usage && !wantsUsage(body);
  if (
    call.raw !== undefined && body === call.body &&
    body.model === (target.upstreamId ?? target.id) && !own && !adds
  ) {
    return call.raw;
  }
  const sent: Record<string, unknown> = { ...body, model: target.upstreamId ?? target.id };
  for (const name of OWN_MEMBERS) delete sent[name];
  if (adds) sent.stream_options = { ...body.stream_options, include_usage: true };
  return JSON.stringify(sent);
}

/** The caller asked for the chunk with usage. */
export function wantsUsage(body: ChatBody): boolean {
  return body.stream_options?.include_usage === true;
}

const MESSAGE_TOKENS = 6;
const REQUEST_TOKENS = 8;
const TOOL_TOKENS = 16;
/** What a picture costs at the dear end; its bytes say nothing. */
const IMAGE_TOKENS = 1_600;

/** Input tokens, never less than a provider is likely to count; for reservations and where it does not say. */
export function countInput(body: ChatBody): number {
  if (body.messages === undefined) return REQUEST_TOKENS + countValue(body.input);
  let total = REQUEST_TOKENS;
  for (const message of body.messages) total += countMessage(message);
  for (const tool of body.tools ?? []) total += TOOL_TOKENS + countText(JSON.stringify(tool));
  if (body.response_format) total += countText(JSON.stringify(body.response_format));
  if (body.functions) total += countText(JSON.stringify(body.functions));
  return total;
}

/** Of messages, beside their content. */
const SAID_MEMBERS = ["name", "refusal", "reasoning_content", "tool_calls", "function_call"];

function countMessage(message: WireMessage): number {
  let total = MESSAGE_TOKENS + countContent(message.content);
  for (const name of SAID_MEMBERS) {
    const value = message[name];
    if (value) total += countText(typeof value === "string" ? value : JSON.stringify(value));
  }
  return total;
}

function countContent(content: unknown): number {
  if (typeof content === "string") return countText(content);
  if (!Array.isArray(content)) return 0;
  let total = 0;
  for (const part of content as { type?: unknown; text?: unknown }[]) {
    if (typeof part?.text === "string") total += countText(part.text);
    if (part?.type !== "text") total += IMAGE_TOKENS;
  }
  return total;
}

/** What some models charge for a picture at most, as OpenAI documents it: many tokens at a low price. */
const DEAR_PICTURES: readonly (readonly [RegExp, number])[] = [
  [/gpt-4o-mini/, 48_169],
  [/gpt-4\.1-(?:mini|nano)|o4-mini|gpt-5/, 3_800],
];

/**
 * Input tokens beyond `countInput` that pictures, files and sound may cost on this model: what cannot be counted is
 * held at its worst, which a file's is all that the model can read.
 */
export function unseenInput(body: ChatBody, target: ModelInfo): number {
  let pictures = 0;
  for (const { content } of body.messages ?? []) {
    if (!Array.isArray(content)) continue;
    for (const part of content as { type?: unknown }[]) {
      if (part?.type === "image_url") pictures++;
      else if (part?.type !== "text" && part?.type !== "refusal") return target.contextTokens;
    }
  }
  if (pictures === 0) return 0;
  const dear = DEAR_PICTURES.find(([name]) => name.test(target.upstreamId ?? target.id));
  return dear ? pictures * (dear[1] - IMAGE_TOKENS) : 0;
}

/** Of embeddings: a text, texts, tokens or lists of tokens. */
function countValue(input: unknown): number {
  if (typeof input === "string") return countText(input);
  if (typeof input === "number") return 1;
  if (!Array.isArray(input)) return 0;
  return input.reduce((sum: number, one) => sum + countValue(one), 0);
}

/** Output tokens a call may use at most on this model, all its choices together. */
export function outputLimit(body: ChatBody, target: ModelInfo): number {
  if (body.messages === undefined) return 0;
  const n = isCount(body.n) ? body.n : 1;
  const written = Math.min(askedOutput(body) ?? Infinity, target.maxOutputTokens);
  return (written + countPredicted(body.prediction)) * n;
}

/** Predicted output is billed as output where the model does not take it, beyond any limit. */
function countPredicted(prediction: unknown): number {
  return countContent((prediction as { readonly content?: unknown } | null | undefined)?.content);
}

/** Output tokens a request asks for at most; undefined: it does not say. Of two limits a server may know either. */
export function askedOutput(body: ChatBody): number | undefined {
  const limits = [body.max_completion_tokens, body.max_tokens].filter(isCount);
  return limits.length === 0 ? undefined : Math.max(...limits);
}

/** Whatever else stands there bounds nothing: what is held must never be less than what can be spent. */
const isCount = (value: unknown): value is number =>
  Number.isSafeInteger(value) && value as number > 0;
