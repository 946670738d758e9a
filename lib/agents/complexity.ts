/**
 * How much work a request asks for, from 0 to 1, with the features that gave the score. Pure and free:
 * words of a dozen languages, counts and shapes; no model call. Above the threshold work is shared out.
 */
import type { Complexity } from "./covenant.ts";
import { CJK, type Marker, MARKERS, NUMBER_WORDS, QUESTION_WORDS } from "./complexity_words.ts";

/** At or below it one agent answers directly. */
export const DELEGATE_ABOVE = 0.6;

interface Feature {
  readonly name: string;
  readonly weight: number;
  readonly reason: string;
}

const BASE = 0.1;

/** Weight and the words of the reason for each kind of marker found in the request. */
const KINDS: Readonly<Record<Marker, { readonly weight: number; readonly reason: string }>> = {
  comparison: { weight: 0.25, reason: "compares alternatives" },
  recommendation: { weight: 0.2, reason: "asks for a recommendation or a decision" },
  design: { weight: 0.25, reason: "asks for a design, plan or strategy" },
  research: { weight: 0.2, reason: "needs research or evidence" },
  analysis: { weight: 0.15, reason: "asks for an analysis" },
  code: { weight: 0.15, reason: "asks for working code" },
  data: { weight: 0.1, reason: "works on data" },
  steps: { weight: 0.15, reason: "has several steps" },
  constraints: { weight: 0.1, reason: "sets conditions to keep" },
  verification: { weight: 0.1, reason: "wants the result tested or checked" },
  extensive: { weight: 0.15, reason: "asks for a detailed or complete treatment" },
};

export function scoreComplexity(request: string): Complexity {
  const told = instructionsOf(request);
  const words = countWords(told);
  const features: Feature[] = [];
  for (const [kind, { weight, reason }] of Object.entries(KINDS)) {
    if (MARKERS[kind as Marker].test(told)) features.push({ name: kind, weight, reason });
  }
  features.push(...lengthFeature(countWords(request)), ...partsFeature(told, words));
  if (isSimpleQuestion(told, words, features)) {
    features.push({ name: "simple", weight: -BASE, reason: "is one short question or remark" });
  }
  const sum = features.reduce((total, feature) => total + feature.weight, BASE);
  return { score: Math.round(Math.min(1, Math.max(0, sum)) * 100) / 100, features };
}

/** What the person asks, without pasted material: code blocks, quotations, the middle of a long text. */
function instructionsOf(request: string): string {
  const own = request.replace(/```[\s\S]*?(```|$)/g, " ").replace(/^>.*$/gm, " ").trim();
  return own.length <= 1_500 ? own : `${own.slice(0, 800)} … ${own.slice(-400)}`;
}

/** Words; two characters of Chinese, Japanese or Korean count as one. */
function countWords(text: string): number {
  const wide = text.match(CJK)?.length ?? 0;
  return Math.ceil(wide / 2) + (text.replace(CJK, " ").match(/[\p{L}\p{N}]+/gu)?.length ?? 0);
}

function lengthFeature(words: number): Feature[] {
  const [weight, how] = words > 400
    ? [0.15, "very long"]
    : words > 120
    ? [0.1, "long"]
    : words > 40
    ? [0.05, "more than a few sentences"]
    : [0, ""];
  return weight === 0 ? [] : [{ name: "length", weight, reason: `is ${how} (${words} words)` }];
}

/** Parts the request names: a number of things, list items, several questions, clauses in a row. */
function partsFeature(text: string, words: number): Feature[] {
  const items = text.match(/^\s*(?:[-*•]|\(?\d{1,2}[.)]|[a-h]\))\s+\S/gm)?.length ?? 0;
  const questions = text.match(/[?？]/g)?.length ?? 0;
  const clauses = words < 9
    ? 1
    : text.split(/[,;、，；]\s*/).filter((part) => part.length > 3).length;
  const parts = Math.max(
    namedNumber(text),
    items,
    questions,
    listed(text),
    clauses > 3 ? clauses - 1 : 1,
  );
  if (parts < 2) return [];
  const weight = parts >= 5 ? 0.25 : parts >= 3 ? 0.2 : 0.1;
  return [{ name: "parts", weight, reason: `has ${parts === 2 ? "two" : `about ${parts}`} parts` }];
}

/** "three ways", "5 options": a small number right before a word; years, units and sums are none. */
function namedNumber(text: string): number {
  let most = 1;
  for (const [word, value] of NUMBER_WORDS) if (word.test(text)) most = Math.max(most, value);
  const digits =
    /(?<![\d\p{L}.,:€$£-])([2-9])(?!\p{N})[\s-]+(?!km|kg|mg|gb|mb|tb|ms|min|hour|day|week|month|year|stund|tag|woche|monat|jahr|uhr|euro|people|person|guest|gäst|user|employee|%|°|x\b)\p{L}{4,}/giu;
  for (const [, digit] of text.matchAll(digits)) most = Math.max(most, Number(digit));
  const counted = text.match(/([二两三四五六七八九十2-9])\s*(?:つの|種類|种|個の|个|가지|개의)/u);
  if (counted) most = Math.max(most, 3);
  return most;
}

const AND = /(?:^|\s)(?:and|or|und|oder|et|ou|y|o|e|и|или)\s/iu;

/** The longest "a, b and c" of the text; no pattern over the whole, which could take for ever. */
function listed(text: string): number {
  const lengths = text.split(/[.;:!?\n]/).map((clause) => {
    const items = clause.split(",");
    const last = items.findLastIndex((item) => AND.test(item));
    if (last < 1) return 1;
    const startsWithAnd = AND.exec(items[last]!)!.index < 2;
    return last + (startsWithAnd ? 1 : 2);
  });
  return Math.max(1, ...lengths);
}

function isSimpleQuestion(text: string, words: number, features: readonly Feature[]): boolean {
  if (features.length > 0) return false;
  return words <= 4 || words <= 14 && (QUESTION_WORDS.test(text) || /[?？]\s*$/.test(text));
}

/** "Complexity 0.75 of 1: compares alternatives, has about 3 parts …", for people. */
export function explainComplexity(complexity: Complexity): string {
  const reasons = complexity.features.filter((f) => f.weight !== 0)
    .toSorted((a, b) => Math.abs(b.weight) - Math.abs(a.weight)).map((f) => f.reason);
  const why = reasons.length === 0
    ? "nothing in it needs several workers"
    : `it ${sentence(reasons)}`;
  return `Complexity ${complexity.score.toFixed(2)} of 1: ${why}`;
}

function sentence(items: readonly string[]): string {
  return items.length < 2 ? items.join("") : `${items.slice(0, -1).join(", ")} and ${items.at(-1)}`;
}
