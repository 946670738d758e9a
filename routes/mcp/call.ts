/** One `tools/call`: which verb, who acts, may they, do the arguments fit, what came of it. */
import type { CallToolResult } from "@modelcontextprotocol/server";
import type { z } from "zod";
import type { App } from "../../lib/app.ts";
import { agentId as agentIdSchema } from "../../lib/coordination/schema.ts";
import { AppError, toAppError } from "../../lib/kernel/core/errors.ts";
import { actingAgent, callOf, requireActing, requireAction } from "../_http/acting.ts";
import { requestIdOf, workspaceOf } from "../_http/env.ts";
import { outline } from "./outline.ts";
import { invalidArguments, refusalResult } from "./refusal.ts";
import { singleVerb, type Tool, type ToolCall, type Verb } from "./tool.ts";

type Arguments = Readonly<Record<string, unknown>>;

/** What the transport knows of a call. */
export type CallSurroundings = Pick<ToolCall, "c" | "signal" | "progress">;

/** Never throws: whatever is refused or fails is a result an agent can read. */
export async function callTool(
  app: App,
  tool: Tool,
  given: Arguments,
  around: CallSurroundings,
): Promise<CallToolResult> {
  try {
    const normal = tool.normalize?.(given) ?? given;
    const verb = chosenVerb(tool, normal);
    const named = rename(normal, verb, tool.aliases ?? {});
    requireAction(around.c, verb.needs ?? "read");
    const input = checkedInput(tool, verb, named);
    const result = await verb.run(toolCall(app, verb, agentGiven(named), around), input);
    const text = verb.text(result, input);
    return {
      content: [{ type: "text", text: verb.brief ? text : `${text}\n${outline(result)}`.trim() }],
      structuredContent: result as Record<string, unknown>,
    };
  } catch (thrown) {
    const error = toAppError(thrown);
    const requestId = requestIdOf(around.c);
    if (error.code === "internal" && !around.signal.aborted) {
      app.ctx.log.error("Tool call failed", {
        requestId,
        tool: tool.name,
        error: error.cause ?? error,
      });
    }
    return refusalResult(error, requestId);
  }
}

/** Under the verb's own names; an alias beside a different value of its field stays and is refused. */
function rename(
  given: Arguments,
  verb: Verb,
  aliases: Readonly<Record<string, string>>,
): Arguments {
  const named: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(given)) {
    const own = Object.hasOwn(aliases, name) && !Object.hasOwn(verb.input.shape, name)
      ? aliases[name]!
      : name;
    if (own === name || (given[own] ?? value) === value) named[own] = value;
    else named[name] = value;
  }
  return named;
}

function chosenVerb(tool: Tool, given: Arguments): Verb {
  const single = singleVerb(tool);
  if (single) return single;
  const action = given.action ?? tool.infer?.(given);
  if (typeof action === "string" && Object.hasOwn(tool.verbs, action)) return tool.verbs[action]!;
  const known = Object.keys(tool.verbs).join(", ");
  throw new AppError("invalid_input", {
    detail: action === undefined
      ? `${tool.name}: action is required: one of ${known}`
      : `${tool.name}: there is no action "${String(action).slice(0, 80)}"; use one of ${known}`,
    fields: [{ path: "action", message: `one of ${known}` }],
  });
}

/** Models send null for what they leave out; a field that takes null keeps it. */
function checkedInput(tool: Tool, verb: Verb, given: Arguments): z.output<Verb["input"]> {
  const { shape } = verb.input;
  const own: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(given)) {
    const extra = name === "agentId" || (name === "action" && !singleVerb(tool));
    if (extra && !Object.hasOwn(shape, name)) continue;
    if (value === null && !takesNull(shape, name)) continue;
    own[name] = value;
  }
  const parsed = verb.input.strict().safeParse(own);
  if (parsed.success) return parsed.data;
  throw invalidArguments(tool.name, parsed.error, ["agentId", ...Object.keys(shape)]);
}

const takesNull = (shape: Verb["input"]["shape"], name: string) =>
  Object.hasOwn(shape, name) && (shape[name] as z.ZodType).safeParse(null).success;

function agentGiven({ agentId }: Arguments): string | undefined {
  if (agentId === undefined || agentId === null) return undefined;
  const parsed = agentIdSchema.safeParse(agentId);
  if (parsed.success) return parsed.data;
  const { message } = parsed.error.issues[0]!;
  throw new AppError("invalid_input", {
    detail: `agentId – ${message}`,
    fields: [{ path: "agentId", message }],
  });
}

function toolCall(
  app: App,
  verb: Verb,
  named: string | undefined,
  around: CallSurroundings,
): ToolCall {
  const { c } = around;
  const agentId = verb.who === "actor"
    ? requireActing(c, { body: named })
    : verb.who === "caller"
    ? actingAgent(c, { body: named })
    : named ?? actingAgent(c);
  return {
    ...around,
    app,
    workspaceId: workspaceOf(c),
    call: callOf(c, verb.who === "subject" ? actingAgent(c) : agentId),
    agentId,
    agent: () => agentId ?? requireActing(c),
  };
}
