/** What matters in a choice: the general criteria a text names, and how each general approach stands on them. */
import type { Language } from "./stop_words.ts";
import { CRITERIA, type Criterion, criterionWords } from "./criteria_words.ts";
import { listLines } from "./options.ts";
import { sentences, uniqueBy, unstop, words } from "./text.ts";

const NAMED: Record<Criterion, RegExp> = {
  simple: /simpl|\beasy|\beasi|einfach|leicht|facil|fácil|sencill|semplic/iu,
  speed: /\bfast|quick|speed|latenc|perform|schnell|tempo\b|rapid|rápid|veloc|vitesse/iu,
  growth:
    /scal|grow|volume|large|million|many users|skalier|wachs|échelle|croiss|escal|crec|cresc/iu,
  change: /flexib|chang|maintain|mainten|evolv|änder|wart|anpass|souple|évol|manten|mudan|cambi/iu,
  cost:
    /cost|cheap|pric|budget|afford|kosten|billig|günstig|preis|coût|prix|barat|precio|prezzo|econom|cust[oa]/iu,
  safety:
    /\bsafe|reliab|durab|secur|risk|robust|consisten|sicher|zuverlässig|fiab|sûr|sécur|segur|sicur|affidab|confiáv/iu,
};

/** 1 weak, 2 fair, 3 good; rows in the order of the general approaches, columns in the order of CRITERIA. */
const RATINGS: readonly (readonly number[])[] = [
  [3, 2, 1, 3, 3, 2],
  [1, 2, 3, 2, 2, 3],
  [2, 3, 2, 1, 2, 2],
  [2, 1, 3, 2, 3, 2],
  [3, 2, 2, 1, 1, 3],
];

/** `cost: what does it cost to start …?` where the criterion is a general one, else just its name. */
export function settledBy(name: string, language: Language): string {
  const known = CRITERIA.find((criterion) =>
    NAMED[criterion].test(name) || criterionWords(criterion, language).name === name
  );
  return known ? `${name}: ${criterionWords(known, language).question}` : name;
}

/** General criteria the text speaks of, in the order of CRITERIA. */
export function namedCriteria(text: string): Criterion[] {
  return CRITERIA.filter((criterion) => NAMED[criterion].test(text));
}

const STRESS =
  /\b(?:most|important|priority|above all|wichtig\w*|vor allem|surtout|important\w*|sobre todo|soprattutto|sobretudo|principal\w*)\b/iu;

/** Those that a sentence puts first; without such a sentence all that are named. */
export function stressedCriteria(text: string): Criterion[] {
  const stressed = namedCriteria(
    sentences(text).filter((sentence) => STRESS.test(sentence)).join(" "),
  );
  return stressed.length ? stressed : namedCriteria(text);
}

/** Criteria to show: those named, filled up to three with the most general ones. */
export function criteriaFor(text: string, least = 3): Criterion[] {
  const named = namedCriteria(text);
  const rest = (["simple", "speed", "growth", "cost"] as const).filter((criterion) =>
    !named.includes(criterion)
  );
  return CRITERIA.filter((criterion) =>
    [...named, ...rest.slice(0, Math.max(0, least - named.length))].includes(criterion)
  );
}

export function ratingOf(approach: number, criterion: Criterion): number {
  return RATINGS[approach]![CRITERIA.indexOf(criterion)]!;
}

/** Weighted sum over all criteria; what the text names counts three times. */
export function approachScore(approach: number, text: string): number {
  const named = namedCriteria(text);
  return CRITERIA.reduce(
    (sum, criterion) => sum + ratingOf(approach, criterion) * (named.includes(criterion) ? 3 : 1),
    0,
  );
}

const LEADS =
  /(?:criteria|kriterien|critères|criterios|criteri|critérios|in terms of|regarding|with respect to|hinsichtlich|bezüglich|en termes de|en cuanto a|in termini di|em termos de)\s*[:-]?\s*([^.?!\n]+)/iu;
const SEPARATORS = /\s*,\s*(?:(?:and|und|et|y|e|ed)\s+)?|\s+(?:and|und|et|y|e|ed)\s+/u;

/** The criteria a text states for itself: short given lines, `in terms of a, b`, a list after a colon, or those it speaks of. */
export function statedCriteria(given: string, request: string, language: Language): string[] {
  const listed = listLines(given);
  const bare = given.split(/[;\n]+/).map((line) => line.replace(/^\s*[-*•]\s*/, "")).filter((
    line,
  ) => line.trim());
  const lines = listed.length ? listed : bare.length === 1 ? bare[0]!.split(/,\s*/) : bare;
  // A sentence about the result is something to check it by, not something to compare by.
  const sentence = given.includes(":");
  const short = lines.map(unstop).filter((line) => line && !sentence && words(line).length <= 4);
  if (short.length) return uniqueBy(short, (line) => line.toLowerCase());
  const lead = request.match(LEADS)?.[1] ??
    request.split("\n")[0]!.match(/:\s*([^.?!:]+)[.?!]?\s*$/)?.[1];
  const items = (lead ?? "").split(SEPARATORS).map(unstop).filter((item) =>
    item && words(item).length <= 3
  );
  if (items.length >= (request.match(LEADS) ? 1 : 2)) {
    return uniqueBy(items, (item) => item.toLowerCase());
  }
  return namedCriteria(request).map((criterion) => criterionWords(criterion, language).name);
}
