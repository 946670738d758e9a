/**
 * The sections every prompt is made of. Models read `<tag>` blocks reliably, and the offline model knows
 * its material by them, so the names are part of the contract between agents and models.
 */

const TAGS = [
  "request",
  "task",
  "context",
  "results",
  "result",
  "criteria",
  "feedback",
  "draft",
  "tool_result",
] as const;

export type SectionTag = typeof TAGS[number];

const CLOSING = new RegExp(`</(?=(?:${TAGS.join("|")})\\s*>)`, "g");

/** Material that cannot close the section it stands in. Anything else in it stays as it is: it may be code. */
export function inert(text: string): string {
  return text.replace(CLOSING, "<\\/");
}

/** `<tag attr="…">content</tag>`, the content on its own lines; nothing when the content is empty. */
export function section(
  tag: SectionTag,
  content: string,
  attributes: Readonly<Record<string, string>> = {},
): string {
  if (content.trim() === "") return "";
  return wrap(tag, inert(content.trim()), attributes);
}

/** Like `section`, for content that is itself made of sections. */
export function nested(tag: SectionTag, sections: readonly string[]): string {
  const inner = sections.filter((s) => s !== "").join("\n");
  return inner === "" ? "" : wrap(tag, inner, {});
}

/** Sections and instructions, one blank line apart, empty ones left out. */
export function prompt(...parts: readonly string[]): string {
  return parts.map((part) => part.trim()).filter((part) => part !== "").join("\n\n");
}

export function bullets(items: readonly string[]): string {
  return items.map((item) => `- ${item}`).join("\n");
}

/** The start of a text that is too long, saying how much is missing. */
export function cut(text: string, maxChars: number): string {
  if (text.length <= maxChars) return text;
  return `${text.slice(0, maxChars)}\n[… ${text.length - maxChars} more characters left out]`;
}

function wrap(tag: string, content: string, attributes: Readonly<Record<string, string>>): string {
  const written = Object.entries(attributes)
    .map(([name, value]) => ` ${name}="${value.replace(/[<>"\n]/g, " ").trim()}"`)
    .join("");
  return `<${tag}${written}>\n${content}\n</${tag}>`;
}
