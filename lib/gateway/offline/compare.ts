/** Comparisons: of options the text names, along its criteria; of general approaches where it names none. */
import { criteriaFor, settledBy, statedCriteria, stressedCriteria } from "../reading/criteria.ts";
import { criterionWords } from "../reading/criteria_words.ts";
import { facts } from "../reading/facts.ts";
import { type Measure, measures } from "../reading/measures.ts";
import { namedOptions, subjectOf } from "../reading/options.ts";
import { fillIn, type Phrases, phrasesOf } from "../reading/phrases.ts";
import { keyTerms } from "../reading/terms.ts";
import { capitalise, clip, sentences, words } from "../reading/text.ts";
import { compareApproaches } from "./approaches.ts";
import { joinBlocks, labelLine, mdList, mdSection, mdTable } from "./markdown.ts";
import type { Material } from "./material.ts";

export function compareText(material: Material, focus: string): string {
  const options = namedOptions(focus);
  return options.length >= 2 ? compareNamed(material, options) : compareApproaches(material, focus);
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
    labelLine(
      phrases.goal,
      capitalise(clip(subjectOf(sentences(material.request)[0] ?? material.request), 300)),
    ),
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
  if (most === 0 || points.lastIndexOf(most) !== best) {
    return `${fillIn(phrases.firstLook, `**${options[0]}**`)}.`;
  }
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
