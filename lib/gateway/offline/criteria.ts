/** What matters in a choice: the general criteria a text names, and how each general approach stands on them. */
import type { Language } from "./stop_words.ts";
import { listLines } from "./options.ts";
import { keyTerms } from "./terms.ts";
import { clip, uniqueBy, unstop, words } from "./text.ts";

export const CRITERIA = ["simple", "speed", "growth", "change", "cost", "safety"] as const;
export type Criterion = (typeof CRITERIA)[number];

const NAMES: Record<Language, Record<Criterion, string>> = {
  en: {
    simple: "simplicity",
    speed: "speed of use",
    growth: "growth",
    change: "ease of change",
    cost: "cost",
    safety: "safety",
  },
  de: {
    simple: "Einfachheit",
    speed: "Tempo",
    growth: "Wachstum",
    change: "Änderbarkeit",
    cost: "Kosten",
    safety: "Sicherheit",
  },
  fr: {
    simple: "simplicité",
    speed: "rapidité",
    growth: "croissance",
    change: "souplesse",
    cost: "coût",
    safety: "sûreté",
  },
  es: {
    simple: "sencillez",
    speed: "rapidez",
    growth: "crecimiento",
    change: "flexibilidad",
    cost: "coste",
    safety: "seguridad",
  },
  it: {
    simple: "semplicità",
    speed: "rapidità",
    growth: "crescita",
    change: "flessibilità",
    cost: "costo",
    safety: "sicurezza",
  },
  pt: {
    simple: "simplicidade",
    speed: "rapidez",
    growth: "crescimento",
    change: "flexibilidade",
    cost: "custo",
    safety: "segurança",
  },
};

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

export function criterionName(criterion: Criterion, language: Language): string {
  return NAMES[language][criterion];
}

/** General criteria the text speaks of, in the order of CRITERIA. */
export function namedCriteria(text: string): Criterion[] {
  return CRITERIA.filter((criterion) => NAMED[criterion].test(text));
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

/** The criteria a text states for itself: `criteria: a, b, c`, its list lines, or else the general ones it names. */
export function statedCriteria(criteria: string, request: string, language: Language): string[] {
  const given = listLines(criteria);
  if (given.length) return given.map((line) => clip(unstop(line), 80));
  if (criteria.trim()) {
    return uniqueBy(criteria.split(/[;,\n]+/).map(unstop).filter(Boolean), (c) => c.toLowerCase())
      .map((c) => clip(c, 80));
  }
  const match = request.match(
    /(?:criteria|kriterien|critères|criterios|criteri|critérios|in terms of|regarding|with respect to|hinsichtlich|bezüglich|en termes de|en cuanto a|in termini di|em termos de|\b(?:on|by)(?=\s+[\w-]+,\s))\s*[:-]?\s*([^.?!\n]+)/iu,
  );
  if (match) {
    const items = match[1]!.split(/\s*,\s*(?:and\s+|und\s+)?|\s+(?:and|und|et|y|e|ed)\s+/u).map(
      unstop,
    ).filter((c) => c && words(c).length <= 5);
    if (items.length) return uniqueBy(items, (c) => c.toLowerCase());
  }
  const named = namedCriteria(request);
  return named.length
    ? named.map((criterion) => criterionName(criterion, language))
    : keyTerms(request, language, 0);
}
