/** Pieces of markdown. */
import { clip } from "../reading/text.ts";

const cell = (text: string) => text.replace(/\s*\n\s*/g, " ").replace(/\|/g, "\\|").trim() || "–";

export function mdTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(" | ")} |`;
  return [line(head), `|${head.map(() => " --- ").join("|")}|`, ...rows.map(line)].join("\n");
}

export function mdList(items: readonly string[], numbered = false): string {
  return items.map((item, i) => `${numbered ? `${i + 1}.` : "-"} ${item.replace(/\s*\n\s*/g, " ")}`)
    .join("\n");
}

export function mdSection(heading: string, body: string, level = 2): string {
  return body.trim() ? `${"#".repeat(level)} ${heading}\n\n${body.trim()}` : "";
}

export function joinBlocks(...blocks: readonly string[]): string {
  return blocks.map((block) => block.trim()).filter(Boolean).join("\n\n");
}

/** `**Label:** value`, the form in which one answer's findings can be read by the next. */
export function labelLine(label: string, value: string): string {
  return `**${label}:** ${clip(value.replace(/\s*\n\s*/g, " "), 600)}`;
}
