/** What a call gives to work on: the marked sections of the user's message, earlier turns and tool results. */
import type { ModelRequest } from "../../agents/model.ts";
import type { Json, JsonObject } from "../../kernel/core/json.ts";
import { isNote } from "../reading/phrases.ts";
import { detectLanguage, type Language } from "../reading/stop_words.ts";
import { uniqueBy } from "../reading/text.ts";

export interface ResultPart {
  readonly id: string;
  readonly title: string;
  readonly text: string;
  /** There is no result; the text says why. */
  readonly failed: boolean;
}

export interface ToolResult {
  readonly name: string;
  readonly arguments: string;
  readonly content: string;
}

export interface Material {
  readonly language: Language;
  /** What the person wants. */
  readonly request: string;
  /** The part of it this call is about; the request itself when it is not divided. */
  readonly task: string;
  /** Texts given to draw on. */
  readonly context: string;
  readonly results: readonly ResultPart[];
  /** Titles of results that are left out here because others answer for them. */
  readonly others: readonly string[];
  readonly criteria: string;
  readonly feedback: string;
  readonly draft: string;
  /** What stands outside the sections, and the system prompt: how to answer, not about what. */
  readonly instructions: string;
  /** Name of the response schema; empty for free text. */
  readonly purpose: string;
  /** Answers of tools since the request. */
  readonly toolResults: readonly ToolResult[];
  /** What was answered to this request already, when it was cut. */
  readonly spoken: string;
  /** Objects found as JSON in the sections, in order. */
  readonly rows: readonly JsonObject[];
}

const KNOWN: ReadonlySet<string> = new Set([
  "request",
  "task",
  "context",
  "results",
  "criteria",
  "feedback",
  "draft",
]);

/**
 * The turn the call is about is the first user message with sections; requests in later ones add to it. Without
 * sections it is the last user message as it stands.
 */
export function readMaterial(call: Pick<ModelRequest, "messages" | "responseFormat">): Material {
  const { messages } = call;
  const base = baseTurn(messages);
  const turns = messages.slice(base).filter((message, i) => i === 0 || message.role === "user");
  const sections = readSections(turns.map((message) => message.content));
  const known = (name: string) => withoutNotes(sections.get(name) ?? "");
  const marked = ["request", "task", "draft", "results"].some((name) => sections.has(name));
  const wish = known("request") || (marked ? "" : withoutNotes(messages[base]?.content ?? ""));
  const task = known("task") || wish;
  const earlier = messages.slice(0, base).filter((message) => message.role !== "system");
  const history = earlier.map((message) => withoutNotes(message.content)).filter(Boolean).join(
    "\n\n",
  );
  const extra = [...sections].filter(([name]) => !KNOWN.has(name)).map(([, text]) => text).join(
    "\n\n",
  );
  const spoken = messages.slice(base).filter((message) =>
    message.role === "assistant" && !message.toolCalls?.length
  );
  return {
    language: detectLanguage(wish || task),
    request: wish || task,
    task,
    context: [known("context"), marked ? extra : "", history].filter((text) => text.trim()).join(
      "\n\n",
    ),
    results: readResults(sections.get("results") ?? ""),
    others: [],
    criteria: known("criteria"),
    feedback: known("feedback"),
    draft: known("draft"),
    instructions: [
      ...messages.filter((message) => message.role === "system").map((message) => message.content),
      ...(marked ? turns.map((message) => outside(message.content)) : []),
    ].filter(Boolean).join("\n\n"),
    purpose: call.responseFormat?.name ?? "",
    toolResults: readToolResults(messages.slice(base)),
    spoken: messages.at(-1)?.role === "user"
      ? spoken.map((message) => message.content).join("")
      : "",
    rows: ["task", "context", "results", "draft"].flatMap((name) =>
      jsonObjects(sections.get(name) ?? "")
    ),
  };
}

/** Index of the user message this call answers. */
export function baseTurn(messages: ModelRequest["messages"]): number {
  const marked = messages.findIndex((message) =>
    message.role === "user" &&
    [...readSections([message.content]).keys()].some((name) => KNOWN.has(name))
  );
  if (marked >= 0) return marked;
  return Math.max(0, messages.findLastIndex((message) => message.role === "user"));
}

interface Section {
  readonly name: string;
  readonly body: string;
  readonly from: number;
  readonly to: number;
}

/** Elements of the outermost level, in one pass: a tag that is never closed is looked for once. */
function* sectionsOf(content: string): Generator<Section> {
  const opening = /<([a-z][a-z_-]{1,30})(?:\s[^<>]{0,500})?>/g;
  const unclosed = new Set<string>();
  for (let match = opening.exec(content); match; match = opening.exec(content)) {
    const name = match[1]!;
    if (unclosed.has(name)) continue;
    const end = content.indexOf(`</${name}>`, opening.lastIndex);
    if (end < 0) {
      unclosed.add(name);
      continue;
    }
    const to = end + name.length + 3;
    yield { name, body: content.slice(opening.lastIndex, end), from: match.index, to };
    opening.lastIndex = to;
  }
}

/** What stands between the sections. */
function outside(content: string): string {
  let at = 0;
  let text = "";
  for (const { from, to } of sectionsOf(content)) {
    text += content.slice(at, from);
    at = to;
  }
  return (text + content.slice(at)).trim();
}

/** Sections by name; requests add up over the turns, of all others the latest turn counts. */
function readSections(turns: readonly string[]): Map<string, string> {
  const out = new Map<string, string>();
  for (const content of turns) {
    const turn = new Map<string, string>();
    for (const { name, body } of sectionsOf(content)) {
      turn.set(name, [turn.get(name), body.trim()].filter(Boolean).join("\n\n"));
    }
    for (const [name, body] of turn) {
      out.set(name, name === "request" ? [out.get(name), body].filter(Boolean).join("\n\n") : body);
    }
  }
  return out;
}

/** Results as `<result id title>` elements, as JSON rows, under headings, or as one text. */
function readResults(text: string): ResultPart[] {
  const parts: ResultPart[] = [];
  for (const [, attributes, body] of text.matchAll(/<result\b([^>]*)>([\s\S]*?)<\/result>/g)) {
    const id = attributes!.match(/\bid="([^"]*)"/)?.[1] ?? String(parts.length + 1);
    const title = attributes!.match(/\btitle="([^"]*)"/)?.[1] ?? firstHeading(body!) ?? id;
    parts.push({
      id,
      title,
      text: withoutNotes(body!),
      failed: /\bstatus="failed"/.test(attributes!),
    });
  }
  if (parts.length) return parts;
  for (const row of jsonObjects(text)) {
    const body = stringOf(row.output ?? row.result ?? row.text ?? row.content ?? row.answer);
    const title = stringOf(row.title ?? row.name ?? row.task ?? row.id);
    if (body) {
      parts.push({
        id: stringOf(row.id) || String(parts.length + 1),
        title,
        text: withoutNotes(body),
        failed: false,
      });
    }
  }
  if (parts.length) return parts;
  const blocks = text.split(/^(?=#{1,4}\s)/m).map((block) => withoutNotes(block)).filter(Boolean);
  return blocks.map((block, i) => ({
    id: String(i + 1),
    title: firstHeading(block) ?? String(i + 1),
    text: block,
    failed: false,
  }));
}

function firstHeading(text: string): string | undefined {
  return text.match(/^\s*#{1,4}\s+(.+)$/m)?.[1]?.trim();
}

function stringOf(value: Json | undefined): string {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** A keyword program gains nothing from more than the start and the end of a long text. */
const HEAD_CHARS = 48_000;
const TAIL_CHARS = 12_000;

function bounded(text: string): string {
  if (text.length <= HEAD_CHARS + TAIL_CHARS) return text;
  return `${text.slice(0, HEAD_CHARS)}\n\n${text.slice(-TAIL_CHARS)}`;
}

/** The demonstration's own closing line is no material when one of its answers is read again. */
function withoutNotes(text: string): string {
  return bounded(text).split("\n").filter((line) => !isNote(line)).join("\n").trim();
}

function readToolResults(messages: ModelRequest["messages"]): Material["toolResults"] {
  const calls = new Map(
    messages.flatMap((message) => message.role === "assistant" ? message.toolCalls ?? [] : []).map((
      call,
    ) => [call.id, call]),
  );
  return messages.flatMap((message) => {
    if (message.role !== "tool") return [];
    const call = calls.get(message.toolCallId);
    const content = message.content.replace(
      /^\s*<tool_result\b[^>]*>\n?|\n?<\/tool_result>\s*$/g,
      "",
    );
    return [{ name: call?.name ?? "", arguments: call?.arguments ?? "", content }];
  });
}

/** JSON objects in a text: whole sections, fenced blocks, or lines that hold one. */
function jsonObjects(text: string): JsonObject[] {
  const candidates = [
    text,
    ...[...text.matchAll(/```(?:json)?\s*\n([\s\S]*?)```/g)].map((match) => match[1]!),
    ...text.split("\n").filter((line) => /^\s*[-*]?\s*[[{].*[\]}],?\s*$/.test(line)).map((line) =>
      line.replace(/^\s*[-*]\s*/, "").replace(/,\s*$/, "")
    ),
    text.slice(text.search(/\[\s*\{/), text.lastIndexOf("]") + 1),
  ];
  const found: JsonObject[] = [];
  for (const candidate of candidates) {
    try {
      collect(JSON.parse(candidate.trim()), found);
    } catch {
      // Not JSON: prose.
    }
  }
  return uniqueBy(found, (row) => JSON.stringify(row));
}

function collect(value: Json, into: JsonObject[]): void {
  if (Array.isArray(value)) return value.forEach((item) => collect(item, into));
  if (value === null || typeof value !== "object") return;
  into.push(value);
  for (const inner of Object.values(value)) if (Array.isArray(inner)) collect(inner, into);
}
