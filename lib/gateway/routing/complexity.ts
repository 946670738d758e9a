/**
 * How much of a model a request needs, from 0 to 1, by its features alone: no model call, well under 0.1 ms. The
 * weights were fitted to the part of tests/bench/router/prompts.jsonl that is not held out, each prompt seen without
 * the marker words that occur in it alone (they may have been taken from it), then rounded and bounded so that no
 * single feature – length least of all – decides by itself.
 */
import { MARKER_KINDS, type MarkerKind } from "./marker_words.ts";
import { scanText } from "./scan.ts";

/** What of a request is looked at. */
export interface RequestShape {
  /** The last thing a person said. */
  readonly prompt: string;
  /** What was said before it, the newest last; empty at the start. */
  readonly context: string;
  readonly hasHistory: boolean;
  readonly tools: number;
  readonly schema: boolean;
}

export interface ComplexityScore {
  readonly score: number;
  /** The strongest first: `proof`, `long (61 words)` … */
  readonly features: readonly string[];
  /** It is about code. */
  readonly code: boolean;
}

const MARKS: Readonly<Record<MarkerKind, number>> = {
  proof: 2.6,
  depth: 1.4,
  systems: 1,
  legal: 0.9,
  medical: 0.8,
  build: 0.6,
  analysis: 0.8,
  constraint: 0.3,
  deliverable: 0.3,
  trivial: -0.4,
  longform: 1.5,
  transform: -0.2,
};
/** Further words of a kind say less than the first. */
const MORE = 0.6;
const WORDS = 3.2;
/** More words than this say nothing more. */
const WORDS_MAX = 60;
const MATERIAL = 0.85;
const LONG_WORDS = 1.5;
const BREAKS = 0.5;
const NUMBERS = 0.15;
const QUESTIONS = -1;
const CODE = 0.2;
const TOOLS = 0.8;
const SCHEMA = 0.3;
const HISTORY = 1.35;
const HARD_CONTEXT = 0.4;
const CODE_CONTEXT = 1.4;

/** Where a sum of weights becomes the default thresholds of the settings, 0.34 and 0.67. */
const PRIMARY_AT = 9.4;
const FLAGSHIP_AT = 15.05;

export function complexityOf(shape: RequestShape): ComplexityScore {
  const seen = scanText(shape.prompt);
  const found: Found[] = [
    ["words", WORDS * Math.log1p(Math.min(seen.words, WORDS_MAX)), seen.words],
    ["words of material", MATERIAL * Math.log1p(seen.material), seen.material],
    ["long words", LONG_WORDS * Math.log1p(seen.longWords)],
    ["clauses", BREAKS * Math.log1p(seen.breaks)],
    ["numbers", NUMBERS * Math.log1p(seen.numbers)],
    ["a question", QUESTIONS * Math.min(seen.questions, 3)],
    ["code", CODE * Math.log1p(seen.codeSigns)],
    ["tools", TOOLS * Math.log1p(shape.tools), shape.tools],
    ["a schema", shape.schema ? SCHEMA : 0],
    ["history", shape.hasHistory ? HISTORY : 0],
  ];
  for (let at = 0; at < MARKER_KINDS.length; at++) {
    const count = seen.marks[at]!;
    const kind = MARKER_KINDS[at]!;
    if (count > 0) found.push([kind, MARKS[kind] * (1 + MORE * Math.log1p(count - 1))]);
  }
  if (shape.context !== "") {
    const { marks, codeSigns } = scanText(shape.context);
    const hard = HARD.reduce((sum, kind) => sum + marks[MARKER_KINDS.indexOf(kind)]!, 0);
    found.push(["a hard conversation", HARD_CONTEXT * Math.log1p(hard)]);
    found.push(["code before", CODE_CONTEXT * Math.log1p(codeSigns)]);
  }
  let sum = 0;
  for (const [, weight] of found) sum += weight;
  return { score: scoreOf(sum), features: described(found), code: seen.codeSigns >= 3 };
}

type Found = readonly [name: string, weight: number, count?: number];

const HARD: readonly MarkerKind[] = ["proof", "depth", "systems", "legal", "medical"];

function described(found: readonly Found[]): string[] {
  return found.filter(([, weight]) => Math.abs(weight) >= 0.3)
    .sort((a, b) => Math.abs(b[1]) - Math.abs(a[1])).slice(0, 6)
    .map(([name, , count]) => count === undefined ? name : `${Math.round(count)} ${name}`);
}

function scoreOf(sum: number): number {
  const score = sum < PRIMARY_AT
    ? 0.34 * sum / PRIMARY_AT
    : sum < FLAGSHIP_AT
    ? 0.34 + 0.33 * (sum - PRIMARY_AT) / (FLAGSHIP_AT - PRIMARY_AT)
    : 0.67 + 0.33 * (sum - FLAGSHIP_AT) / (FLAGSHIP_AT - PRIMARY_AT);
  return Math.round(Math.min(1, Math.max(0, score)) * 1_000) / 1_000;
}
