/** Outlines, plans and task lists: the request's own parts and facts in an order of work. */
import {
  askedCount,
  listLines,
  namedOptions,
  requestParts,
  subjectOf,
  topicOf,
} from "../reading/options.ts";
import { approachTitle, MAX_APPROACHES } from "./approaches.ts";
import { criteriaOf } from "./compare.ts";
import { approachWords } from "../reading/approach_words.ts";
import { settledBy } from "../reading/criteria.ts";
import { kindName } from "./extract.ts";
import { facts, parseNumber } from "../reading/facts.ts";
import { intentOf, wantsChoice } from "../reading/intent.ts";
import { joinBlocks, labelLine, mdList, mdSection, mdTable } from "./markdown.ts";
import type { Material } from "./material.ts";
import { fillIn, phrasesOf } from "../reading/phrases.ts";
import type { Language } from "../reading/stop_words.ts";
import { keyTerms } from "../reading/terms.ts";
import { capitalise, clip, lowerFirst, sentences } from "../reading/text.ts";

export interface Part {
  readonly title: string;
  readonly instructions: string;
}

const UNITS =
  /(?<![\p{L}\d])(\d{1,2}|two|three|four|five|six|seven|zwei|drei|vier|fünf|deux|trois|quatre|cinq|dos|tres|cuatro|cinco|due|tre|quattro|cinque|dois|três|quatro)[\s-]+(?:tägig\w*|(days?|weeks?|months?|phases?|stages?|Tagen?|Wochen?|Monaten?|Phasen?|jours?|semaines?|mois|étapes?|días?|semanas?|meses|fases?|giorni|settimane|mesi|fasi|dias?))(?!\p{L})/iu;

/** The parts the work divides into: named options, ways, listed lines, clauses – or three views of one subject. */
export function planParts(material: Material, least = 1, most = 12): Part[] {
  const { language, request } = material;
  const phrases = phrasesOf(language);
  const subject = clip(subjectOf(sentences(request)[0] ?? request), 140);
  const aside = (titles: readonly string[]) =>
    titles.map((title) => ({ title, instructions: `${title} – ${subject}` }));
  const options = namedOptions(request);
  const asked = askedCount(request);
  const listed = requestParts(request, language);
  let parts: Part[];
  if (options.length >= 2) parts = aside(options);
  else if (asked !== null && asked >= 2) {
    parts = aside(
      Array.from(
        { length: Math.min(asked, most) },
        (_, i) =>
          i < MAX_APPROACHES && asked <= MAX_APPROACHES
            ? approachTitle(i, language)
            : fillIn(phrases.way, String(i + 1)),
      ),
    );
  } else if (
    listed.length >= 2 && (listLines(request).length >= 2 || intentOf(request) !== "summary")
  ) {
    parts = listed.map((part) => ({ title: capitalise(clip(part, 70)), instructions: part }));
  } else parts = aside([phrases.part1, phrases.part2, phrases.part3]);
  const facets = aside([
    phrases.part1,
    phrases.part2,
    phrases.part3,
    phrases.toSettle,
    phrases.doneWhen,
  ]);
  while (parts.length < least) {
    parts = [...parts, facets[parts.length % facets.length]!];
  }
  return parts.slice(0, Math.max(least, most));
}

/** A plan or a structured first draft, as markdown. */
export function outlineText(material: Material, focus: string): string {
  const { language } = material;
  const phrases = phrasesOf(language);
  const given = facts(`${focus}\n${material.context}`, language).slice(0, 12);
  const terms = keyTerms(focus, language, 6);
  const stages = stagesOf(focus, language);
  const parts = requestParts(focus, language);
  const criteria = criteriaOf(material);
  return joinBlocks(
    `## ${phrases.outline}: ${topicOf(focus, language)}`,
    labelLine(phrases.goal, capitalise(clip(parts[0] ?? focus, 300))),
    given.length ? labelLine(phrases.facts, given.map((fact) => fact.value).join(" · ")) : "",
    mdSection(
      phrases.parts,
      stages.length
        ? mdList(stages)
        : parts.length > 1
        ? mdList(parts.map(capitalise), true)
        : mdList(terms.map(capitalise)),
      3,
    ),
    mdSection(
      phrases.draftOf,
      mdList([
        fillIn(phrases.settle, criteria.slice(0, 3).join(", ")),
        fillIn(
          phrases.prepare,
          (terms.slice(1, 4).length ? terms.slice(1, 4) : terms).join(", ") || "–",
        ),
        fillIn(phrases.carryOut, lowerFirst(clip(parts[0] ?? focus, 140))),
        fillIn(
          phrases.check,
          [...given.slice(0, 4).map((fact) => fact.value), ...criteria.slice(0, 2)].join(", "),
        ),
      ], true),
      3,
    ),
    labelLine(phrases.doneWhen, doneWhen(material).join("; ")),
  );
}

/** What can be checked at the end: the parts and facts the request gives must be in the answer. */
export function doneWhen(material: Material): string[] {
  const { language, request } = material;
  const phrases = phrasesOf(language);
  const fixed = facts(request, language).filter((fact) =>
    fact.kind !== "quote" && fact.kind !== "name"
  );
  const parts = namedOptions(request);
  const about = (parts.length ? parts : keyTerms(request, language, 4)).join(", ");
  const lines = [fillIn(phrases.takesUp, about || clip(request, 80))];
  if (fixed.length) {
    lines.push(fillIn(phrases.keeps, fixed.slice(0, 5).map((fact) => fact.value).join(", ")));
  }
  if (wantsChoice(request)) {
    lines.push(parts.length ? fillIn(phrases.choosesOne, parts.join(", ")) : phrases.choosesWay);
  }
  return lines;
}

/** One of the three sides on which a request without parts of its own is worked, or null. */
export function facetText(material: Material): string | null {
  const { language, request, task } = material;
  const phrases = phrasesOf(language);
  const facet = [phrases.part1, phrases.part2, phrases.part3].findIndex((title) =>
    task.startsWith(title)
  );
  if (facet < 0) return null;
  const topic = lowerFirst(topicOf(request, language, 120));
  const criteria = criteriaOf(material);
  const terms = keyTerms(request, language, 6);
  const given = facts(`${request}\n${material.context}`, language).slice(0, 12);
  if (facet === 0) {
    return joinBlocks(
      `### ${phrases.part1}: ${topic}`,
      given.length
        ? mdTable(
          [phrases.kind, phrases.value],
          given.map((fact) => [kindName(fact.kind, language), fact.value]),
        )
        : "",
      labelLine(phrases.terms, terms.join(", ")),
      labelLine(phrases.goal, capitalise(subjectOf(sentences(request)[0] ?? request))),
    );
  }
  if (facet === 1) {
    const stages = stagesOf(request, language);
    const ways = approachWords(language).slice(0, 3).map((way) =>
      `**${way.name}** – ${way.idea} (${lowerFirst(phrases.fits)}: ${way.fits})`
    );
    return joinBlocks(
      `### ${phrases.part2}: ${topic}`,
      stages.length ? mdList(stages) : "",
      mdList(ways),
    );
  }
  return joinBlocks(
    `### ${phrases.part3}: ${topic}`,
    mdList(criteria.map((criterion) => capitalise(settledBy(criterion, language)))),
    mdList([
      fillIn(
        phrases.check,
        [...given.slice(0, 4).map((fact) => fact.value), ...terms.slice(0, 2)].join(", "),
      ),
    ]),
  );
}

/** `a three-day trip for 900 euros` gives Day 1 … Day 3 with their share of the amount. */
function stagesOf(text: string, language: Language): string[] {
  const match = text.match(UNITS);
  const count = match ? askedCount(`${match[1]} parts`) ?? 0 : 0;
  if (!match || count < 2 || count > 14) return [];
  const plural = (match[2] ?? "Tag").toLowerCase();
  const unit = capitalise(SINGULAR[plural] ?? plural.replace(/s$/, ""));
  const amount = facts(text, language).find((fact) => fact.kind === "amount")?.value;
  const total = amount === undefined ? null : parseNumber(amount);
  const share = total === null
    ? ""
    : ` – ${amount!.replace(/[\d.,]*\d/, String(Math.round(100 * total / count) / 100))}`;
  return Array.from({ length: count }, (_, i) => `**${unit} ${i + 1}**${share}`);
}

const SINGULAR: Readonly<Record<string, string>> = {
  tage: "Tag",
  tagen: "Tag",
  wochen: "Woche",
  monate: "Monat",
  monaten: "Monat",
  phasen: "Phase",
  giorni: "giorno",
  settimane: "settimana",
  mesi: "mese",
  meses: "mes",
  fasi: "fase",
};
