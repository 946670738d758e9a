/** What of a request decides where it goes: its shape for the score, and what a model must be able to do. */
import type { ModelCapability } from "../../agents/model_port.ts";
import type { ChatBody, WireMessage } from "../calls/schema.ts";
import type { RequestShape } from "./complexity.ts";

const CONTEXT_CHARS = 1_200;
/** A request with thousands of messages is looked at from its end. */
const MESSAGES_MAX = 200;

export function shapeOf(body: ChatBody): RequestShape {
  const messages = body.messages ?? [];
  const last = lastOf(messages, "user");
  const prompt = last < 0 ? "" : textOf(messages[last]!.content);
  const before = last < 0 ? [] : messages.slice(Math.max(0, last - 4), last);
  const said = before.filter(({ role }) => role === "assistant" || role === "user").slice(-2);
  return {
    prompt,
    context: said.map(({ content }) => textOf(content)).join("\n").slice(-CONTEXT_CHARS),
    hasHistory: said.some(({ role }) => role === "assistant"),
    tools: body.tools?.length ?? 0,
    schema: wantsJson(body),
  };
}

/** A conversation that has begun: the model has spoken in it. */
export function hasHistory(body: ChatBody): boolean {
  return lastOf(body.messages ?? [], "assistant") >= 0;
}

export function neededCapabilities(body: ChatBody, embeddings: boolean): ModelCapability[] {
  if (embeddings) return ["embeddings"];
  const needed: ModelCapability[] = ["chat"];
  if (body.tools?.length) needed.push("tools");
  if (wantsJson(body)) needed.push("json");
  if ((body.messages ?? []).some(hasImage)) needed.push("vision");
  return needed;
}

/** The limit the request sets, or undefined. */
export function outputLimit(body: ChatBody): number | undefined {
  return body.max_completion_tokens ?? body.max_tokens ?? undefined;
}

/**
 * Which conversation this is, where the caller does not say: the same caller, the same beginning. One that begins
 * as another did shares its model, which harms neither.
 */
export function conversationOf(callerId: string, body: ChatBody): string | undefined {
  const messages = body.messages ?? [];
  const first = messages.findIndex(({ role }) => role === "user");
  if (first < 0) return undefined;
  const begin = messages.slice(0, first + 1).map(({ content }) => textOf(content).slice(0, 2_000));
  return `b:${hash64(`${callerId}\n${begin.join("\n")}`)}`;
}

function lastOf(messages: readonly WireMessage[], role: string): number {
  const end = Math.max(0, messages.length - MESSAGES_MAX);
  for (let at = messages.length - 1; at >= end; at--) if (messages[at]!.role === role) return at;
  return -1;
}

function wantsJson(body: ChatBody): boolean {
  const type = (body.response_format as { type?: unknown } | null | undefined)?.type;
  return type === "json_schema" || type === "json_object";
}

function textOf(content: unknown): string {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return "";
  return content.map((part: { text?: unknown } | null) =>
    typeof part?.text === "string" ? part.text : ""
  ).join("\n");
}

function hasImage({ content }: WireMessage): boolean {
  return Array.isArray(content) &&
    content.some((part: { type?: unknown } | null) => part?.type === "image_url");
}

/** Two FNV-1a hashes of 32 bits: to find again, not to keep apart what somebody wants to collide. */
function hash64(text: string): string {
  let a = 2_166_136_261;
  let b = 3_339_675_911;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    a = Math.imul(a ^ code, 16_777_619);
    b = Math.imul(b ^ code, 2_654_435_761);
  }
  return (a >>> 0).toString(36) + (b >>> 0).toString(36);
}
