/** One pass over a text: what it is made of. Of a long one both ends, where requests say what they want. */
import { MARKER_KINDS, type MarkerKind } from "./marker_words.ts";
import { ANYWHERE, charClasses, markersAt, UNPARTED, WORD } from "./markers.ts";

export interface Scan {
  /** Words outside of quotations and code; two characters of Chinese, Japanese or Korean count as one. */
  readonly words: number;
  /** Words quoted, pasted or in code. */
  readonly material: number;
  /** Words of ten letters and more. */
  readonly longWords: number;
  /** Commas, semicolons, colons, line ends: where clauses part. */
  readonly breaks: number;
  readonly numbers: number;
  readonly questions: number;
  readonly codeSigns: number;
  /** How often terms of each kind, in the order of MARKER_KINDS, were found. */
  readonly marks: readonly number[];
}

const HEAD = 900;
const TAIL = 400;
/** Kinds that say what a text is about: counted in quotations too. */
const TOPICS = maskOf(["systems", "legal", "medical"]);
const TRANSFORM = MARKER_KINDS.indexOf("transform");
/** Behind "Translate this:" all is material, without quotation marks too. */
const REST = -1;
const REST_WITHIN_WORDS = 40;
const FENCE = 96;

interface Seen {
  words: number;
  unparted: number;
  material: number;
  unpartedMaterial: number;
  longWords: number;
  breaks: number;
  numbers: number;
  questions: number;
  signs: number;
  readonly marks: number[];
}

export function scanText(whole: string): Scan {
  const text =
    (whole.length <= HEAD + TAIL ? whole : `${whole.slice(0, HEAD)}\n${whole.slice(-TAIL)}`)
      .toLowerCase();
  const seen = scan(text);
  // What lies between the ends is material.
  const skipped = Math.max(0, whole.length - HEAD - TAIL) / 6;
  return {
    words: seen.words + seen.unparted / 2,
    material: seen.material + seen.unpartedMaterial / 2 + skipped,
    longWords: seen.longWords + seen.unparted / 12,
    breaks: seen.breaks,
    numbers: seen.numbers,
    questions: seen.questions,
    codeSigns: seen.signs,
    marks: seen.marks,
  };
}

function scan(text: string): Seen {
  const of = charClasses();
  const seen: Seen = {
    words: 0,
    unparted: 0,
    material: 0,
    unpartedMaterial: 0,
    longWords: 0,
    breaks: 0,
    numbers: 0,
    questions: 0,
    signs: 0,
    marks: new Array<number>(MARKER_KINDS.length).fill(0),
  };
  /** The code that ends the quotation the text is in; 0 outside. */
  let quote = 0;
  let before = 0;
  let wordStart = -1;
  for (let i = 0; i <= text.length; i++) {
    const code = i < text.length ? text.charCodeAt(i) : 32;
    const kind = of[code]!;
    if ((kind & WORD) !== 0 && ((kind & ANYWHERE) !== 0 || (before & WORD) === 0)) {
      const found = markersAt(text, i);
      if (found !== 0) count(seen.marks, quote === 0 ? found : found & TOPICS);
    }
    if ((kind & UNPARTED) !== 0) {
      if (quote === 0) seen.unparted++;
      else seen.unpartedMaterial++;
    }
    const inWord = (kind & (WORD | UNPARTED)) === WORD;
    if (inWord && wordStart < 0) wordStart = i;
    if (!inWord && wordStart >= 0) {
      endWord(seen, text.charCodeAt(wordStart), i - wordStart, quote !== 0);
      wordStart = -1;
    }
    if (kind === 0 && code !== 32) {
      if (quote === 0 && opensRest(code, seen)) quote = REST;
      else quote = quoteAfter(quote, text, i, code);
      sign(seen, code, quote !== 0);
    }
    before = kind;
  }
  return seen;
}

function count(marks: number[], found: number): void {
  for (let bits = found, at = 0; bits !== 0; bits >>= 1, at++) {
    if ((bits & 1) === 1) marks[at]!++;
  }
}

function endWord(seen: Seen, first: number, length: number, quoted: boolean): void {
  if (quoted) {
    seen.material++;
    return;
  }
  seen.words++;
  if (first >= 48 && first <= 57) seen.numbers++;
  else if (length >= 10) seen.longWords++;
}

function sign(seen: Seen, code: number, quoted: boolean): void {
  switch (code) {
    case 63: // ?
    case 0xff1f:
    case 0x61f:
      if (!quoted) seen.questions++;
      break;
    case 44: // , ; : and their wide forms
    case 59:
    case 58:
    case 10:
    case 0x3001:
    case 0xff0c:
    case 0xff1b:
    case 0xff1a:
    case 0x60c:
      if (!quoted) seen.breaks++;
      break;
    case 96: // ` { } = < >
    case 123:
    case 125:
    case 61:
    case 60:
    case 62:
      seen.signs++;
  }
}

function opensRest(code: number, seen: Seen): boolean {
  return (code === 58 || code === 0xff1a || code === 10) && seen.marks[TRANSFORM]! > 0 &&
    seen.words + seen.unparted / 2 < REST_WITHIN_WORDS;
}

/** The code that ends the quotation the text is in after this character; 0 outside. */
function quoteAfter(quote: number, text: string, at: number, code: number): number {
  if (quote === REST) return REST;
  if (code === FENCE && text.startsWith("```", at) && text.charCodeAt(at - 1) !== FENCE) {
    return quote === FENCE ? 0 : quote === 0 ? FENCE : quote;
  }
  if (quote === FENCE) return FENCE;
  if (quote !== 0) return code === quote ? 0 : quote;
  const closes = closingOf(code);
  return closes !== 0 && text.includes(String.fromCharCode(closes), at + 1) ? closes : 0;
}

function closingOf(code: number): number {
  switch (code) {
    case 34: // "
      return 34;
    case 0x201c: // “ ”
      return 0x201d;
    case 0x201e: // „ “
      return 0x201c;
    case 0xab: // « »
      return 0xbb;
    case 0x300c: // 「 」
      return 0x300d;
    default:
      return 0;
  }
}

function maskOf(kinds: readonly MarkerKind[]): number {
  return kinds.reduce((mask, kind) => mask | 1 << MARKER_KINDS.indexOf(kind), 0);
}
