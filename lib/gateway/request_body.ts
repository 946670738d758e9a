/** A model request in the provider's words, and what a server has turned out not to understand. */
import type OpenAI from "openai";
import type { ChatMessage, ModelRequest } from "../agents/model.ts";
import type { Json, JsonObject } from "../kernel/core/json.ts";

export type StreamBody = OpenAI.ChatCompletionCreateParamsStreaming;

/** What one model of one server accepts; learned from its refusals, kept while the process runs. */
export interface Manners {
  /** `schema`: json_schema; `object`: json_object with the schema in the prompt; `prompt`: the prompt alone. */
  readonly format: "schema" | "object" | "prompt";
  readonly usage: boolean;
  readonly limit: "max_tokens" | "max_completion_tokens";
  readonly temperature: boolean;
}

export const DEFAULT_MANNERS: Manners = {
  format: "schema",
  usage: true,
  limit: "max_tokens",
  temperature: true,
};

/** The next thing to try after a 400 with this message, or null when the refusal is about the request itself. */
export function adapt(manners: Manners, request: ModelRequest, message: string): Manners | null {
  if (
    request.responseFormat &&
    /response_format|json_schema|json_object|json mode|structured output|invalid schema/i.test(
      message,
    )
  ) {
    if (manners.format === "schema") return { ...manners, format: "object" };
    if (manners.format === "object") return { ...manners, format: "prompt" };
  }
  if (manners.usage && /stream_options|include_usage/i.test(message)) {
    return { ...manners, usage: false };
  }
  if (manners.limit === "max_tokens" && /max_completion_tokens/.test(message)) {
    return { ...manners, limit: "max_completion_tokens" };
  }
  if (manners.temperature && request.temperature !== undefined && /temperature/i.test(message)) {
    return { ...manners, temperature: false };
  }
  return null;
}

export function streamBody(
  request: ModelRequest & { readonly maxTokens: number },
  upstreamModel: string,
  manners: Manners,
): StreamBody {
  const { responseFormat, tools } = request;
  const spoken = responseFormat !== undefined && manners.format !== "schema";
  const messages = request.messages.map(toWire);
  return {
    model: upstreamModel,
    stream: true,
    messages: spoken
      ? withInstruction(messages, schemaInstruction(responseFormat.schema))
      : messages,
    [manners.limit]: request.maxTokens,
    ...(manners.usage ? { stream_options: { include_usage: true } } : {}),
    ...(manners.temperature && request.temperature !== undefined
      ? { temperature: request.temperature }
      : {}),
    ...(tools?.length
      ? {
        tools: tools.map(({ name, description, parameters }) => ({
          type: "function" as const,
          function: { name, description, parameters },
        })),
      }
      : {}),
    ...(responseFormat && manners.format === "schema"
      ? {
        response_format: {
          type: "json_schema" as const,
          json_schema: {
            name: responseFormat.name,
            schema: responseFormat.schema,
            strict: isStrict(responseFormat.schema),
          },
        },
      }
      : {}),
    ...(responseFormat && manners.format === "object"
      ? { response_format: { type: "json_object" as const } }
      : {}),
  };
}

function toWire(message: ChatMessage): OpenAI.ChatCompletionMessageParam {
  switch (message.role) {
    case "tool":
      return { role: "tool", content: message.content, tool_call_id: message.toolCallId };
    case "assistant":
      if (!message.toolCalls?.length) return { role: "assistant", content: message.content };
      return {
        role: "assistant",
        content: message.content || null,
        tool_calls: message.toolCalls.map((call) => ({
          id: call.id,
          type: "function" as const,
          function: { name: call.name, arguments: call.arguments },
        })),
      };
    default:
      return { role: message.role, content: message.content };
  }
}

/** Some models take only one system message, and only as the first. */
function withInstruction(
  messages: OpenAI.ChatCompletionMessageParam[],
  text: string,
): OpenAI.ChatCompletionMessageParam[] {
  const [first, ...rest] = messages;
  return first?.role === "system" && typeof first.content === "string"
    ? [{ ...first, content: `${first.content}\n\n${text}` }, ...rest]
    : [{ role: "system", content: text }, ...messages];
}

function schemaInstruction(schema: JsonObject): string {
  return `Answer with one JSON object and nothing else. It must fit this JSON schema:\n${
    JSON.stringify(schema)
  }`;
}

/** Strict mode wants every object closed and every property required. */
function isStrict(schema: Json): boolean {
  if (Array.isArray(schema)) return schema.every(isStrict);
  if (schema === null || typeof schema !== "object") return true;
  if (schema.type === "object") {
    const names = Object.keys((schema.properties ?? {}) as JsonObject);
    const required = Array.isArray(schema.required) ? schema.required : [];
    if (schema.additionalProperties !== false || !names.every((name) => required.includes(name))) {
      return false;
    }
  }
  return Object.values(schema).every(isStrict);
}
