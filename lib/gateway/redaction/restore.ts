/** Gives a caller's values back in answers: whole ones, and streams chunk by chunk. */
import type { Json, JsonObject } from "../../kernel/core/json.ts";
import { begunAt, type Placeholders } from "./placeholders.ts";
import type { StreamRestorer } from "./schema.ts";

/** What may hold the beginning of a placeholder; every other chunk is passed on as it came. */
const SUSPECT = /\[(?:["EPCIKN]|\\[uU])|\\u005[bB]/;

/** `jsonText`: the request asked for JSON, so the answer's text is to stay JSON. */
export function restoreWhole(answer: string, names: Placeholders, jsonText: boolean): string {
  if (!SUSPECT.test(answer)) return answer;
  const body = parse(answer);
  if (!body || !Array.isArray(body.choices)) return answer;
  for (const choice of body.choices) {
    if (!isObject(choice)) continue;
    if (typeof choice.text === "string") choice.text = names.restore(choice.text, jsonText);
    if (isObject(choice.message)) restoreIn(choice.message, names, jsonText);
  }
  return JSON.stringify(body);
}

function restoreIn(value: JsonObject | Json[], names: Placeholders, jsonText: boolean): void {
  const members = value as Record<string, Json>;
  for (const [key, item] of Object.entries(members)) {
    if (typeof item === "string") {
      if (KEPT.has(key)) continue;
      members[key] = names.restore(item, key === "arguments" || (jsonText && key === "content"));
    } else if (typeof item === "object" && item !== null) restoreIn(item, names, jsonText);
  }
}

const KEPT = new Set(["id", "role", "type", "name"]);

/** A text that arrives in pieces, by where it stands in its choice. */
interface Held {
  text: string;
  readonly choice: number;
  /** A delta with this text and nothing else. */
  readonly delta: (text: string) => JsonObject;
}

export class ChunkRestorer implements StreamRestorer {
  readonly #names: Placeholders;
  readonly #jsonText: boolean;
  readonly #held = new Map<string, Held>();
  #envelope: JsonObject = {};

  constructor(names: Placeholders, jsonText: boolean) {
    this.#names = names;
    this.#jsonText = jsonText;
  }

  take(chunk: string): string {
    if (this.#held.size === 0 && !SUSPECT.test(chunk)) return chunk;
    const body = parse(chunk);
    if (!body || !Array.isArray(body.choices)) return chunk;
    const { choices, usage: _usage, ...envelope } = body;
    this.#envelope = envelope;
    for (const choice of choices as Json[]) {
      if (!isObject(choice)) continue;
      const index = typeof choice.index === "number" ? choice.index : 0;
      if (isObject(choice.delta)) this.#takeDelta(choice.delta, index);
      if (typeof choice.finish_reason === "string") {
        choice.delta = this.#flushInto(isObject(choice.delta) ? choice.delta : {}, index);
      }
    }
    return JSON.stringify(body);
  }

  end(): string | null {
    if (this.#held.size === 0) return null;
    const choices = [...new Set([...this.#held.values()].map((held) => held.choice))].map((
      index,
    ) => ({ index, delta: this.#flushInto({}, index), finish_reason: null }));
    return JSON.stringify({ ...this.#envelope, choices });
  }

  #takeDelta(delta: JsonObject, choice: number): void {
    for (const [name, value] of Object.entries(delta)) {
      if (typeof value === "string" && !KEPT.has(name)) {
        delta[name] = this.#piece(
          `${choice} ${name}`,
          value,
          this.#jsonText && name === "content",
          {
            choice,
            delta: (text) => ({ [name]: text }),
          },
        );
      }
    }
    for (const call of Array.isArray(delta.tool_calls) ? delta.tool_calls : []) {
      if (isObject(call)) this.#takeCall(call, choice);
    }
    if (isObject(delta.function_call)) {
      this.#takeMember(delta.function_call, "arguments", `${choice} function_call`, {
        choice,
        delta: (text) => ({ function_call: { arguments: text } }),
      });
    }
  }

  #takeCall(call: JsonObject, choice: number): void {
    const index = typeof call.index === "number" ? call.index : 0;
    for (const [kind, member] of [["function", "arguments"], ["custom", "input"]] as const) {
      const part = call[kind];
      if (!isObject(part)) continue;
      this.#takeMember(part, member, `${choice} ${kind} ${index}`, {
        choice,
        delta: (text) => ({ tool_calls: [{ index, [kind]: { [member]: text } }] }),
      });
    }
  }

  #takeMember(
    part: JsonObject,
    member: "arguments" | "input",
    key: string,
    held: Omit<Held, "text">,
  ): void {
    const piece = part[member];
    if (typeof piece === "string") {
      part[member] = this.#piece(key, piece, member === "arguments", held);
    }
  }

  /** What may be shown now; the rest waits for the next piece of the same text. */
  #piece(key: string, piece: string, insideJson: boolean, held: Omit<Held, "text">): string {
    const before = this.#held.get(key)?.text ?? "";
    const text = before + piece;
    const cut = begunAt(text);
    if (cut < text.length) this.#held.set(key, { ...held, text: text.slice(cut) });
    else this.#held.delete(key);
    return this.#names.restore(text.slice(0, cut), insideJson);
  }

  /** No more of this choice follows: what looked like a beginning was none. */
  #flushInto(delta: JsonObject, choice: number): JsonObject {
    let whole = delta;
    for (const [key, held] of this.#held) {
      if (held.choice !== choice) continue;
      this.#held.delete(key);
      whole = mergeDelta(whole, held.delta(held.text));
    }
    return whole;
  }
}

/** Text is appended, calls are matched by their index. */
function mergeDelta(into: JsonObject, more: JsonObject): JsonObject {
  const merged: JsonObject = { ...into };
  for (const [name, value] of Object.entries(more)) {
    const present = merged[name];
    if (typeof value === "string") {
      merged[name] = (typeof present === "string" ? present : "") + value;
    } else if (Array.isArray(value)) merged[name] = mergeCalls(present, value);
    else if (isObject(value)) merged[name] = mergeDelta(isObject(present) ? present : {}, value);
    else merged[name] ??= value;
  }
  return merged;
}

function mergeCalls(present: Json | undefined, more: Json[]): Json[] {
  const calls = Array.isArray(present) ? [...present] : [];
  for (const call of more) {
    if (!isObject(call)) continue;
    const at = calls.findIndex((other) => isObject(other) && other.index === call.index);
    if (at < 0) calls.push(call);
    else calls[at] = mergeDelta(calls[at] as JsonObject, call);
  }
  return calls;
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function parse(text: string): JsonObject | null {
  try {
    const value: Json = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}
