/**
 * Finds marker words in one pass: a tree of characters, entered at the start of each word and at each character of
 * scripts that do not part words. Grown at its first use.
 */
import { MARKER_KINDS, MARKER_WORDS } from "./marker_words.ts";

interface Node {
  /** Children by lower-case Latin letter, where most words begin. */
  readonly letters: (Node | undefined)[];
  readonly others: Map<number, Node>;
  /** Bits of the kinds whose terms end here, whatever follows. */
  open: number;
  /** As `open`, only where the word ends too. */
  whole: number;
}

/** Of a character: part of a word; of a script in which terms are found anywhere; of one that parts no words. */
export const WORD = 1;
export const ANYWHERE = 2;
export const UNPARTED = 4;

let root: Node | undefined;
let classes: Uint8Array | undefined;

/** The class of every character code, as bits. */
export function charClasses(): Uint8Array {
  if (classes) return classes;
  classes = new Uint8Array(65_536);
  for (let code = 0; code < classes.length; code++) classes[code] = classOf(code);
  return classes;
}

/** Bits of the kinds whose terms begin here. The text is in lower case. */
export function markersAt(text: string, at: number): number {
  const of = charClasses();
  let node = childOf(root ??= grow(), text.charCodeAt(at));
  let found = 0;
  for (let i = at + 1; node; i++) {
    found |= node.open;
    const code = i < text.length ? text.charCodeAt(i) : 32;
    if (node.whole !== 0 && (of[code]! & WORD) === 0) found |= node.whole;
    node = childOf(node, code);
  }
  return found;
}

function childOf(node: Node, code: number): Node | undefined {
  return code >= 97 && code <= 122 ? node.letters[code - 97] : node.others.get(code);
}

const newNode = (): Node => ({
  letters: new Array(26).fill(undefined),
  others: new Map(),
  open: 0,
  whole: 0,
});

function grow(): Node {
  const tree = newNode();
  MARKER_KINDS.forEach((kind, at) => {
    for (const terms of MARKER_WORDS[kind]) {
      for (const term of terms.split("|")) plant(tree, term, 1 << at);
    }
  });
  return tree;
}

function plant(tree: Node, term: string, bit: number): void {
  const stem = term.endsWith("*");
  const text = stem ? term.slice(0, -1) : term;
  let node = tree;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    let next = childOf(node, code);
    if (!next) {
      next = newNode();
      if (code >= 97 && code <= 122) node.letters[code - 97] = next;
      else node.others.set(code, next);
    }
    node = next;
  }
  if (stem || (charClasses()[text.charCodeAt(text.length - 1)]! & ANYWHERE) !== 0) node.open |= bit;
  else node.whole |= bit;
}

function classOf(code: number): number {
  const isWord = code >= 97 && code <= 122 || code >= 48 && code <= 57 ||
    code >= 65 && code <= 90 ||
    code >= 0xaa && !within(code, 0x2000, 0x206f) && !within(code, 0x3000, 0x303f) &&
      !within(code, 0xff00, 0xff0f) && !within(code, 0xff1a, 0xff20) &&
      code !== 0xab && code !== 0xbb && code !== 0xbf && code !== 0xd7 &&
      code !== 0x60c && code !== 0x61b && code !== 0x61f;
  if (!isWord) return 0;
  if (within(code, 0x2e80, 0xd7ff)) return WORD | ANYWHERE | UNPARTED;
  return within(code, 0x600, 0x6ff) || within(code, 0x900, 0x97f) ? WORD | ANYWHERE : WORD;
}

function within(code: number, from: number, to: number): boolean {
  return code >= from && code <= to;
}
