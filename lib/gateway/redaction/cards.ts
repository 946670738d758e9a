/** Payment card numbers: written as cards are, of a known network's range and length, with Luhn's check digit. */
import { type DigitRun, type Group, isWordAt, type Span } from "./digit_runs.ts";

/** First digits and lengths of the networks (ISO/IEC 7812 ranges as the networks publish them). */
const NETWORKS: readonly (readonly [RegExp, readonly number[]])[] = [
  [/^4/, [13, 16, 19]],
  [/^(?:5[1-5]|2(?:22[1-9]|2[3-9]|[3-6]|7[01]|720))/, [16]],
  [/^3[47]/, [15]],
  [/^(?:6011|64[4-9]|65|622)/, [16, 17, 18, 19]],
  [/^3(?:0[0-5]|09|[689])/, [14, 16]],
  [/^35(?:2[89]|[3-8])/, [16, 17, 18, 19]],
  [/^(?:62|81)/, [16, 17, 18, 19]],
  [/^220[0-4]/, [16, 17, 18, 19]],
  [/^(?:50|5[6-9]|6[0378])/, [13, 14, 15, 16, 17, 18, 19]],
];

/** How digits are grouped on cards; without separators any length. */
const GROUPINGS = new Set(["4444", "44441", "44442", "44443", "465", "464", "4441"]);
const GROUPS_MAX = 5;

export function findCards(text: string, runs: readonly DigitRun[]): Span[] {
  const spans: Span[] = [];
  for (const { groups } of runs) {
    for (let from = 0; from < groups.length; from++) {
      const last = cardFrom(text, groups, from);
      if (last < 0) continue;
      spans.push({ kind: "card", start: groups[from]!.start, end: groups[last]!.end });
      from = last;
    }
  }
  return spans;
}

/** Index of the last group of a card that begins with this one, or -1. */
function cardFrom(text: string, groups: readonly Group[], from: number): number {
  const start = groups[from]!.start;
  if (isWordAt(text, start - 1) || isFraction(text, start)) return -1;
  let digits = "";
  let grouping = "";
  let found = -1;
  for (let i = from; i < groups.length && i < from + GROUPS_MAX; i++) {
    const { start: at, end } = groups[i]!;
    if (i > from && !isSameSeparator(text, groups, from, i)) break;
    digits += text.slice(at, end);
    grouping += end - at;
    if (digits.length > 19) break;
    const shaped = i === from || GROUPINGS.has(grouping);
    if (shaped && !isWordAt(text, end) && isCardNumber(digits)) found = i;
  }
  return found;
}

/** Digits behind a decimal point. */
const isFraction = (text: string, start: number) =>
  /[.,]/.test(text[start - 1] ?? "") && /\d/.test(text[start - 2] ?? "");

function isSameSeparator(text: string, groups: readonly Group[], from: number, i: number) {
  const between = (n: number) => text.slice(groups[n - 1]!.end, groups[n]!.start);
  return between(i).length === 1 && between(i) === between(from + 1) && !"()/".includes(between(i));
}

export function isCardNumber(digits: string): boolean {
  return /^(?!(\d)\1+$)\d{13,19}$/.test(digits) && isLuhn(digits) &&
    NETWORKS.some(([range, lengths]) => lengths.includes(digits.length) && range.test(digits));
}

/** ISO/IEC 7812-1, annex B. */
function isLuhn(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = digits.charCodeAt(digits.length - 1 - i) - 48;
    sum += i % 2 === 0 ? digit : digit > 4 ? digit * 2 - 9 : digit * 2;
  }
  return sum % 10 === 0;
}
