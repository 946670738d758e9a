/** The demonstration model in the words of the wire: streams, counts, stops, costs nothing. */
import { setImmediate } from "node:timers";
import type { ChatMessage, ModelRequest, ToolCall } from "../../agents/model.ts";
import type { ModelInfo } from "../../agents/model_port.ts";
import type { JsonObject } from "../../kernel/core/json.ts";
import { answerOffline, pieces } from "../offline/offline_model.ts";
import { countRequest, countText } from "../tokens.ts";
import { type ChunkSource, DONE } from "./chunk_source.ts";
import type { ChatBody, WireMessage } from "../calls/schema.ts";

type Request = ModelRequest & { readonly maxTokens: number };

/** One chunk for each few words; others get their turn between. */
export function offlineSource(
  body: ChatBody,
  target: ModelInfo,
  signal: AbortSignal,
  nowMs: number,
): ChunkSource {
  const chunks = offlineChunks(body, target, nowMs);
  let first = true;
  return {
    async read() {
      if (!first) await nextTurn();
      first = false;
      if (signal.aborted) throw signal.reason;
      const { done, value } = chunks.next();
      return done ? null : value;
    },
    finish() {},
  };
}

function* offlineChunks(
  body: ChatBody,
  target: ModelInfo,
  nowMs: number,
): Generator<readonly string[]> {
  const request = readRequest(body, target);
  const head = {
    id: "chatcmpl-offline",
    object: "chat.completion.chunk",
    created: Math.floor(nowMs / 1_000),
    model: target.id,
  };
  const said = (delta: unknown, finish: string | null = null) =>
    JSON.stringify({ ...head, choices: [{ index: 0, delta, finish_reason: finish }] });
  const answer = speak(request);
  if (answer.toolCalls.length > 0) {
    yield [
      said({ role: "assistant", content: null, tool_calls: wireCalls(answer.toolCalls, true) }),
    ];
  } else {
    let role: { role?: string } = { role: "assistant" };
    for (const content of answer.texts) {
      yield [said({ ...role, content })];
      role = {};
    }
  }
  const usage = JSON.stringify({ ...head, choices: [], usage: wireUsage(request, answer) });
  yield [said({}, answer.finish), usage, DONE];
}

/** The whole answer as JSON. */
export function offlineText(body: ChatBody, target: ModelInfo, nowMs: number): string {
  const request = readRequest(body, target);
  const answer = speak(request);
  const calls = answer.toolCalls.length > 0
    ? { tool_calls: wireCalls(answer.toolCalls, false) }
    : {};
  return JSON.stringify({
    id: "chatcmpl-offline",
    object: "chat.completion",
    created: Math.floor(nowMs / 1_000),
    model: target.id,
    choices: [{
      index: 0,
      message: {
        role: "assistant",
        content: answer.toolCalls.length > 0 ? null : answer.texts.join(""),
        refusal: null,
        ...calls,
      },
      logprobs: null,
      finish_reason: answer.finish,
    }],
    usage: wireUsage(request, answer),
  });
}

interface Spoken {
  readonly texts: readonly string[];
  readonly toolCalls: readonly ToolCall[];
  readonly finish: string;
  readonly outputTokens: number;
}

/** What fits into the tokens asked for. */
function speak(request: Request): Spoken {
  const answer = answerOffline(request);
  let outputTokens = 0;
  for (const call of answer.toolCalls) {
    outputTokens += countText(call.name) + countText(call.arguments);
  }
  const texts: string[] = [];
  for (const piece of pieces(answer.text)) {
    const tokens = countText(piece);
    if (outputTokens + tokens > request.maxTokens) {
      return { texts, toolCalls: answer.toolCalls, finish: "length", outputTokens };
    }
    outputTokens += tokens;
    texts.push(piece);
  }
  return { texts, toolCalls: answer.toolCalls, finish: answer.finishReason, outputTokens };
}

function wireUsage(request: Request, { outputTokens }: Spoken) {
  const inputTokens = countRequest(request);
  return {
    prompt_tokens: inputTokens,
    completion_tokens: outputTokens,
    total_tokens: inputTokens + outputTokens,
  };
}

function wireCalls(calls: readonly ToolCall[], streamed: boolean) {
  return calls.map(({ id, name, arguments: text }, index) => ({
    ...(streamed ? { index } : {}),
    id,
    type: "function",
    function: { name, arguments: text },
  }));
}

function readRequest(body: ChatBody, target: ModelInfo): Request {
  const tools = (body.tools ?? []).flatMap((tool) => {
    const { function: f } = tool as {
      function?: { name?: string; description?: string; parameters?: JsonObject };
    };
    return f?.name
      ? [{ name: f.name, description: f.description ?? "", parameters: f.parameters ?? {} }]
      : [];
  });
  const format = body.response_format as
    | { type?: string; json_schema?: { name?: string; schema?: JsonObject } }
    | null
    | undefined;
  const schema = format?.type === "json_schema" ? format.json_schema?.schema : undefined;
  return {
    messages: (body.messages ?? []).map(readMessage),
    maxTokens: body.max_completion_tokens ?? body.max_tokens ?? target.maxOutputTokens,
    ...(tools.length > 0 && body.tool_choice !== "none" ? { tools } : {}),
    ...(schema ? { responseFormat: { name: format?.json_schema?.name ?? "answer", schema } } : {}),
    ...(format?.type === "json_object"
      ? { responseFormat: { name: "answer", schema: { type: "object" } } }
      : {}),
  };
}

function readMessage(message: WireMessage): ChatMessage {
  const content = readContent(message.content);
  switch (message.role) {
    case "tool":
      return { role: "tool", content, toolCallId: String(message.tool_call_id ?? "") };
    case "assistant": {
      const calls = (Array.isArray(message.tool_calls) ? message.tool_calls : []) as {
        id?: string;
        function?: { name?: string; arguments?: string };
      }[];
      if (calls.length === 0) return { role: "assistant", content };
      const toolCalls = calls.map(({ id, function: f }) => ({
        id: id ?? "",
        name: f?.name ?? "",
        arguments: f?.arguments ?? "{}",
      }));
      return { role: "assistant", content, toolCalls };
    }
    case "user":
      return { role: "user", content };
    default:
      return { role: "system", content };
  }
}

function readContent(content: unknown): string {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return "";
  return content.map((part: { text?: unknown }) => typeof part?.text === "string" ? part.text : "")
    .filter((text) => text !== "").join("\n");
}

/** Lets everything else that is ready run, without a timer's delay. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
