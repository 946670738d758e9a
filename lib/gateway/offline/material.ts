/** What a call gives to work on: the marked sections of the user's message, earlier turns and tool results. */
import type { ModelRequest } from "../../agents/model.ts";
import type { Json, JsonObject } from "../../kernel/core/json.ts";
import { isNote } from "./phrases.ts";
import { detectLanguage, type Language } from "./stop_words.ts";
import { uniqueBy } from "./text.ts";

export interface ResultPart {
  readonly id: string;
  readonly title: string;
  readonly text: string;
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
  readonly criteria: string;
  readonly feedback: string;
  readonly draft: string;
  /** What stands outside the sections, and the system prompt: how to answer, not about what. */
  readonly instructions: string;
  /** Answers of tools since the last user message. */
  readonly toolResults: readonly {
    readonly name: string;
    readonly arguments: string;
    readonly content: string;
  }[];
  /** Objects found as JSON in the sections, in order. */
  readonly rows: readonly JsonObject[];
}

const SECTION = /<([a-z][a-z_-]{1,30})(?:\s[^>]*)?>([\s\S]*?)<\/\1>/g;

export function readMaterial(request: Pick<ModelRequest, "messages">): Material {
  const { messages } = request;
  const lastUser = messages.findLastIndex((message) => message.role === "user");
  const content = lastUser >= 0 ? messages[lastUser]!.content : messages.at(-1)?.content ?? "";
  const sections = readSections(content);
  const known = (name: string) => withoutNotes(sections.get(name) ?? "");
  const marked = ["request", "task", "draft", "results"].some((name) => sections.has(name));
  const wish = known("request") || (marked ? "" : withoutNotes(content));
  const task = known("task") || wish;
  const earlier = messages.slice(0, Math.max(0, lastUser)).filter((message) =>
    message.role !== "system"
  );
  const history = earlier.map((message) => withoutNotes(message.content)).filter(Boolean).join(
    "\n\n",
  );
  const extra = [...sections].filter(([name]) => !KNOWN.has(name)).map(([, text]) => text).join(
    "\n\n",
  );
  return {
    language: detectLanguage(wish || task),
    request: wish || task,
    task,
    context: [known("context"), marked ? extra : "", history].filter((text) => text.trim()).join(
      "\n\n",
    ),
    results: readResults(sections.get("results") ?? ""),
    criteria: known("criteria"),
    feedback: known("feedback"),
    draft: known("draft"),
    instructions: [
      ...messages.filter((message) => message.role === "system").map((message) => message.content),
      marked ? content.replace(SECTION, "").trim() : "",
    ].filter(Boolean).join("\n\n"),
    toolResults: readToolResults(messages.slice(lastUser + 1)),
    rows: ["task", "context", "results", "draft"].flatMap((name) =>
      jsonObjects(sections.get(name) ?? "")
    ),
  };
}

const KNOWN = new Set(["request", "task", "context", "results", "criteria", "feedback", "draft"]);

function readSections(content: string): Map<string, string> {
  const out = new Map<string, string>();
  for (const [, name, body] of content.matchAll(SECTION)) {
    out.set(name!, [out.get(name!), body!.trim()].filter(Boolean).join("\n\n"));
  }
  return out;
}

/** Results as `<result id title>` elements, as JSON rows, under headings, or as one text. */
function readResults(text: string): ResultPart[] {
  const parts: ResultPart[] = [];
  for (const [, attributes, body] of text.matchAll(/<result\b([^>]*)>([\s\S]*?)<\/result>/g)) {
    const id = attributes!.match(/\bid="([^"]*)"/)?.[1] ?? String(parts.length + 1);
    const title = attributes!.match(/\btitle="([^"]*)"/)?.[1] ?? firstHeading(body!) ?? id;
    parts.push({ id, title, text: withoutNotes(body!) });
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
      });
    }
  }
  if (parts.length) return parts;
  const blocks = text.split(/^(?=#{1,4}\s)/m).map((block) => withoutNotes(block)).filter(Boolean);
  return blocks.map((block, i) => ({
    id: String(i + 1),
    title: firstHeading(block) ?? String(i + 1),
    text: block,
  }));
}

function firstHeading(text: string): string | undefined {
  return text.match(/^\s*#{1,4}\s+(.+)$/m)?.[1]?.trim();
}

function stringOf(value: Json | undefined): string {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** The demonstration's own closing line is no material when one of its answers is read again. */
function withoutNotes(text: string): string {
  return text.split("\n").filter((line) => !isNote(line)).join("\n").trim();
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
    return [{ name: call?.name ?? "", arguments: call?.arguments ?? "", content: message.content }];
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
    ...(text.match(/\[\s*\{[\s\S]*\}\s*\]/) ?? []),
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
