/**
 * When two requests are the same: everything in them that can decide the answer is equal, however it is written.
 * Members nobody here knows count as deciding. Pure.
 */
import { digestJson, type Json, type JsonObject } from "../../kernel/core/json.ts";
import type { CacheQuestion } from "./schema.ts";

/** Whoever may share answers: the workspace, or one API key in it. */
export type Partition = readonly [workspaceId: string, keyId: string | null];

/** A request without what does not decide its answer. */
export interface Asked {
  readonly partition: Partition;
  readonly route: string;
  readonly body: JsonObject;
}

/** Labels and where a provider runs it: other values of them never meant another answer. */
const UNDECIDING = new Set([
  "metadata",
  "prompt_cache_key",
  "prompt_cache_retention",
  "service_tier",
]);

/** What absence means, as OpenAI documents it. */
const DEFAULTS: JsonObject = {
  stream: false,
  n: 1,
  top_p: 1,
  presence_penalty: 0,
  frequency_penalty: 0,
  logprobs: false,
  store: false,
};

export function askedOf({ workspaceId, keyId, settings, route, body }: CacheQuestion): Asked {
  return {
    partition: [workspaceId, settings.sharing === "key" ? keyId ?? "" : null],
    route,
    body: normalize(body),
  };
}

/** One text for all equal requests. SHA-256, so no two others share it. */
export function requestHash({ partition, route, body }: Asked): string {
  return digestJson([1, partition, route, body]);
}

/** Why an answer to this is neither kept nor given again, or null when it may be. */
export function uncacheable(body: JsonObject, sampled: boolean): string | null {
  if (body.store === true) return "it asks the provider to store the answer";
  if (body.web_search_options) return "it searches the web";
  if (Array.isArray(body.modalities) && body.modalities.includes("audio")) {
    return "it asks for sound";
  }
  if (sampled) return null;
  if (typeof body.temperature === "number" && body.temperature > 0) return "it asks for variety";
  return typeof body.n === "number" && body.n > 1 ? "it asks for several answers" : null;
}

function normalize(body: JsonObject): JsonObject {
  const members: [string, Json][] = [];
  for (const [name, value] of Object.entries(body)) {
    if (value === null || value === undefined || UNDECIDING.has(name)) continue;
    if (Object.hasOwn(DEFAULTS, name) && DEFAULTS[name] === value) continue;
    if (Array.isArray(value) && value.length === 0) continue;
    members.push([name, name === "messages" && Array.isArray(value) ? value.map(message) : value]);
  }
  return Object.fromEntries(members);
}

/** One part that is text is the same as the text. */
function message(value: Json): Json {
  if (!isObject(value) || !Array.isArray(value.content) || value.content.length !== 1) return value;
  const [part] = value.content;
  return isObject(part) && part.type === "text" && Object.keys(part).length === 2 &&
      typeof part.text === "string"
    ? { ...value, content: part.text }
    : value;
}

/** The last message when it is a user's text and all else; null when the request does not end in one. */
export function splitLast(
  body: JsonObject,
): { readonly text: string; readonly rest: JsonObject } | null {
  const { messages, ...rest } = body;
  if (!Array.isArray(messages)) return null;
  const last = messages.at(-1);
  if (!isObject(last) || last.role !== "user" || typeof last.content !== "string") return null;
  const { content, ...frame } = last;
  return { text: content, rest: { ...rest, messages: [...messages.slice(0, -1), frame] } };
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
