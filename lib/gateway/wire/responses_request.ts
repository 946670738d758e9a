/** A Responses request as the chat completion that answers it. */
import type { ChatBody, WireMessage } from "../calls/schema.ts";
import { isObject, type JsonRecord, refuse, requireShallow } from "./refusal.ts";
import {
  type FunctionTool,
  functionToolSchema,
  type InputItem,
  type InputPart,
  itemSchema,
  type ReferenceItem,
  type ResponsesBody,
  responsesBody,
  SHARED_MEMBERS,
} from "./responses_schema.ts";
import { readChatBody, type UnknownParameters } from "./chat_request.ts";
import type { z } from "zod";

export type AskedItem = InputItem | ReferenceItem;

export interface ResponsesRequest {
  readonly body: ResponsesBody;
  /** `input` as items, a plain text as one message of the user. */
  readonly items: readonly AskedItem[];
}

/** Needs a server that runs things beside the model, or a store of conversations. */
const REFUSED = ["background", "conversation", "prompt", "context_management"];

/** Of chat completions alone: they would say again, unchecked, what a Responses request says in its own words. */
const OF_CHAT = new Set([
  "messages",
  "max_tokens",
  "max_completion_tokens",
  "n",
  "functions",
  "function_call",
  "response_format",
  "reasoning_effort",
  "verbosity",
  "logprobs",
  "modalities",
  "audio",
]);

/** Nothing chat completions could leave out: their values are told apart where they matter. */
const INCLUDED = new Set(["reasoning.encrypted_content", "message.output_text.logprobs"]);

/** Throws `invalid_input` for what is wrong and for what no chat completion can do. */
export function readResponsesBody(
  value: unknown,
  unknown: UnknownParameters = "pass",
): ResponsesRequest {
  if (!isObject(value)) throw refuse("The body must be a JSON object", { code: "invalid_type" });
  requireShallow(value);
  const body = parse(responsesBody, value, "");
  for (const name of REFUSED) {
    if (body[name] !== undefined && body[name] !== null && body[name] !== false) {
      throw unsupported(name, `'${name}' is not supported`);
    }
  }
  for (const name of Object.keys(body)) {
    if (OF_CHAT.has(name) && body[name] !== null) {
      throw unsupported(name, `'${name}' is a parameter of chat completions, not of Responses`);
    }
    if (unknown !== "refuse" || name in responsesBody.shape || REFUSED.includes(name)) continue;
    throw refuse(`Unknown parameter: '${name.slice(0, 100)}'`, {
      param: name.slice(0, 100),
      code: "unknown_parameter",
    });
  }
  if (body.truncation !== undefined && body.truncation !== null && body.truncation !== "disabled") {
    throw unsupported("truncation", "'truncation' is not supported, only 'disabled'");
  }
  for (const [at, included] of (body.include ?? []).entries()) {
    if (!INCLUDED.has(included)) {
      throw unsupported(`include[${at}]`, `'include' cannot hold '${included.slice(0, 100)}'`);
    }
  }
  const items = typeof body.input === "string"
    ? [{ role: "user" as const, content: body.input }]
    : body.input.map(readItem);
  return { body, items };
}

/** The chat request; `items` are the conversation so far with every reference resolved. */
export function toChatBody(body: ResponsesBody, items: readonly InputItem[]): ChatBody {
  const messages = messagesOf(body.instructions ?? undefined, items);
  const { text, reasoning, tools, tool_choice, max_output_tokens } = body;
  const chat: Record<string, unknown> = { model: body.model, messages };
  for (const name of SHARED_MEMBERS) if (body[name] != null) chat[name] = body[name];
  for (const name of Object.keys(body)) {
    // Whatever the document does not know is the upstream's to judge.
    if (!(name in responsesBody.shape) && !REFUSED.includes(name)) chat[name] = body[name];
  }
  if (body.top_logprobs != null || body.include?.includes("message.output_text.logprobs")) {
    chat.logprobs = true;
  }
  if (max_output_tokens != null) chat.max_tokens = max_output_tokens;
  if (reasoning?.effort != null) chat.reasoning_effort = reasoning.effort;
  if (text?.verbosity != null) chat.verbosity = text.verbosity;
  if (text?.format != null && text.format.type !== "text") {
    chat.response_format = responseFormat(text.format);
  }
  if (tools != null && tools.length > 0) chat.tools = tools.map(toolOf);
  if (tool_choice != null) chat.tool_choice = toolChoice(tool_choice);
  if (body.continue_on_cut != null) chat.continue_on_cut = body.continue_on_cut;
  if (body.stream) {
    chat.stream = true;
    chat.stream_options = { include_usage: true };
  }
  // What the document does not know may still be a member that Muster reads.
  return readChatBody(chat);
}

function readItem(item: unknown, at: number): AskedItem {
  const schema = itemSchema(item);
  if (typeof schema === "string") {
    throw unsupported(`input[${at}].type`, `Input items of type '${schema}' are not supported`);
  }
  return parse(schema, item, `input[${at}]`) as AskedItem;
}

function messagesOf(instructions: string | undefined, items: readonly InputItem[]): WireMessage[] {
  const messages: WireMessage[] = instructions === undefined
    ? []
    : [{ role: "system", content: instructions }];
  /** An assistant's words and the calls after them are one message of chat completions. */
  let open: { role: string; content: unknown; tool_calls?: JsonRecord[] } | undefined;
  for (const item of items) {
    if (item.type === "reasoning") continue;
    if (item.type === "function_call") {
      if (!open) messages.push(open = { role: "assistant", content: null });
      const { name, arguments: args, call_id } = item as { [member: string]: unknown };
      (open.tool_calls ??= []).push({
        id: call_id,
        type: "function",
        function: { name, arguments: args },
      });
      continue;
    }
    open = undefined;
    if (item.type === "function_call_output") {
      const { call_id, output } = item as { call_id: string; output: string | InputPart[] };
      messages.push({ role: "tool", tool_call_id: call_id, content: contentOf(output, "tool") });
      continue;
    }
    const { role, content } = item as { role: string; content: string | InputPart[] };
    // The older name of the same role is the one every server knows.
    const message = {
      role: role === "developer" ? "system" : role,
      content: contentOf(content, role),
    };
    messages.push(message);
    if (role === "assistant") open = message;
  }
  return messages;
}

/** Plain text stays a string: some servers take nothing else. */
function contentOf(content: string | readonly InputPart[], role: string): unknown {
  if (typeof content === "string") return content;
  const parts = content.map(partOf);
  const texts = parts.map((part) => part.type === "text" ? String(part.text) : null);
  if (role !== "user" || texts.every((text) => text !== null)) {
    const bad = texts.findIndex((text) => text === null);
    if (bad >= 0) {
      throw unsupported("input", `A message of role '${role}' holds text only`);
    }
    return texts.length === 1 || role !== "user" ? texts.join("") : parts;
  }
  return parts;
}

function partOf(part: InputPart): JsonRecord {
  switch (part.type) {
    case "input_text":
    case "output_text":
    case "text":
      return { type: "text", text: String(part.text ?? "") };
    case "refusal":
      return { type: "text", text: String(part.refusal ?? "") };
    case "input_image":
      if (typeof part.image_url !== "string") {
        throw unsupported("input", "'input_image' needs 'image_url'; uploaded files are not kept");
      }
      return {
        type: "image_url",
        image_url: {
          url: part.image_url,
          ...(typeof part.detail === "string" && { detail: part.detail }),
        },
      };
    case "input_audio":
      return { type: "input_audio", input_audio: part.input_audio };
    case "input_file":
      if (typeof part.file_data !== "string") {
        throw unsupported("input", "'input_file' needs 'file_data'; uploaded files are not kept");
      }
      return { type: "file", file: { file_data: part.file_data, filename: part.filename } };
    default:
      throw unsupported("input", `Content of type '${part.type.slice(0, 60)}' is not supported`);
  }
}

function responseFormat(format: JsonRecord): JsonRecord {
  if (format.type !== "json_schema") return { type: format.type };
  const { name, schema, strict, description } = format;
  return {
    type: "json_schema",
    json_schema: {
      name,
      schema,
      ...(strict != null && { strict }),
      ...(description != null && { description }),
    },
  };
}

function toolOf(tool: JsonRecord, at: number): JsonRecord {
  if (tool.type !== "function") {
    throw unsupported(
      `tools[${at}].type`,
      `Tools of type '${
        String(tool.type).slice(0, 60)
      }' run at the provider and are not supported; use 'function'`,
    );
  }
  const { name, description, parameters, strict } = parse(
    functionToolSchema,
    tool,
    `tools[${at}]`,
  ) as FunctionTool;
  return {
    type: "function",
    function: {
      name,
      ...(description != null && { description }),
      ...(parameters != null && { parameters }),
      ...(strict != null && { strict }),
    },
  };
}

function toolChoice(choice: string | JsonRecord): unknown {
  if (typeof choice === "string") return choice;
  if (choice.type === "function") return { type: "function", function: { name: choice.name } };
  if (choice.type !== "allowed_tools" || !Array.isArray(choice.tools)) {
    throw unsupported("tool_choice", `'tool_choice' of type '${choice.type}' is not supported`);
  }
  const tools = choice.tools.map((tool: JsonRecord) => ({
    type: "function",
    function: { name: tool?.name },
  }));
  return { type: "allowed_tools", allowed_tools: { mode: choice.mode ?? "auto", tools } };
}

function unsupported(param: string, message: string) {
  return refuse(message, { param, code: "unsupported_parameter" });
}

/** Throws `invalid_input` with the parameter's path as OpenAI writes it: `input[0].role`. */
export function parse<S extends z.ZodType>(schema: S, value: unknown, at: string): z.infer<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  const param = issue.path.reduce<string>(
    (path, key) =>
      typeof key === "number"
        ? `${path}[${key}]`
        : path === ""
        ? String(key)
        : `${path}.${String(key)}`,
    at,
  ) || "body";
  const given = issue.path.reduce<unknown>(
    (found, key) => isObject(found) || Array.isArray(found) ? (found as never)[key] : undefined,
    value,
  );
  throw given === undefined && issue.path.length > 0
    ? refuse(`Missing required parameter: '${param}'`, {
      param,
      code: "missing_required_parameter",
    })
    : refuse(`Invalid '${param}': ${issue.message}`, { param, code: "invalid_value" });
}
