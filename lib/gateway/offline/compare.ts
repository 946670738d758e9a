/** Comparisons: of options the text names, along its criteria; of general approaches where it names none. */
import { type ApproachWords, approachWords } from "../reading/approach_words.ts";
import {
  approachScore,
  criteriaFor,
  ratingOf,
  settledBy,
  statedCriteria,
  stressedCriteria,
} from "../reading/criteria.ts";
import { CRITERIA, type Criterion, criterionWords } from "../reading/criteria_words.ts";
import { type Measure, measures } from "../reading/measures.ts";
import { facts } from "../reading/facts.ts";
import { keyTerms } from "../reading/terms.ts";
import { joinBlocks, labelLine, mdList, mdSection, mdTable } from "./markdown.ts";
import type { Material } from "./material.ts";
import { askedCount, namedOptions, subjectOf, topicOf } from "../reading/options.ts";
import { fillIn, type Phrases, phrasesOf } from "../reading/phrases.ts";
import type { Language } from "../reading/stop_words.ts";
import { capitalise, clip, sentences, unstop, words } from "../reading/text.ts";

export const MAX_APPROACHES = 5;

/** The general approach a task names (`Way 2: Divided – …`, or just the name), or -1. */
export function approachIn(task: string, language: Language): number {
  const words = approachWords(language);
  const way = fillIn(phrasesOf(language).way, "(\\d)");
  const match = task.match(new RegExp(`${way}\\s*[:–-]\\s*([\\p{L} ]+)`, "iu"));
  if (!match) return -1;
  const index = Number(match[1]) - 1;
  return words[index] && task.includes(words[index].name) ? index : -1;
}

export function approachTitle(index: number, language: Language): string {
  const name = approachWords(language)[index]?.name;
  const way = fillIn(phrasesOf(language).way, String(index + 1));
  return name ? `${way}: ${name}` : way;
}

export function compareText(material: Material, focus: string): string {
  const options = namedOptions(focus);
  return options.length >= 2 ? compareNamed(material, options) : compareApproaches(material, focus);
}

/** One general approach, in labelled lines that a later answer can put side by side. */
export function approachText(material: Material, index: number): string {
  const { language, request } = material;
  const phrases = phrasesOf(language);
  const words = approachWords(language)[index]!;
  const topic = lowerFirst(subjectOf(sentences(request)[0] ?? request));
  const criteria = criteriaFor(request);
  return joinBlocks(
    `### ${words.name}: ${clip(topic, 100)}`,
    mdList([
      labelLine(phrases.idea, `${capitalise(clip(topic, 160))} – ${words.idea}`),
      labelLine(phrases.strength, words.strength),
      labelLine(phrases.limit, words.limit),
      labelLine(phrases.fits, words.fits),
    ]),
    mdTable(
      [phrases.criterion, words.name],
      criteria.map((
        criterion,
      ) => [
        criterionWords(criterion, language).name,
        ratingWord(phrases, ratingOf(index, criterion)),
      ]),
    ),
  );
}

/** What can be said of one named option: what the texts say of it and what is left to settle. */
export function optionText(material: Material, option: string): string {
  const phrases = phrasesOf(material.language);
  const said = saidOf(material, option).join(" ");
  const others = namedOptions(material.request).filter((other) => other !== option);
  const told = [option, ...others].some((name) => saidOf(material, name).length > 0);
  const given = told
    ? []
    : facts(material.request, material.language).filter((fact) =>
      fact.kind !== "name" && fact.kind !== "quote"
    )
      .map((fact) => fact.value).filter((value) => !said.includes(value)).slice(0, 6);
  const terms = [
    option,
    ...keyTerms(material.request, material.language, 8).filter((term) =>
      term !== option && !others.some((other) => mentions(term, other))
    ),
  ].slice(0, 5);
  const open = criteriaOf(material).map((criterion) => settledBy(criterion, material.language));
  return joinBlocks(
    `### ${option}`,
    mdList([
      labelLine(phrases.says, said || phrases.nothingSaid),
      labelLine(phrases.toSettle, open.join("; ")),
      ...(given.length ? [labelLine(phrases.facts, given.join(" · "))] : []),
      labelLine(phrases.terms, terms.join(", ")),
    ]),
  );
}

function compareApproaches(material: Material, focus: string): string {
  const { language } = material;
  const phrases = phrasesOf(language);
  const count = Math.min(MAX_APPROACHES, Math.max(2, askedCount(focus) ?? 3));
  const words = approachWords(language).slice(0, count);
  return joinBlocks(
    `## ${phrases.comparison}: ${topicOf(focus, language)}`,
    mdTable(
      ["", phrases.idea, phrases.strength, phrases.limit],
      words.map((
        way,
      ) => [
        `**${way.name}**`,
        capitalise(way.idea),
        capitalise(way.strength),
        capitalise(way.limit),
      ]),
    ),
    ratingTable(words.map((way, index) => ({ way, index })), focus, language),
    recommendApproach(words.map((_, index) => index), focus, language),
  );
}

export function ratingTable(
  ways: { way: ApproachWords; index: number }[],
  text: string,
  language: Language,
): string {
  const phrases = phrasesOf(language);
  return mdTable(
    [phrases.criterion, ...ways.map(({ way }) => way.name)],
    criteriaFor(text).map((criterion) => [
      capitalise(criterionWords(criterion, language).name),
      ...ways.map(({ index }) => ratingWord(phrases, ratingOf(index, criterion))),
    ]),
  );
}

/** The best-rated of the approaches, what it is best on, and when the second is the better choice. */
export function recommendApproach(
  indexes: readonly number[],
  text: string,
  language: Language,
): string {
  const phrases = phrasesOf(language);
  const words = approachWords(language);
  const ranked = [...indexes].sort((a, b) =>
    approachScore(b, text) - approachScore(a, text) || a - b
  );
  const [best, second] = ranked as [number, number | undefined];
  const shown = criteriaFor(text);
  const good = (list: readonly Criterion[]) =>
    list.filter((criterion) => ratingOf(best, criterion) === 3);
  const strong = good(shown).length ? good(shown) : good(CRITERIA);
  const names = strong.map((criterion) => criterionWords(criterion, language).name).join(", ");
  const lines = [
    fillIn(phrases.recommendBy, `**${words[best]!.name}**`, names) +
    `. ${phrases.fits}: ${words[best]!.fits}.`,
  ];
  if (second !== undefined) {
    lines.push(
      fillIn(
        phrases.otherwise,
        words[second]!.name,
        `${lowerFirst(phrases.fits)}: ${words[second]!.fits}`,
      ) + ".",
    );
  }
  return mdSection(phrases.recommendation, lines.join("\n\n"));
}

function compareNamed(material: Material, options: readonly string[]): string {
  const { language } = material;
  const phrases = phrasesOf(language);
  const criteria = criteriaOf(material);
  const said = options.map((option) => saidOf(material, option));
  const figures = measures(said.map((lines) => lines.join(" ")));
  const evidence = options.map((option, i) =>
    labelLine(option, said[i]!.join(" ") || phrases.nothingSaid)
  );
  return joinBlocks(
    `## ${phrases.comparison}: ${options.join(" / ")}`,
    figures.length ? figureTable(figures, options, phrases) : "",
    mdSection(phrases.says, mdList(evidence), 3),
    mdSection(
      `${phrases.toSettle} – ${options.join(" / ")}`,
      mdList(criteria.map((criterion) => capitalise(settledBy(criterion, language)))),
      3,
    ),
    mdSection(
      phrases.recommendation,
      recommendMeasured(figures, options, material.request, phrases),
    ),
  );
}

/** The better figure of each row is bold. */
export function figureTable(
  figures: readonly Measure[],
  options: readonly string[],
  phrases: Phrases,
): string {
  return mdTable(
    [phrases.criterion, ...options],
    figures.map(({ unit, values, best }) => [
      unit,
      ...values.map((value, i) =>
        value === null ? "" : i === best ? `**${value}**` : String(value)
      ),
    ]),
  );
}

/** Who wins most figures; those of a criterion the request stresses count three times. */
export function recommendMeasured(
  figures: readonly Measure[],
  options: readonly string[],
  request: string,
  phrases: Phrases,
): string {
  const named = stressedCriteria(request);
  const weight = ({ kind }: Measure) =>
    kind === "cost" && named.includes("cost") || kind === "time" && named.includes("speed") ? 3 : 1;
  const points = options.map((_, i) =>
    figures.reduce((sum, figure) => sum + (figure.best === i ? weight(figure) : 0), 0)
  );
  const most = Math.max(...points);
  const best = points.indexOf(most);
  if (most === 0 || points.lastIndexOf(most) !== best) return `${phrases.firstLook}.`;
  const won = (i: number) =>
    figures.filter((figure) => figure.best === i).map((figure) => figure.unit).join(", ");
  const lines = [`${fillIn(phrases.recommendBy, `**${options[best]}**`, won(best))}.`];
  const second = points.findIndex((value, i) => i !== best && value > 0);
  if (second >= 0) lines.push(`${fillIn(phrases.otherwise, options[second]!, won(second))}.`);
  return lines.join("\n\n");
}

export function criteriaOf(material: Material): string[] {
  const stated = statedCriteria(material.criteria, material.request, material.language);
  const general = criteriaFor(material.request).map((criterion) =>
    criterionWords(criterion, material.language).name
  );
  return (stated.length ? stated : general).slice(0, 6);
}

/** Sentences about the option, the order that only names the options left out. */
export function saidOf(material: Material, option: string): string[] {
  const all = namedOptions(material.request);
  return sentences(`${material.request}\n${material.context}`).filter((sentence) => {
    if (!mentions(sentence, option) || words(sentence).length < words(option).length + 2) {
      return false;
    }
    return all.length < 2 || !all.every((other) => mentions(sentence, other));
  }).map((sentence) => clip(sentence, 240)).slice(0, 4);
}

function mentions(sentence: string, option: string): boolean {
  return sentence.toLowerCase().includes(option.toLowerCase());
}

function ratingWord(phrases: Phrases, rating: number): string {
  return [phrases.weak, phrases.fair, phrases.good][rating - 1]!;
}

export function lowerFirst(text: string): string {
  return /^\p{Lu}\p{Ll}/u.test(text)
    ? text[0]!.toLowerCase() + unstop(text.slice(1))
    : unstop(text);
}
