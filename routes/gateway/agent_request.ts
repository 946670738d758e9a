/** A chat request to an agent: what it is asked, in words; what a run cannot honour is refused by name. */
import { isObject, refuse } from "../../lib/gateway/wire/mod.ts";

export interface AgentRequest {
  readonly model: string;
  readonly intent: string;
  readonly stream: boolean;
  readonly includeUsage: boolean;
}

const INTENT_MAX = 100_000;
/** Of no meaning to a run, or about the answer's form alone. */
const HARMLESS = new Set([
  "model",
  "messages",
  "stream",
  "stream_options",
  "user",
  "safety_identifier",
  "metadata",
  "store",
]);

export function readAgentRequest(body: Readonly<Record<string, unknown>>): AgentRequest {
  for (const [name, value] of Object.entries(body)) {
    if (HARMLESS.has(name) || value === null || value === undefined) continue;
    if (name === "n" && value === 1) continue;
    throw refuse(`'${name.slice(0, 100)}' is not possible with an agent: it decides by itself`, {
      param: name.slice(0, 100),
      code: "unsupported_parameter",
    });
  }
  const options = body.stream_options;
  return {
    model: String(body.model),
    intent: intentOf(body.messages as readonly Record<string, unknown>[]),
    stream: body.stream === true,
    includeUsage: isObject(options) && options.include_usage === true,
  };
}

/** The last message; what was said before stands above it. */
function intentOf(messages: readonly Record<string, unknown>[]): string {
  const last = messages.at(-1)!;
  if (last.role !== "user") {
    throw refuse("The last message to an agent must be the user's", {
      param: `messages[${messages.length - 1}].role`,
      code: "invalid_value",
    });
  }
  const rules: string[] = [];
  const said: string[] = [];
  for (const [at, message] of messages.slice(0, -1).entries()) {
    const text = textOf(message.content, at);
    if (message.role === "system" || message.role === "developer") rules.push(text);
    else if (text !== "") said.push(`${message.role}: ${text}`);
  }
  const request = textOf(last.content, messages.length - 1).trim();
  if (request === "") {
    throw refuse("The last message is empty", { param: "messages", code: "invalid_value" });
  }
  const intent = [
    ...(rules.length > 0 ? [`Instructions:\n${rules.join("\n")}`] : []),
    ...(said.length > 0 ? [`Conversation so far:\n${said.join("\n")}`] : []),
    ...(rules.length + said.length > 0 ? [`Request:\n${request}`] : [request]),
  ].join("\n\n");
  if (intent.length <= INTENT_MAX) return intent;
  throw refuse(`The messages are longer than ${INTENT_MAX} characters`, {
    param: "messages",
    code: "string_above_max_length",
  });
}

function textOf(content: unknown, at: number): string {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return "";
  return content.map((part: unknown) => {
    if (isObject(part) && part.type === "text") return String(part.text);
    throw refuse("An agent reads text only", {
      param: `messages[${at}].content`,
      code: "invalid_value",
    });
  }).join("\n");
}
