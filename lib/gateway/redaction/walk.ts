/**
 * Every text of a request that a person or program wrote, whatever its member is called, so that members nobody
 * thought of do not leak. Left alone: names of the protocol, images, files and sound.
 */
import type { Json, JsonObject } from "../../kernel/core/json.ts";

export type ReplaceText = (text: string, path: string) => string;

/** Words of the protocol, and what has to arrive as it is. */
const VERBATIM = new Set([
  "model",
  "role",
  "type",
  "id",
  "tool_call_id",
  "call_id",
  "file_id",
  "file_data",
  "encrypted_content",
  "previous_response_id",
]);
/** Tools and schemas go by their names; people's names are no names of those. */
const TOOL_NAME = /(?:function|custom|json_schema|format|tools\[\d+\]|functions\[\d+\])\.name$/;
/** Images and sound: passed through. */
const OPAQUE = new Set(["image_url", "input_audio", "audio"]);
/** Below these, members are named by the caller. */
const FREE = new Set(["metadata", "parameters", "schema", "input_schema"]);
const DEPTH_MAX = 200;
const CARD_DIGITS_MIN = 13;

/** The same object where nothing was replaced. */
export function replaceTexts(body: JsonObject, replace: ReplaceText): JsonObject {
  return walkObject(body, "", false, replace, 0);
}

function walk(value: Json, path: string, free: boolean, replace: ReplaceText, depth: number): Json {
  if (typeof value === "string") return isData(value) ? value : replace(value, path);
  if (value === null || typeof value !== "object") {
    return free && typeof value === "number" ? walkNumber(value, path, replace) : value;
  }
  if (depth > DEPTH_MAX) return value;
  if (!Array.isArray(value)) return walkObject(value, path, free, replace, depth);
  let copy: Json[] | null = null;
  for (const [i, item] of value.entries()) {
    const next = walk(item, `${path}[${i}]`, free, replace, depth + 1);
    if (next !== item) (copy ??= [...value])[i] = next;
  }
  return copy ?? value;
}

function walkObject(
  object: JsonObject,
  path: string,
  free: boolean,
  replace: ReplaceText,
  depth: number,
): JsonObject {
  let changed = false;
  const members: [string, Json][] = [];
  for (const [name, value] of Object.entries(object)) {
    const at = path === "" ? name : `${path}.${name}`;
    const key = free ? replace(name, at) : name;
    const next = walkMember(name, value, at, free, replace, depth);
    if (next !== value || key !== name) changed = true;
    members.push([key, next]);
  }
  return changed ? Object.fromEntries(members) : object;
}

function walkMember(
  name: string,
  value: Json,
  path: string,
  free: boolean,
  replace: ReplaceText,
  depth: number,
): Json {
  if (!free) {
    const kept = VERBATIM.has(name) || (name === "name" && TOOL_NAME.test(path));
    if (OPAQUE.has(name) || (kept && typeof value === "string")) return value;
    if (name === "arguments" && typeof value === "string") {
      return walkArguments(value, path, replace, depth);
    }
  }
  return walk(value, path, free || FREE.has(name), replace, depth + 1);
}

/** JSON inside a text: what stands in its strings, and numbers that are a card's. */
function walkArguments(text: string, path: string, replace: ReplaceText, depth: number): string {
  let parsed: Json;
  try {
    parsed = JSON.parse(text);
  } catch {
    return replace(text, path);
  }
  const next = walk(parsed, path, true, replace, depth + 1);
  return next === parsed ? text : JSON.stringify(next);
}

function walkNumber(value: number, path: string, replace: ReplaceText): Json {
  const text = String(value);
  if (text.length < CARD_DIGITS_MIN || !Number.isSafeInteger(value)) return value;
  const next = replace(text, path);
  return next === text ? value : next;
}

/** An image or a file as a URL: nothing in it is text. Words after `data:` are words. */
const isData = (text: string) =>
  text.startsWith("data:") && /^data:[\w.+/;=-]{0,200};base64,[\w+/-]*={0,2}$/.test(text);
