/** What can be read off a text without understanding it: figures, dates, names, addresses, labelled values. */
import { isStopWord, type Language } from "./stop_words.ts";
import { isOrder } from "./terms.ts";
import { sentences, uniqueBy, words } from "./text.ts";

export type FactKind =
  | "email"
  | "url"
  | "date"
  | "time"
  | "amount"
  | "percent"
  | "phone"
  | "number"
  | "quote"
  | "name";

export interface Fact {
  readonly kind: FactKind;
  readonly value: string;
  readonly at: number;
}

const MONTHS =
  "jan(?:uary|uar|vier|eiro)?|feb(?:ruary|ruar)?|f[eé]vrier|fevereiro|enero|febrero|gennaio|febbraio|mar(?:ch|s|zo|ço)?|märz|apr(?:il|ile)?|avril|abril|ma[iy]o?|june?|juni|juin|junio|junho|giugno|july?|juli|juillet|julio|julho|luglio|aug(?:ust)?|août|agosto|sep(?:t|tember|tembre|tiembre)?|settembre|setembro|o[ck]t(?:ober|obre|ubre|ubro)?|ottobre|outubro|nov(?:ember|embre|iembre|embro)?|de[cz](?:ember|embre|iembre|embro)?|dicembre|diciembre|décembre";

/** Tried in this order; a later one never reads inside what an earlier one took. */
const PATTERNS: readonly (readonly [FactKind, RegExp])[] = [
  ["url", /\bhttps?:\/\/[^\s<>"'`)\]]+[^\s<>"'`)\].,;:!?]/gi],
  ["email", /\b[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}\b/g],
  ["date", /\b\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})?)?\b/g],
  ["date", /\b\d{1,2}[./]\d{1,2}[./]\d{2,4}\b/g],
  [
    "date",
    new RegExp(
      `\\b\\d{1,2}(?:st|nd|rd|th|\\.|er|º)?\\s+(?:of\\s+|de\\s+)?(?:${MONTHS})\\.?(?:,?\\s+(?:de\\s+)?\\d{4})?\\b`,
      "giu",
    ),
  ],
  [
    "date",
    new RegExp(`\\b(?:${MONTHS})\\.?\\s+\\d{1,2}(?:st|nd|rd|th)?(?:,?\\s+\\d{4})?\\b`, "giu"),
  ],
  ["date", new RegExp(`\\b(?:${MONTHS})\\.?\\s+\\d{4}\\b`, "giu")],
  [
    "amount",
    /(?:[$€£¥]|\b(?:USD|EUR|GBP|CHF)\s?)\s?\d[\d.,]{0,24}\d*(?:\s?(?:k|m|bn|million|billion)\b)?|\b\d[\d.,]{0,24}\s?(?:(?:k|m|bn|thousand|million|billion|tausend|millionen|milliarden|mille|millions?|mil|millones|mila|milioni|milhões)\s(?:of\s|de\s|di\s)?)?(?:[$€£¥]|(?:USD|EUR|GBP|CHF|dollars?|euros?|pounds?)\b)/gi,
  ],
  [
    "percent",
    /[-+]?\d+(?:[.,]\d+)?\s?(?:%|percent\b|prozent\b|pour cent\b|por ciento\b|per cento\b|por cento\b)/gi,
  ],
  ["time", /\b\d{1,2}:\d{2}(?::\d{2})?(?:\s?[ap]m)?\b|\b\d{1,2}\s?[ap]m\b/gi],
  ["phone", /(?:\+\d{1,3}[\s-]?)(?:\(?\d{1,4}\)?[\s-]?){2,5}\d{2,}|\b\d{3}[-\s]\d{3}[-\s]\d{4}\b/g],
  ["quote", /"[^"\n]{2,120}"|“[^”\n]{2,120}”|«[^»\n]{2,120}»|„[^“”\n]{2,120}[“”]|`[^`\n]{2,120}`/g],
  [
    "number",
    /(?<![\p{L}\d_.-])[-−]?\d+(?:[.,]\d{3})*(?:[.,]\d+)?(?:\s?(?:kg|km|cm|mm|m|g|ms|s|h|min|GB|MB|KB|TB|hours?|days?|weeks?|months?|years?|minutes?|seconds?|Stunden|Tage|Wochen|Monate|Jahre|heures|jours|semaines|mois|ans|horas|días|semanas|meses|años|ore|giorni|settimane|mesi|anni|dias|anos))?\b/gu,
  ],
];

/** Past this a text is read no further for facts. */
const MAX_CHARS = 40_000;
const MAX_FACTS = 500;

/** Each fact once, in the order of the text. */
export function facts(whole: string, language: Language): Fact[] {
  const text = whole.slice(0, MAX_CHARS);
  const taken = new Uint8Array(text.length);
  const free = (from: number, to: number) => !taken.subarray(from, to).includes(1);
  const out: Fact[] = [];
  for (const [kind, pattern] of PATTERNS) {
    for (const match of text.matchAll(pattern)) {
      const end = match.index + match[0].length;
      if (!free(match.index, end)) continue;
      if (kind !== "quote") taken.fill(1, match.index, end);
      out.push({ kind, value: strip(kind, match[0]), at: match.index });
    }
  }
  for (const fact of names(text, language)) {
    if (free(fact.at, fact.at + fact.value.length)) out.push(fact);
  }
  const found = uniqueBy(
    out.sort((a, b) => a.at - b.at),
    (fact) => `${fact.kind}:${fact.value.toLowerCase()}`,
  );
  return found.slice(0, MAX_FACTS);
}

function strip(kind: FactKind, value: string): string {
  return kind === "quote" ? value.slice(1, -1).trim() : value.trim().replace(/[.,]$/, "");
}

/** Weekdays and months are capitalised in English and are no names. */
const CALENDAR = new RegExp(`^(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|${MONTHS})$`, "iu");

/** Names: runs of capitalised words inside a sentence; in German nouns are capitalised, so two are needed. */
function names(text: string, language: Language): Fact[] {
  const word = "\\p{Lu}[\\p{L}\\p{N}'’&-]*";
  const run = new RegExp(
    `${word}(?:\\s+(?:(?:of|de|da|do|di|von|van|der|la|le|the|&)\\s+)?${word}){0,6}`,
    "gu",
  );
  const out: Fact[] = [];
  for (const match of text.matchAll(run)) {
    let value = match[0];
    let at = match.index;
    let opens = at === 0 ||
      /(?:[.!?:¿¡\n•>*#"“«(|]|\d[.)])\s*$/.test(text.slice(Math.max(0, at - 12), at)) ||
      /^\s*[-*]\s*$/.test(lineBefore(text, at));
    let parts = value.split(/\s+/);
    while (parts.length && (isStopWord(parts[0]!.toLowerCase(), language) || isOrder(parts[0]!))) {
      at += parts[0]!.length + 1;
      parts = parts.slice(1);
      opens = false;
    }
    value = parts.join(" ");
    const acronym = /^[\p{Lu}\p{N}&-]{2,}$/u.test(value) || /\p{Ll}\p{Lu}/u.test(value);
    const enough = parts.length > 1 || acronym || (!opens && language !== "de" && value.length > 1);
    if (value && enough && !/^\d/.test(value) && !CALENDAR.test(value)) {
      out.push({ kind: "name", value, at });
    }
  }
  return out;
}

function lineBefore(text: string, at: number): string {
  return text.slice(Math.max(text.lastIndexOf("\n", at - 1) + 1, at - 40), at);
}

/** `Label: value` pairs, one a line or separated by semicolons; labels are at most five words. */
export function labelled(text: string): { label: string; value: string }[] {
  const out: { label: string; value: string }[] = [];
  // A bold label owns its whole line.
  const lines = text.split("\n").flatMap((line) =>
    /^\s*(?:[-*•]\s*)?\*\*/.test(line) ? [line] : line.split(/;\s+/)
  );
  for (const line of lines) {
    const match = line.match(
      /^\s*(?:[-*•]\s*)?\**([\p{L}][\p{L}\p{N} _/()-]{0,48}?)\**\s*[:=]\s*\**\s*(.+)$/u,
    );
    if (match && words(match[1]!).length <= 5 && !/^\/\//.test(match[2]!)) {
      out.push({ label: match[1]!.trim(), value: match[2]!.replace(/\*\*/g, "").trim() });
    }
  }
  return out;
}

/** A figure as written in any of the languages, as a number: `1,234.5`, `1.234,5`, `2 500`, `17 %`. */
export function parseNumber(text: string): number | null {
  const match = text.replace(/−/g, "-").match(/[-+]?\d[\d.,]{0,24}/);
  if (!match) return null;
  let digits = match[0].replace(/[.,]$/, "");
  const comma = digits.lastIndexOf(",");
  const dot = digits.lastIndexOf(".");
  if (comma >= 0 && dot >= 0) {
    digits = comma > dot ? digits.replace(/\./g, "").replace(",", ".") : digits.replace(/,/g, "");
  } else if (comma >= 0) {
    digits = /^[-+]?\d{1,3}(?:,\d{3})+$/.test(digits)
      ? digits.replace(/,/g, "")
      : digits.replace(",", ".");
  } else if (/^[-+]?\d{1,3}(?:\.\d{3}){2,}$/.test(digits)) {
    digits = digits.replace(/\./g, "");
  }
  const value = Number(digits);
  return Number.isFinite(value) ? value : null;
}

/** The sentence of the text that a position lies in. */
export function sentenceWith(text: string, value: string): string {
  return sentences(text).find((sentence) => sentence.includes(value)) ?? value;
}
