/**
 * Reads the chunks of one provider's stream without trusting them: nothing malformed is given on, and no
 * finish reason before the stream is known to be whole, so that a stream that breaks off never looks ended.
 */
import type { Usage } from "../../agents/model.ts";
import { readError } from "./failure.ts";
import { DONE } from "./chunk_source.ts";

export interface Fault {
  readonly kind: "cut" | "malformed" | "error";
  readonly reason: string;
  /** Of an error the provider put into the stream. */
  readonly code?: string;
  readonly type?: string;
}

export interface Taken {
  /** To be given on now. */
  readonly out: string[];
  /** `done`: the stream is whole. */
  readonly end?: "done" | Fault;
}

interface Chunk {
  readonly id?: unknown;
  readonly error?: unknown;
  readonly choices?: readonly Choice[] | null;
  readonly usage?: unknown;
}

interface Choice {
  readonly index?: unknown;
  readonly delta?: {
    readonly content?: unknown;
    readonly tool_calls?: unknown;
    readonly function_call?: unknown;
    readonly refusal?: unknown;
    readonly reasoning_content?: unknown;
    readonly reasoning?: unknown;
  } | null;
  readonly finish_reason?: string | null;
}

export interface ReadingOptions {
  /** The chunk with usage goes to the caller too. */
  readonly keepUsage: boolean;
  /** A stream that goes on where another broke off speaks under that one's id. */
  readonly asId?: unknown;
}

export class StreamReading {
  readonly #options: ReadingOptions;
  readonly #text: string[] = [];
  readonly #other: string[] = [];
  #held: string[] = [];
  #usage: Usage | undefined;
  /** Of the first chunk. */
  id: unknown;
  /** Something of the answer has arrived: text, a tool call, a reason to finish. */
  begun = false;
  /** More than plain text of one choice: it cannot be continued elsewhere. */
  mixed = false;
  finish: string | undefined;

  constructor(options: ReadingOptions) {
    this.#options = options;
  }

  take(batch: readonly string[]): Taken {
    const out: string[] = [];
    for (const data of batch) {
      if (data === DONE) {
        out.push(...this.#held);
        this.#held = [];
        return { out, end: "done" };
      }
      const fault = this.#takeChunk(data, out);
      if (fault) return { out, end: fault };
    }
    return { out };
  }

  #takeChunk(data: string, out: string[]): Fault | undefined {
    const chunk = parse(data);
    if (!chunk) return { kind: "malformed", reason: "the stream holds a malformed chunk" };
    if (chunk.error !== undefined && chunk.error !== null) return faultOf(data);
    this.id ??= chunk.id;
    this.#takeUsage(chunk);
    // No chunk of an answer: clients look for choices in all of them.
    if (!chunk.choices && !chunk.usage) return undefined;
    const choices = chunk.choices ?? [];
    let finishes = false;
    for (const choice of choices) finishes = this.#takeChoice(choice) || finishes;
    if (choices.length === 0 && chunk.usage && !this.#options.keepUsage) return undefined;
    const sent = this.#options.asId === undefined ? data : this.#renamed(chunk);
    if (finishes || (this.#held.length > 0 && choices.length === 0)) this.#held.push(sent);
    else out.push(sent);
    return undefined;
  }

  /** True when it says that it is finished. */
  #takeChoice({ index, delta, finish_reason }: Choice): boolean {
    if (index) this.mixed = true;
    if (delta) {
      if (typeof delta.content === "string" && delta.content !== "") {
        this.begun = true;
        this.#text.push(delta.content);
      }
      const more = delta.tool_calls ?? delta.function_call ?? delta.refusal;
      if (more !== undefined && more !== null) {
        this.begun = true;
        this.mixed = true;
        this.#other.push(typeof more === "string" ? more : JSON.stringify(more));
      }
      const thought = delta.reasoning_content ?? delta.reasoning;
      if (typeof thought === "string" && thought !== "") {
        this.begun = true;
        this.#other.push(thought);
      }
    }
    if (!finish_reason) return false;
    this.begun = true;
    this.finish = finish_reason;
    return true;
  }

  #takeUsage({ usage }: Chunk): void {
    const counted = readUsage(usage);
    if (counted) this.#usage = counted;
  }

  #renamed(chunk: Chunk): string {
    return JSON.stringify({ ...chunk, id: this.#options.asId });
  }

  /** As the provider counted. */
  get usage(): Usage | undefined {
    return this.#usage;
  }

  /** Text so far, also what is held back. */
  get text(): string {
    return this.#text.join("");
  }

  /** Tool calls, refusals and reasoning so far: what is paid beside the text. */
  get beside(): string {
    return this.#other.join("");
  }
}

function parse(data: string): Chunk | null {
  let value: unknown;
  try {
    value = JSON.parse(data);
  } catch {
    return null;
  }
  if (!isObject(value)) return null;
  const { choices } = value as Chunk;
  if (choices === undefined || choices === null) return value;
  return Array.isArray(choices) && choices.every(isChoice) ? value : null;
}

const isObject = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** As far as clients rely on it. */
function isChoice(choice: unknown): boolean {
  if (!isObject(choice)) return false;
  const { delta, finish_reason: finish } = choice as Choice;
  if (finish !== undefined && finish !== null && typeof finish !== "string") return false;
  if (delta === undefined || delta === null) return true;
  if (!isObject(delta)) return false;
  const { tool_calls: calls } = delta;
  return calls === undefined || calls === null || (Array.isArray(calls) && calls.every(isObject));
}

function faultOf(data: string): Fault {
  const { message, code, type } = readError(data);
  return {
    kind: "error",
    reason: `an error in the stream: ${message || "the server reports an error"}`,
    ...(code && { code }),
    ...(type && { type }),
  };
}

/** More than any model takes: a count beyond it is none, and would empty a budget. */
const TOKENS_MAX = 1_000_000_000;

/** Usage as a provider writes it, or undefined when it is none. */
export function readUsage(usage: unknown): Usage | undefined {
  if (!isObject(usage)) return undefined;
  const { prompt_tokens: input, completion_tokens, total_tokens: total } = usage as Record<
    string,
    unknown
  >;
  if (!isCount(input)) return undefined;
  const output = completion_tokens === undefined && isCount(total)
    ? total - input
    : completion_tokens;
  if (!isCount(output)) return undefined;
  return { inputTokens: Math.round(input), outputTokens: Math.round(output) };
}

const isCount = (value: unknown): value is number =>
  typeof value === "number" && value >= 0 && value <= TOKENS_MAX;
