/** Structured output: a zod schema in, a checked value out, with one round of repair that names the errors. */
import { z } from "zod";
import { AppError } from "../kernel/core/errors.ts";
import type { Json, JsonObject } from "../kernel/core/json.ts";
import type { AgentContext } from "./context.ts";
import type { ChatMessage, ModelResult } from "./model.ts";
import { repairPrompt } from "./prompts/repair.ts";

export interface StructuredCall<T> {
  /** Names the schema to the model; letters, digits, _ and -. */
  readonly name: string;
  readonly schema: z.ZodType<T>;
  readonly messages: readonly ChatMessage[];
  /** What the schema cannot say; each string is one error, told to the model. */
  readonly check?: (value: T) => string[];
  readonly model?: string;
}

/**
 * Asks for JSON by `schema`, checks it, and asks once more with the errors named when it does not fit.
 * Throws `upstream_failed`, not retryable, with `data.invalidAnswer` when the second answer fails too.
 */
export async function structured<T>(ctx: AgentContext, call: StructuredCall<T>): Promise<T> {
  const responseFormat = { name: call.name, schema: jsonSchemaOf(call.schema) };
  const messages = withSchema(call.messages, responseFormat.schema);
  const ask = () =>
    ctx.model({ model: call.model, messages: [...messages], responseFormat }, { stream: false });

  const first = await ask();
  const read = readAnswer(call, first);
  if (read.ok) return read.value;

  ctx.act(`The answer does not fit the form, asking once more: ${read.errors.join("; ")}`);
  messages.push(
    { role: "assistant", content: first.text },
    { role: "user", content: repairPrompt(read.errors) },
  );
  const again = readAnswer(call, await ask());
  if (again.ok) return again.value;
  throw new AppError("upstream_failed", {
    retryable: false,
    detail: `The model's ${call.name} is still not valid after one repair: ${
      again.errors.join("; ")
    }`,
    data: { invalidAnswer: true, errors: again.errors },
  });
}

/** The schema in words too: many models are served without schema support, or only with "some JSON". */
function withSchema(messages: readonly ChatMessage[], schema: JsonObject): ChatMessage[] {
  const note = `The schema of your answer:\n${JSON.stringify(schema)}`;
  const [first, ...rest] = messages;
  return first?.role === "system"
    ? [{ role: "system", content: `${first.content}\n\n${note}` }, ...rest]
    : [{ role: "system", content: note }, ...messages];
}

/** True for the error `structured` throws about the model's answer, not about reaching the model. */
export function isInvalidAnswer(error: unknown): boolean {
  return error instanceof AppError && error.data?.invalidAnswer === true;
}

/**
 * The schema as providers accept it in strict mode: every field required, nothing additional, and
 * without the keywords they refuse (string lengths, defaults, the bounds of a safe integer).
 */
export function jsonSchemaOf(schema: z.ZodType): JsonObject {
  return plain(z.toJSONSchema(schema, { io: "output" }) as Json) as JsonObject;
}

const REFUSED = new Set(["$schema", "default", "minLength", "maxLength", "pattern", "format"]);

function plain(node: Json, isPropertyMap = false): Json {
  if (Array.isArray(node)) return node.map((item) => plain(item));
  if (node === null || typeof node !== "object") return node;
  const kept = Object.entries(node).filter(([key, value]) =>
    isPropertyMap || !REFUSED.has(key) && Math.abs(Number(value)) !== Number.MAX_SAFE_INTEGER
  );
  return Object.fromEntries(kept.map(([key, value]) => [key, plain(value, key === "properties")]));
}

type Read<T> = { readonly ok: true; readonly value: T } | {
  readonly ok: false;
  readonly errors: string[];
};

function readAnswer<T>(call: StructuredCall<T>, result: ModelResult): Read<T> {
  const json = extractJson(result.text);
  if (json === undefined) {
    const why = result.finishReason === "length"
      ? "the answer was cut at the token limit; be much shorter"
      : "the answer is not JSON";
    return { ok: false, errors: [why] };
  }
  const parsed = call.schema.safeParse(json);
  if (!parsed.success) return { ok: false, errors: issues(parsed.error) };
  const errors = call.check?.(parsed.data) ?? [];
  return errors.length === 0 ? { ok: true, value: parsed.data } : { ok: false, errors };
}

/** One line per problem, naming the field; at most ten, so that the repair prompt stays readable. */
export function issues(error: z.ZodError): string[] {
  return error.issues.slice(0, 10).map((issue) =>
    `${issue.path.map(String).join(".") || "the answer"}: ${issue.message}`
  );
}

/** Brackets tried as the beginning of the JSON before giving up. */
const MAX_TRIES = 20;

/** The JSON in a model's text: as it is, in a code fence, after reasoning, or amid prose. */
export function extractJson(text: string): Json | undefined {
  const spoken = text.replace(/^\s*<think>[\s\S]*?<\/think>/i, "").trim();
  const whole = parse(spoken);
  if (whole !== undefined && typeof whole === "object") return whole;
  for (const fenced of spoken.matchAll(/```[a-z]*\s*\n([\s\S]*?)```/gi)) {
    const value = parse(fenced[1]!);
    if (value !== undefined) return value;
  }
  let tries = 0;
  for (const start of spoken.matchAll(/[{[]/g)) {
    if (++tries > MAX_TRIES) break;
    const end = closingAt(spoken, start.index);
    const value = end === -1 ? undefined : parse(spoken.slice(start.index, end + 1));
    if (value !== undefined) return value;
  }
  return undefined;
}

function parse(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/** Where the bracket opened at `start` closes, strings skipped; -1 when it does not. */
function closingAt(text: string, start: number): number {
  let depth = 0;
  let quoted = false;
  for (let i = start; i < text.length; i++) {
    const char = text[i];
    if (quoted) {
      if (char === "\\") i++;
      else if (char === '"') quoted = false;
    } else if (char === '"') quoted = true;
    else if (char === "{" || char === "[") depth++;
    else if ((char === "}" || char === "]") && --depth === 0) return i;
  }
  return -1;
}
