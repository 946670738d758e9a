/** The connecting words of the offline model's answers, per language; everything else comes from the request. */
import { PHRASE_TABLES } from "./phrase_tables.ts";
import type { Language } from "./stop_words.ts";

const KEYS = [
  "note",
  "summary",
  "comparison",
  "recommendation",
  "outline",
  "calculation",
  "facts",
  "terms",
  "criterion",
  "idea",
  "strength",
  "limit",
  "fits",
  "weak",
  "fair",
  "good",
  "toSettle",
  "says",
  "nothingSaid",
  "goal",
  "parts",
  "doneWhen",
  "open",
  "findings",
  "noAnswer",
  "recommendBy",
  "otherwise",
  "firstLook",
  "translation",
  "structure",
  "hello",
  "value",
  "kind",
  "count",
  "covered",
  "missing",
  "improved",
  "way",
  "basedOn",
  "perOption",
  "tool",
  "draftOf",
  "and",
  "settle",
  "prepare",
  "carryOut",
  "check",
  "part1",
  "part2",
  "part3",
  "takesUp",
  "keeps",
  "choosesOne",
  "choosesWay",
  "splits",
  "asksFor",
  "speaksOf",
  "consistsOf",
] as const;

export type PhraseKey = (typeof KEYS)[number];
export type Phrases = Readonly<Record<PhraseKey, string>>;

/** One phrase a line, in the order of KEYS. `{}` takes the first value, `{1}` the second. */
function table(lines: string): Phrases {
  const values = lines.trim().split("\n").map((line) => line.trim());
  if (values.length !== KEYS.length) {
    throw new Error(`expected ${KEYS.length} phrases, got ${values.length}`);
  }
  return Object.fromEntries(KEYS.map((key, i) => [key, values[i]!])) as Phrases;
}

const PHRASES = Object.fromEntries(
  Object.entries(PHRASE_TABLES).map(([language, lines]) => [language, table(lines)]),
) as Record<Language, Phrases>;

export function phrasesOf(language: Language): Phrases {
  return PHRASES[language];
}

export function fillIn(phrase: string, ...values: string[]): string {
  return phrase.replace(/\{(\d?)\}/g, (_, at: string) => values[Number(at || 0)] ?? "");
}

/** The closing line of a free-text answer. */
export function noteOf(language: Language): string {
  return `*${PHRASES[language].note}*`;
}

const NOTES = new Set(Object.values(PHRASES).map((phrases) => phrases.note));

export function isNote(line: string): boolean {
  return line.includes("muster/offline") && NOTES.has(line.trim().replace(/^[*_]+|[*_]+$/g, ""));
}
