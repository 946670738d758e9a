/**
 * Phone numbers. Which digits are one is decided by libphonenumber's numbering plans, here only where to look: a
 * number with its country code anywhere; one without only when it is written as phone numbers are, or stands behind
 * a word for them. Bare digits alone are as likely an order or a time.
 */
import { type DigitRun, type Group, isWordAt, type Span } from "./digit_runs.ts";

/** Says whether this is a number in use; `region` for those without country code. */
export type PhoneCheck = (number: string, region?: string) => boolean;

/** Loads the numbering plans (2 MB, 60 ms) when first needed. */
export async function loadPhoneCheck(): Promise<PhoneCheck> {
  const { parsePhoneNumberFromString } = await import("libphonenumber-js/max");
  type Region = NonNullable<Parameters<typeof parsePhoneNumberFromString>[1]>;
  return (number, region) =>
    parsePhoneNumberFromString(
      number,
      { extract: false, ...(region && { defaultCountry: region }) } as Region,
    )?.isValid() ?? false;
}

const GROUPS_MAX = 8;
const DIGITS_MIN = 7;
const DIGITS_MAX = 15;
/** Ends tried per beginning: a number may be followed by others that are not part of it. */
const TRIES_MAX = 3;
const CUE_CHARS = 24;
const CUE =
  /(?:tel|phone|fon|fono|mobile?|cell|call|ring|fax|sms|text|whatsapp|signal|handy|ruf|anruf|nummer|portable|appel|móvil|movil|llam\p{L}*|cellulare|chiam\p{L}*|telem[oó]vel|ligue|telefoon|bel|тел|телефон\p{L}*|電話|电话|手机|전화|هاتف|फ़ोन)(?:\p{L}{0,6})\P{L}{0,8}$/iu;
const ZONE_OR_DATE = /^(?:\d{4}[-./]\d{1,2}[-./]\d{1,2}|\d{1,2}[-./]\d{1,2}[-./](?:\d{4}|\d{2}))$/;
const DOTTED_QUAD = /^\d{1,3}(?:\.\d{1,3}){3}$/;
const NANP = /^\(?\d{3}\)?[ .\u00a0-]{1,2}\d{3}[ .\u00a0-]\d{4}$/;

export function findPhones(
  text: string,
  runs: readonly DigitRun[],
  regions: readonly string[],
  check: PhoneCheck,
): Span[] {
  const spans: Span[] = [];
  for (const { groups } of runs) {
    for (let from = 0; from < groups.length; from++) {
      const isAfterPhone = from > 0 && groups[from - 1]!.end === spans.at(-1)?.end;
      const found = phoneFrom(text, groups, from, isAfterPhone, regions, check);
      if (!found) continue;
      spans.push({ kind: "phone", start: found.start, end: groups[found.last]!.end });
      from = found.last;
    }
  }
  return spans;
}

interface Found {
  readonly start: number;
  readonly last: number;
}

function phoneFrom(
  text: string,
  groups: readonly Group[],
  from: number,
  isAfterPhone: boolean,
  regions: readonly string[],
  check: PhoneCheck,
): Found | null {
  const start = startOf(text, groups[from]!.start, from > 0 ? groups[from - 1]!.end : 0);
  if (start === null) return null;
  const first = text.slice(groups[from]!.start, groups[from]!.end);
  const plus = text[start] === "+" || text[start] === "＋";
  // `001…` without separators is as likely a product's number.
  const abroad = plus || /^00[2-9]/.test(first) || /^001?$/.test(first);
  // The middle of a row of digits is no number of its own.
  if (!abroad && from > 0 && !isAfterPhone && text[start] !== "(") return null;
  let tries = 0;
  for (const last of ends(groups, from)) {
    const { end } = groups[last]!;
    if (isWordAt(text, end) || isOpenDecimal(text, end)) continue;
    const written = text.slice(start, end);
    // Another number begins where another plus does; the run before this one ends there.
    if (/[+＋]/.test(written.slice(1)) || DOTTED_QUAD.test(written)) continue;
    if (++tries > TRIES_MAX) return null;
    const number = written.replace(/\(0\)/, "");
    if (abroad) {
      if (check(plus ? `+${number.slice(1)}` : `+${number.slice(2)}`)) return { start, last };
    } else if (isWrittenAsPhone(text, start, written)) {
      if (regions.some((region) => check(number, region))) return { start, last };
    }
  }
  return null;
}

/** Where a number that has its first digit at `digit` begins, or null when it is the rest of something else. */
function startOf(text: string, digit: number, previousEnd: number): number | null {
  let start = digit;
  if (text[start - 1] === "(") start--;
  if (/[+＋]/.test(text[start - 1] ?? "")) start--;
  if (start < previousEnd || isWordAt(text, start - 1)) return null;
  const [before, further] = [text[start - 1] ?? "", text[start - 2] ?? ""];
  // An amount, the rest of an id, of a fraction or of a time.
  if (/[#$€£¥_]/.test(before)) return null;
  if (text[start] !== "+" && /[.,:/-]/.test(before) && /\d/.test(further)) return null;
  if (/[.-]/.test(before) && /\p{L}/u.test(further)) return null;
  return start;
}

/** Last groups of candidates, the longest first. */
function ends(groups: readonly Group[], from: number): number[] {
  const found: number[] = [];
  let digits = 0;
  for (let i = from; i < groups.length && i < from + GROUPS_MAX; i++) {
    digits += groups[i]!.end - groups[i]!.start;
    if (digits > DIGITS_MAX + 2) break;
    if (digits >= DIGITS_MIN) found.unshift(i);
  }
  return found;
}

const isOpenDecimal = (text: string, end: number) =>
  /[.,]/.test(text[end] ?? "") && /\d/.test(text[end + 1] ?? "");

function isWrittenAsPhone(text: string, start: number, written: string): boolean {
  if (ZONE_OR_DATE.test(written)) return false;
  if (NANP.test(written)) return true;
  const grouped = /\d[^\d]{1,2}\d/.test(written);
  if (grouped && /^\(?0[1-9]/.test(written) && !/\d\.\d\d?$/.test(written)) return true;
  return CUE.test(text.slice(Math.max(0, start - CUE_CHARS), start));
}
