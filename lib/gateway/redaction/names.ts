/**
 * Names from a list, found in one pass over a tree of their characters. Case counts only where it must: a listed
 * `Rose` is not the flower's `rose`. Scripts without spaces need no word boundary.
 */
import { isUnspaced, isWordAt, type Span } from "./digit_runs.ts";

interface Node {
  readonly next: Map<string, Node>;
  /** The name that ends here, as listed. */
  name?: string;
}

const BLANK = /\s/;
const BLANKS_MAX = 3;

export type NameTree = Node;

export function nameTree(names: readonly string[]): NameTree {
  const root: Node = { next: new Map() };
  for (const listed of names) {
    const plain = listed.trim().replace(/\s+/g, " ");
    for (const form of new Set([plain.normalize("NFC"), plain.normalize("NFD")])) {
      let node = root;
      for (const char of form) {
        const key = lower(char);
        let next = node.next.get(key);
        if (!next) node.next.set(key, next = { next: new Map() });
        node = next;
      }
      node.name = form;
    }
  }
  return root;
}

export function findNames(text: string, tree: NameTree): Span[] {
  const spans: Span[] = [];
  if (tree.next.size === 0) return spans;
  for (let at = 0; at < text.length; at++) {
    const first = tree.next.get(lower(charAt(text, at)));
    if (!first || (isWordAt(text, at - 1) && !isUnspaced(text[at]!))) continue;
    const end = longest(text, at, tree);
    if (end < 0) continue;
    spans.push({ kind: "name", start: at, end });
    at = end - 1;
  }
  return spans;
}

/** Where the longest name that begins here ends, or -1. */
function longest(text: string, from: number, tree: NameTree): number {
  let node: Node | undefined = tree;
  let found = -1;
  for (let at = from; at < text.length;) {
    const char = charAt(text, at);
    const blank = BLANK.test(char);
    node = node.next.get(blank ? " " : lower(char));
    if (!node) break;
    at += char.length;
    for (let n = 1; blank && n < BLANKS_MAX && BLANK.test(text[at] ?? ""); n++) at++;
    if (node.name !== undefined && isName(text.slice(from, at), node.name) && endsAt(text, at)) {
      found = at;
    }
  }
  return found;
}

const endsAt = (text: string, at: number) => !isWordAt(text, at) || isUnspaced(text[at - 1]!);

/** One word, listed with a capital, is not meant where it stands in small letters. */
function isName(written: string, listed: string): boolean {
  return listed.includes(" ") || written !== written.toLowerCase() ||
    listed === listed.toLowerCase();
}

function charAt(text: string, at: number): string {
  return String.fromCodePoint(text.codePointAt(at)!);
}

const lower = (char: string) => char.toLowerCase();
