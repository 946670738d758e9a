/**
 * Markdown that grows: finished blocks keep their tokens (and so their nodes on screen), only the
 * last block is read again when text arrives.
 */
import { Lexer, type Token } from "marked";

export interface Block {
  /** The same block keeps its identity while its text does not change. */
  readonly token: Token;
}

export class GrowingMarkdown {
  #text = "";
  /** Blocks that later text can no longer change, and how much of the text they cover. */
  #settled: Block[] = [];
  #settledLength = 0;

  /** The blocks of `text`, which usually continues the text given before. */
  blocks(text: string, streaming: boolean): readonly Block[] {
    const normal = text.replace(/\r\n?/g, "\n");
    if (!normal.startsWith(this.#text)) this.#restart();
    this.#text = normal;
    const tail = normal.slice(this.#settledLength);
    const visible = streaming ? closeTail(tail) : tail;
    // The text is whole now: read it once from the start, so that references across blocks resolve.
    if (!streaming && this.#settledLength > 0 && LINK_DEFINITION.test(normal)) {
      return toBlocks(Lexer.lex(normal));
    }
    const blocks = toBlocks(Lexer.lex(visible));
    const before = this.#settled.slice();
    // Closing half-written marks changes nothing before the last paragraph.
    this.#settle(blocks, visible === tail ? tail.length : tail.lastIndexOf("\n\n") + 2);
    return [...before, ...blocks];
  }

  #restart(): void {
    this.#settled = [];
    this.#settledLength = 0;
  }

  /** All but the last block that shows something is settled, as far as the text is what was given. */
  #settle(blocks: Block[], certainLength: number): void {
    const last = blocks.findLastIndex((block) => block.token.type !== "space");
    let length = 0;
    for (const block of blocks.slice(0, Math.max(0, last))) {
      length += block.token.raw.length;
      if (length > certainLength) return;
      this.#settled.push(block);
      this.#settledLength += block.token.raw.length;
    }
  }
}

const LINK_DEFINITION = /^ {0,3}\[[^\]]+\]:\s/m;

const toBlocks = (tokens: Token[]): Block[] => tokens.map((token) => ({ token }));

/**
 * What is half written at the very end, shown as what it is about to become: open emphasis and code
 * are closed, half a link shows its words, the first lines of a table wait until it is one.
 */
export function closeTail(text: string): string {
  if (insideFence(text)) return text;
  const start = text.lastIndexOf("\n\n") + 2;
  const at = start === 1 ? 0 : start;
  const settled = text.slice(0, at);
  return settled + closeInline(holdTable(text.slice(at)));
}

function insideFence(text: string): boolean {
  let open: string | undefined;
  for (const line of text.split("\n")) {
    const fence = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1];
    if (!fence) continue;
    if (!open) open = fence;
    else if (fence[0] === open[0] && fence.length >= open.length) open = undefined;
  }
  return open !== undefined;
}

function holdTable(paragraph: string): string {
  const lines = paragraph.split("\n");
  const first = lines.findIndex((line) => /^\s*\|/.test(line));
  if (first < 0) return paragraph;
  const complete = lines.length > first + 2 && /^\s*\|?[\s:|-]+\|?\s*$/.test(lines[first + 1]!);
  return complete ? paragraph : lines.slice(0, first).join("\n");
}

function closeInline(text: string): string {
  let out = text.replace(/!?\[([^\]\n]*)\]\([^)\n]*$/, "$1").replace(
    /(^|\s)!?\[([^\]\n]*)$/,
    "$1$2",
  );
  const lastLine = out.slice(out.lastIndexOf("\n") + 1);
  // A lone marker that may become a heading, a rule, a list or emphasis shows nothing yet.
  if (/^\s*([-*+#>]{1,6}|\d+[.)]?|[*_]{1,3}|`{1,3})$/.test(lastLine)) {
    return out.slice(0, out.length - lastLine.length);
  }
  if (count(out, /(?<!`)`(?!`)/g) % 2 === 1) return out + "`";
  out = dropHalfMark(out);
  const single = openEmphasis(out);
  if (single) out = out.trimEnd() + single;
  for (const marker of ["**", "~~"]) if (isOpen(out, marker)) out = out.trimEnd() + marker;
  return out;
}

const isOpen = (text: string, marker: string) => (text.split(marker).length - 1) % 2 === 1;

/** A mark at the very end may grow into another one, unless it closes what is open. */
function dropHalfMark(text: string): string {
  const mark = /(?:\*{1,3}|_{1,3}|~~)$/.exec(text)?.[0];
  if (!mark) return text;
  const before = text.slice(0, -mark.length);
  return openEmphasis(before) === mark && !isOpen(before, "**") ? text : before;
}

/** The single mark whose emphasis is not closed yet. Marks inside words, code and lists are none. */
function openEmphasis(text: string): "*" | "_" | undefined {
  const plain = text.replace(/`[^`]*`/g, "").replace(/\*\*|__/g, "");
  for (const [marker, opening, closing] of emphasis) {
    if (count(plain, opening) > count(plain, closing)) return marker;
  }
  return undefined;
}

const emphasis = [
  ["*", /(?<![\p{L}\p{N}*\\])\*(?=[^\s*])/gu, /(?<=[^\s*\\])\*(?![\p{L}\p{N}*])/gu],
  ["_", /(?<![\p{L}\p{N}_\\])_(?=[^\s_])/gu, /(?<=[^\s_\\])_(?![\p{L}\p{N}_])/gu],
] as const;

const count = (text: string, pattern: RegExp) => text.match(pattern)?.length ?? 0;
