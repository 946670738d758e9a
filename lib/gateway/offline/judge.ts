/** Scores a result by what can be counted: which key terms, facts and criteria of the request it takes up. */
import { speaksOfChoice } from "../reading/intent.ts";
import { facts } from "../reading/facts.ts";
import type { Material } from "./material.ts";
import { fillIn, phrasesOf } from "../reading/phrases.ts";
import { keyTerms } from "../reading/terms.ts";
import { coverage, stems, uniqueBy } from "../reading/text.ts";

export interface Judgement {
  /** 0–1. */
  readonly score: number;
  readonly covered: readonly string[];
  readonly missing: readonly string[];
  readonly feedback: string;
}

/** A score at or above this share is a pass. */
export const PASS = 0.7;

/** Null when the call gives nothing to judge. */
export function judge(material: Material): Judgement | null {
  const { language, results, draft } = material;
  const phrases = phrasesOf(language);
  const failed = results.filter((result) => result.failed).map((result) => result.title);
  if (failed.length > 0 && failed.length === results.length) {
    return {
      score: 0,
      covered: [],
      missing: failed,
      feedback: fillIn(phrases.missing, failed.join(", ")),
    };
  }
  const parts = [draft, ...results.filter((r) => !r.failed).map((r) => `${r.title}\n${r.text}`)];
  const judged = parts.filter((text) => text.trim()).join("\n\n");
  if (!judged.trim()) return null;
  const have = stems(judged, language);
  const lower = judged.toLowerCase();
  const holds = (term: string) =>
    lower.includes(term.toLowerCase()) || coverage(stems(term, language), have) >= 0.5;
  const wanted = wantedOf(material);
  const covered = wanted.filter(holds);
  const missing = [...wanted.filter((term) => !covered.includes(term)), ...failed];
  const share = covered.length / Math.max(1, covered.length + missing.length);
  const shaped = /^#{1,4}\s|^\s*[-*]\s|^\|/m.test(judged) ? 0.5 : 0;
  const shape = shaped + Math.min(0.5, judged.length / 400);
  const score = wanted.length === 0 ? 0.85 : 0.2 + 0.65 * share + 0.15 * shape;
  const feedback = [
    covered.length ? fillIn(phrases.covered, covered.slice(0, 6).join(", ")) : "",
    missing.length ? fillIn(phrases.missing, missing.slice(0, 6).join(", ")) : "",
  ].filter(Boolean).join(". ");
  return { score: Math.round(100 * score) / 100, covered, missing, feedback };
}

/** True for a criterion about a choice that the material does not make yet. */
export function awaitsChoice(material: Material): boolean {
  const made = [material.draft, ...material.results.map((result) => result.text)].some(
    speaksOfChoice,
  );
  return speaksOfChoice(material.task) && !made;
}

/** Key terms and facts of request and criteria that nobody else answers for. */
function wantedOf(material: Material): string[] {
  const { request, criteria, others, language } = material;
  // `Covered: a, b` is about a and b.
  const subject = criteria.split("\n").filter((line) => !speaksOfChoice(line)).join("\n");
  const bare = subject.replace(/^\s*[-*•]?\s*[^:\n]{1,60}:\s+/gm, "");
  const fixed = facts(request, language).filter((fact) => fact.kind !== "quote");
  // What a choice is made of was settled by whoever made it; its own words are no subject.
  if (speaksOfChoice(request) && request === material.task && !criteria) return [];
  const terms = [...keyTerms(request, language, 8), ...keyTerms(bare, language, 6)];
  const aside = stems(others.join(" "), language);
  const own = [...terms, ...fixed.map((fact) => fact.value)].filter((term) => {
    const parts = stems(term, language);
    return aside.size === 0 || coverage(parts, aside) < 0.5;
  });
  return uniqueBy(own, (term) => term.toLowerCase());
}
