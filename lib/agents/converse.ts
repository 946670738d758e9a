/** One agent's talk with a model until it has its text: tool calls, cut answers, messages from a person. */
import { AppError, toAppError } from "../kernel/core/errors.ts";
import type { Json } from "../kernel/core/json.ts";
import type { AgentContext } from "./context.ts";
import type { Tool } from "./define_tool.ts";
import type { ChatMessage, ModelResult, ToolCall, ToolSpec } from "./model.ts";
import { endsRun } from "./plan.ts";
import { cut, section } from "./prompts/sections.ts";
import { ANSWER_NOW, CONTINUE, injectedPrompt, SAY_SOMETHING } from "./prompts/working.ts";
import { extractJson, issues, jsonSchemaOf } from "./structured.ts";

/** Model calls one step may make before it must answer. */
const MAX_TURNS = 8;
/** Enough for a long page, little enough for a small model's context. */
const TOOL_RESULT_CHARS = 20_000;
const BLANK_LINE = "\n\n";

export interface Talk {
  readonly messages: readonly ChatMessage[];
  readonly tools?: readonly Tool[];
}

/**
 * The text the model gives in the end: what it streamed in all its turns, joined as it was streamed.
 * Throws `upstream_failed` when it stays silent; a run limit and a cancel pass through.
 */
export async function converse(ctx: AgentContext, talk: Talk): Promise<string> {
  const messages = [...talk.messages];
  const tools = new Map((talk.tools ?? []).map((tool) => [tool.name, tool]));
  const specs = [...tools.values()].map(toolSpec);
  let text = "";
  let joint = BLANK_LINE;
  for (let turn = 1; turn <= MAX_TURNS; turn++) {
    const last = turn === MAX_TURNS;
    messages.push(...await injected(ctx));
    if (last && specs.length > 0) messages.push({ role: "user", content: ANSWER_NOW });
    const offered = specs.length > 0 && !last ? specs : undefined;
    const result = await ctx.model({ messages: [...messages], tools: offered }, { joint });
    text = text === "" || result.text === "" ? text + result.text : text + joint + result.text;
    joint = BLANK_LINE;
    if (last) break;

    const more = await nextMessages(ctx, tools, result);
    if (more === undefined) return text;
    if (result.finishReason === "length" && result.toolCalls.length === 0) joint = "";
    messages.push(...more);
  }
  if (text.trim() !== "") return text;
  throw new AppError("upstream_failed", {
    retryable: false,
    detail: `The model gave no answer in ${MAX_TURNS} turns`,
  });
}

/** What to say next; undefined when the answer stands. */
async function nextMessages(
  ctx: AgentContext,
  tools: ReadonlyMap<string, Tool>,
  result: ModelResult,
): Promise<ChatMessage[] | undefined> {
  const spoken: ChatMessage = { role: "assistant", content: result.text };
  if (result.toolCalls.length > 0) {
    return [
      { ...spoken, toolCalls: result.toolCalls },
      ...await answerCalls(ctx, tools, result.toolCalls),
    ];
  }
  if (result.finishReason === "length") return [spoken, { role: "user", content: CONTINUE }];
  if (result.text.trim() === "") return [{ role: "user", content: SAY_SOMETHING }];
  const added = await injected(ctx);
  return added.length === 0 ? undefined : [spoken, ...added];
}

async function injected(ctx: AgentContext): Promise<ChatMessage[]> {
  const messages = await ctx.inbox();
  if (messages.length === 0) return [];
  ctx.act("Takes in what the person added");
  return [{ role: "user", content: injectedPrompt(messages) }];
}

/** Reads run at once; as soon as one call writes, they run in the order the model gave. */
async function answerCalls(
  ctx: AgentContext,
  tools: ReadonlyMap<string, Tool>,
  calls: readonly ToolCall[],
): Promise<ChatMessage[]> {
  const answer = async (call: ToolCall): Promise<ChatMessage> => ({
    role: "tool",
    toolCallId: call.id,
    content: await answerCall(ctx, tools, call),
  });
  if (calls.every((call) => tools.get(call.name)?.effect !== "write")) {
    return await Promise.all(calls.map(answer));
  }
  const answers: ChatMessage[] = [];
  for (const call of calls) answers.push(await answer(call));
  return answers;
}

/** The tool's result for the model, or what was wrong with the call so that it can do better. */
async function answerCall(
  ctx: AgentContext,
  tools: ReadonlyMap<string, Tool>,
  call: ToolCall,
): Promise<string> {
  const failed = (why: string) => {
    ctx.act(`${call.name} gave no result: ${why}`);
    return section("tool_result", why, { name: call.name, status: "failed" });
  };
  const tool = tools.get(call.name);
  if (!tool) {
    return failed(`There is no tool "${call.name}"; there is ${[...tools.keys()].join(", ")}`);
  }
  const args = call.arguments.trim() === "" ? {} : extractJson(call.arguments);
  if (args === undefined) {
    return failed("The arguments are not JSON; call again with a JSON object");
  }
  const parsed = tool.input.safeParse(args);
  if (!parsed.success) {
    return failed(
      `The arguments do not fit: ${issues(parsed.error).join("; ")}; correct them and call again`,
    );
  }
  ctx.act(`Calls ${call.name} with ${cut(JSON.stringify(args), 300)}`);
  try {
    const value = await ctx.tool(call.name, parsed.data as Json);
    const written = typeof value === "string" ? value : JSON.stringify(value);
    return section("tool_result", cut(written, TOOL_RESULT_CHARS), { name: call.name });
  } catch (thrown) {
    const error = toAppError(thrown);
    if (endsRun(error)) throw error;
    return failed(
      error.code === "rejected"
        ? `A person refused this call (${error.detail}); do not try it again, go on without it`
        : error.detail,
    );
  }
}

function toolSpec(tool: Tool): ToolSpec {
  return { name: tool.name, description: tool.description, parameters: jsonSchemaOf(tool.input) };
}
