/** Scores a result by what can be counted: which key terms, facts and criteria of the request it takes up. */
import { facts } from "./facts.ts";
import type { Material } from "./material.ts";
import { fillIn, phrasesOf } from "./phrases.ts";
import { keyTerms } from "./terms.ts";
import { coverage, stems, uniqueBy } from "./text.ts";

export interface Judgement {
  /** 0–1. */
  readonly score: number;
  readonly covered: readonly string[];
  readonly missing: readonly string[];
  readonly feedback: string;
}

/** Null when the call gives nothing to judge. */
export function judge(material: Material): Judgement | null {
  const judged = [
    material.draft,
    ...material.results.map((result) => `${result.title}\n${result.text}`),
  ].filter((text) => text.trim()).join("\n\n");
  if (!judged.trim()) return null;
  const { language, request, criteria } = material;
  const have = stems(judged, language);
  const lower = judged.toLowerCase();
  const fixed = facts(request, language).filter((fact) => fact.kind !== "quote").map((fact) =>
    fact.value
  );
  const wanted = uniqueBy(
    [...keyTerms(`${request}\n${criteria}`, language, 10), ...fixed],
    (term) => term.toLowerCase(),
  );
  const holds = (term: string) =>
    lower.includes(term.toLowerCase()) || coverage(stems(term, language), have) >= 0.5;
  const covered = wanted.filter(holds);
  const missing = wanted.filter((term) => !covered.includes(term));
  const share = wanted.length ? covered.length / wanted.length : 1;
  const shape = (/^#{1,4}\s|^\s*[-*]\s|^\|/m.test(judged) ? 0.5 : 0) +
    (judged.length > 200 ? 0.5 : judged.length / 400);
  const score = Math.round(100 * (0.2 + 0.65 * share + 0.15 * shape)) / 100;
  const phrases = phrasesOf(language);
  const feedback = [
    covered.length ? fillIn(phrases.covered, covered.slice(0, 6).join(", ")) : "",
    missing.length ? fillIn(phrases.missing, missing.slice(0, 6).join(", ")) : "",
  ].filter(Boolean).join(". ");
  return { score, covered, missing, feedback };
}
