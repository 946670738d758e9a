/** General approaches to a request that asks for ways without naming them: shown alone, side by side, recommended. */
import { type ApproachWords, approachWords } from "../reading/approach_words.ts";
import { approachScore, criteriaFor, ratingOf } from "../reading/criteria.ts";
import { CRITERIA, type Criterion, criterionWords } from "../reading/criteria_words.ts";
import { askedCount, subjectOf, topicOf } from "../reading/options.ts";
import { fillIn, type Phrases, phrasesOf } from "../reading/phrases.ts";
import type { Language } from "../reading/stop_words.ts";
import { capitalise, clip, lowerFirst, sentences } from "../reading/text.ts";
import { joinBlocks, labelLine, mdList, mdSection, mdTable } from "./markdown.ts";
import type { Material } from "./material.ts";

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

/** The general approaches side by side, rated, with a recommendation. */
export function compareApproaches(material: Material, focus: string): string {
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

function ratingWord(phrases: Phrases, rating: number): string {
  return [phrases.weak, phrases.fair, phrases.good][rating - 1]!;
}
