/** Outlines, plans and task lists: the request's own parts and facts in an order of work. */
import {
  askedCount,
  listLines,
  namedOptions,
  requestParts,
  subjectOf,
  topicOf,
} from "./options.ts";
import { approachTitle, criteriaOf, lowerFirst, MAX_APPROACHES } from "./compare.ts";
import { facts } from "./facts.ts";
import { intentOf } from "./intent.ts";
import { joinBlocks, labelLine, mdList, mdSection } from "./markdown.ts";
import type { Material } from "./material.ts";
import { fillIn, phrasesOf } from "./phrases.ts";
import { keyTerms } from "./terms.ts";
import { capitalise, clip, sentences } from "./text.ts";

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
  const stages = stagesOf(focus, terms, language);
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

/** What can be checked at the end: the facts the request gives must be in the answer. */
export function doneWhen(material: Material): string[] {
  const { language, request } = material;
  const phrases = phrasesOf(language);
  const fixed = facts(request, language).filter((fact) => fact.kind !== "quote").map((fact) =>
    fact.value
  ).slice(0, 5);
  const terms = keyTerms(request, language, 4);
  const parts = namedOptions(request);
  const lines = [
    fillIn(phrases.covered, (parts.length ? parts : terms).join(", ") || clip(request, 80)),
  ];
  if (fixed.length) lines.push(labelPlain(phrases.facts, fixed.join(", ")));
  if (intentOf(request) === "comparison") {
    lines.push(labelPlain(phrases.recommendation, topicOf(request, language, 60)));
  }
  return lines;
}

const labelPlain = (label: string, value: string) => `${label}: ${value}`;

/** `a three-day trip` gives Day 1 … Day 3, the key terms dealt out among them. */
function stagesOf(
  text: string,
  terms: readonly string[],
  language: Material["language"],
): string[] {
  const match = text.match(UNITS);
  if (!match) return [];
  const count = askedCount(`${match[1]} parts`) ?? 0;
  if (count < 2 || count > 14) return [];
  const unit = capitalise(
    (match[2] ?? "Tag").toLowerCase().replace(
      /^(day|week|month|phase|stage|jour|semaine|étape|día|semana|fase|dia)s$/u,
      "$1",
    )
      .replace(/^tagen?$/, "tag").replace(/^(wochen?)$/, "woche").replace(/^monaten?$/, "monat")
      .replace(/^phasen$/, "phase")
      .replace(/^giorni$/, "giorno").replace(/^settimane$/, "settimana").replace(/^mesi$/, "mese")
      .replace(/^meses$/, "mes").replace(/^fasi$/, "fase"),
  );
  const own = terms.filter((term) => !term.includes(match[1]!));
  const phrases = phrasesOf(language);
  return Array.from({ length: count }, (_, i) => {
    const dealt = own.filter((_, at) => at % count === i);
    return `**${unit} ${i + 1}** – ${
      dealt.length ? dealt.join(", ") : phrases.toSettle.toLowerCase()
    }`;
  });
}
