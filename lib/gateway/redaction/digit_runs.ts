/** Runs of digits in text, as people group them: the candidates of card and phone detection. Pure, linear. */
import type { RedactionKind } from "./schema.ts";

/** A value found, by its place in the text. */
export interface Span {
  readonly start: number;
  readonly end: number;
  readonly kind: RedactionKind;
}

/** Digits without anything between. */
export interface Group {
  readonly start: number;
  readonly end: number;
}

/** Groups with at most three separators between neighbours. */
export interface DigitRun {
  readonly groups: readonly Group[];
}

const OTHER_DIGITS = /[\u0660-\u0669\u06f0-\u06f9\u0966-\u096f\uff10-\uff19]/g;
const SEPARATORS = " \u00a0\u2009\u202f-\u2010\u2011.()/";
const SEPARATORS_MAX = 3;
const WORD = /[\p{L}\p{N}_]/u;
/** Written without spaces, or with particles leaning on words: what stands beside them may be a word of its own. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\u30fc\p{Script=Thai}\p{Script=Hangul}]/u;

/** Arabic, Devanagari and full-width digits as ASCII ones; every place in the text stays what it was. */
export function asciiDigits(text: string): string {
  return text.replace(OTHER_DIGITS, (digit) => {
    const code = digit.charCodeAt(0);
    const zero = code >= 0xff10 ? 0xff10 : code >= 0x966 ? 0x966 : code >= 0x6f0 ? 0x6f0 : 0x660;
    return String(code - zero);
  });
}

export function digitRuns(text: string): DigitRun[] {
  const runs: DigitRun[] = [];
  let groups: Group[] = [];
  for (const { 0: digits, index } of text.matchAll(/\d+/g)) {
    const last = groups.at(-1);
    if (last && !areSeparators(text, last.end, index)) {
      runs.push({ groups });
      groups = [];
    }
    groups.push({ start: index, end: index + digits.length });
  }
  if (groups.length > 0) runs.push({ groups });
  return runs;
}

function areSeparators(text: string, from: number, to: number): boolean {
  if (to - from > SEPARATORS_MAX) return false;
  for (let i = from; i < to; i++) if (!SEPARATORS.includes(text[i]!)) return false;
  return true;
}

/** Whether a word goes on before `at` (its beginning) or at `at` (its end). */
export function isWordAt(text: string, at: number): boolean {
  const char = text[at];
  if (char === undefined) return false;
  return char.charCodeAt(0) < 128 ? /\w/.test(char) : WORD.test(char) && !isUnspaced(char);
}

export function isUnspaced(char: string): boolean {
  return UNSPACED.test(char);
}
