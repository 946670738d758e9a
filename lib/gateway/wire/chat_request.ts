/**
 * The body of `POST /v1/chat/completions`, checked before anything is spent on it. Checked is what Muster
 * itself reads and what every server would refuse; the rest is the upstream's to judge and goes on as it
 * is. By hand and not by zod: this runs before every model call and takes microseconds.
 */
import type { ChatBody, WireMessage } from "../calls/schema.ts";
import { describe, isObject, type JsonRecord, refuse, requireShallow } from "./refusal.ts";

/** As the client sent it, unknown members included. */
export type CheckedChatBody = ChatBody & {
  readonly model: string;
  readonly messages: readonly WireMessage[];
};

/** What a workspace does with members nobody knows: hand them on, or refuse the request. */
export type UnknownParameters = "pass" | "refuse";

const ROLES = new Set(["system", "developer", "user", "assistant", "tool", "function"]);

type Check = (value: unknown, path: string) => void;

const CHECKS: Readonly<Record<string, Check>> = {
  audio: object,
  // Muster's own: go on with another model when a stream breaks off.
  continue_on_cut: boolean,
  frequency_penalty: number(-2, 2),
  function_call: stringOrObject,
  functions: list(512, object),
  logit_bias: object,
  logprobs: boolean,
  max_completion_tokens: integer(1),
  max_tokens: integer(1),
  metadata: object,
  modalities: list(16, string),
  n: integer(1, 128),
  parallel_tool_calls: boolean,
  prediction: object,
  presence_penalty: number(-2, 2),
  prompt_cache_key: string,
  prompt_cache_retention: string,
  reasoning_effort: string,
  response_format: responseFormat,
  safety_identifier: string,
  seed: integer(),
  service_tier: string,
  stop: stringOrList,
  store: boolean,
  stream: boolean,
  stream_options: object,
  temperature: number(0, 2),
  tool_choice: stringOrObject,
  tools: list(512, tool),
  top_logprobs: integer(0, 20),
  top_p: number(0, 1),
  user: string,
  verbosity: string,
  web_search_options: object,
};

/** Throws `invalid_input` that names the parameter, in the words OpenAI's own API uses. */
export function readChatBody(value: unknown, unknown: UnknownParameters = "pass"): CheckedChatBody {
  if (!isObject(value)) throw refuse("The body must be a JSON object", { code: "invalid_type" });
  requireShallow(value);
  requireModel(value.model);
  requireMessages(value.messages);
  for (const name of Object.keys(value)) {
    if (name === "model" || name === "messages") continue;
    const check = Object.hasOwn(CHECKS, name) ? CHECKS[name] : undefined;
    if (check === undefined && unknown === "refuse") {
      throw refuse(`Unknown parameter: '${name.slice(0, 100)}'`, {
        param: name.slice(0, 100),
        code: "unknown_parameter",
      });
    }
    // OpenAI's own parameters are nullable throughout.
    if (check !== undefined && value[name] !== null) check(value[name], name);
  }
  if (isObject(value.stream_options) && value.stream !== true) {
    throw refuse("'stream_options' is only allowed when 'stream' is true", {
      param: "stream_options",
      code: "invalid_value",
    });
  }
  return value as CheckedChatBody;
}

export function requireModel(model: unknown): asserts model is string {
  if (model === undefined) throw missing("model");
  if (typeof model !== "string" || model.trim() === "" || model.length > 256) {
    throw wrong("model", "the name of a model", model);
  }
}

function requireMessages(messages: unknown): void {
  if (messages === undefined) throw missing("messages");
  if (!Array.isArray(messages)) throw wrong("messages", "an array", messages);
  if (messages.length === 0) {
    throw refuse("'messages' must hold at least one message", {
      param: "messages",
      code: "empty_array",
    });
  }
  for (let at = 0; at < messages.length; at++) requireMessage(messages[at], `messages[${at}]`);
}

function requireMessage(message: unknown, path: string): void {
  if (!isObject(message)) throw wrong(path, "an object", message);
  const { role, content } = message;
  if (role === undefined) throw missing(`${path}.role`);
  if (typeof role !== "string" || !ROLES.has(role)) {
    throw wrong(`${path}.role`, `one of ${[...ROLES].join(", ")}`, role);
  }
  if (Array.isArray(content)) {
    content.forEach((part, at) => requirePart(part, `${path}.content[${at}]`));
  } else if (content === undefined || content === null) {
    // An assistant may have said nothing but called a tool, refused, or spoken aloud.
    if (role !== "assistant") {
      if (content === undefined) throw missing(`${path}.content`);
      throw wrong(`${path}.content`, "a string or an array of parts", content);
    }
  } else if (typeof content !== "string") {
    throw wrong(`${path}.content`, "a string or an array of parts", content);
  }
  if (role === "tool") string(message.tool_call_id, `${path}.tool_call_id`);
  if (message.tool_calls !== undefined && message.tool_calls !== null) {
    list(256, toolCall)(message.tool_calls, `${path}.tool_calls`);
  }
}

function requirePart(part: unknown, path: string): void {
  if (!isObject(part)) throw wrong(path, "an object", part);
  if (typeof part.type !== "string") throw wrong(`${path}.type`, "a string", part.type);
  if (part.type === "text") string(part.text, `${path}.text`);
  if (part.type === "image_url") {
    object(part.image_url, `${path}.image_url`);
    string((part.image_url as JsonRecord).url, `${path}.image_url.url`);
  }
}

function toolCall(call: unknown, path: string): void {
  object(call, path);
  const { function: called } = call as JsonRecord;
  if (called === undefined) return;
  object(called, `${path}.function`);
  string((called as JsonRecord).name, `${path}.function.name`);
  string((called as JsonRecord).arguments, `${path}.function.arguments`);
}

function tool(value: unknown, path: string): void {
  object(value, path);
  const { type, function: described } = value as JsonRecord;
  string(type, `${path}.type`);
  if (type !== "function") return;
  object(described, `${path}.function`);
  const { name, parameters } = described as JsonRecord;
  string(name, `${path}.function.name`);
  if (name === "") throw wrong(`${path}.function.name`, "a name", name);
  if (parameters !== undefined && parameters !== null) {
    object(parameters, `${path}.function.parameters`);
  }
}

function responseFormat(value: unknown, path: string): void {
  object(value, path);
  const { type, json_schema } = value as JsonRecord;
  if (type !== "json_schema") return string(type, `${path}.type`);
  object(json_schema, `${path}.json_schema`);
  const { name, schema } = json_schema as JsonRecord;
  string(name, `${path}.json_schema.name`);
  if (schema !== undefined && schema !== null) object(schema, `${path}.json_schema.schema`);
}

function object(value: unknown, path: string): void {
  if (value === undefined) throw missing(path);
  if (!isObject(value)) throw wrong(path, "an object", value);
}

function string(value: unknown, path: string): void {
  if (value === undefined) throw missing(path);
  if (typeof value !== "string") throw wrong(path, "a string", value);
}

function boolean(value: unknown, path: string): void {
  if (typeof value !== "boolean") throw wrong(path, "a boolean", value);
}

function stringOrObject(value: unknown, path: string): void {
  if (typeof value !== "string" && !isObject(value)) {
    throw wrong(path, "a string or an object", value);
  }
}

function stringOrList(value: unknown, path: string): void {
  if (typeof value === "string") return;
  if (!Array.isArray(value)) throw wrong(path, "a string or an array of strings", value);
  list(64, string)(value, path);
}

function number(min: number, max: number): Check {
  return (value, path) => {
    if (typeof value !== "number" || !(value >= min && value <= max)) {
      throw wrong(path, `a number from ${min} to ${max}`, value);
    }
  };
}

function integer(min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER): Check {
  return (value, path) => {
    if (Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max) return;
    const range = min === Number.MIN_SAFE_INTEGER
      ? ""
      : max === Number.MAX_SAFE_INTEGER
      ? ` of at least ${min}`
      : ` from ${min} to ${max}`;
    throw wrong(path, `a whole number${range}`, value);
  };
}

function list(max: number, check: Check): Check {
  return (value, path) => {
    if (!Array.isArray(value)) throw wrong(path, "an array", value);
    if (value.length > max) throw wrong(path, `an array of at most ${max}`, value);
    value.forEach((item, at) => check(item, `${path}[${at}]`));
  };
}

function missing(param: string) {
  return refuse(`Missing required parameter: '${param}'`, {
    param,
    code: "missing_required_parameter",
  });
}

function wrong(param: string, wanted: string, given: unknown) {
  return refuse(`Invalid '${param}': expected ${wanted}, got ${describe(given)}`, {
    param,
    code: given !== null && typeof given !== "object" && /^(?:a number|a whole|one of)/.test(wanted)
      ? "invalid_value"
      : "invalid_type",
  });
}
