/** Puts results of sub-tasks together: side by side where they share labels, else one after the other. */
import { approachWords } from "../reading/approach_words.ts";
import { approachIn, ratingTable, recommendApproach } from "./approaches.ts";
import { figureTable, recommendMeasured } from "./compare.ts";
import { measures } from "../reading/measures.ts";
import { labelled } from "../reading/facts.ts";
import { intentOf } from "../reading/intent.ts";
import { joinBlocks, labelLine, mdList, mdSection, mdTable } from "./markdown.ts";
import type { Material, ResultPart } from "./material.ts";
import { namedOptions, subjectOf, topicOf } from "../reading/options.ts";
import { fillIn, type Phrases, phrasesOf } from "../reading/phrases.ts";
import { rankSentences } from "../reading/summary.ts";
import { capitalise, clip, sentences, uniqueBy, unstop } from "../reading/text.ts";

/** Past this many characters the parts are given by their most telling sentences. */
const FULL_TEXT = 6_000;

export function synthesise(material: Material): string {
  const { language, request, results } = material;
  const phrases = phrasesOf(language);
  const options = namedOptions(request);
  const compares = intentOf(request) === "comparison" || options.length > 1;
  const heading = compares ? phrases.comparison : phrases.findings;
  const done = results.filter((result) => !result.failed);
  const labels = compares ? sharedLabels(done).filter((label) => label !== phrases.terms) : [];
  const subject = clip(subjectOf(sentences(request)[0] ?? request), 300);
  const goal = options.length > 1 ? labelLine(phrases.goal, capitalise(subject)) : "";
  return joinBlocks(
    `## ${heading}: ${options.length > 1 ? options.join(" / ") : topicOf(request, language)}`,
    goal,
    labels.length || done.length < 2
      ? ""
      : `${fillIn(phrases.consistsOf, String(done.length), done.map(nameOf).join("; "))}.`,
    labels.length ? sideBySide(done, labels) : inTurn(material, done),
    closing(material, done, labels.length > 0),
    failedParts(results, phrases),
  );
}

function sharedLabels(results: readonly ResultPart[]): string[] {
  if (results.length < 2) return [];
  const counts = new Map<string, number>();
  for (const result of results) {
    for (const { label } of uniqueBy(labelled(result.text), (pair) => pair.label)) {
      counts.set(label, (counts.get(label) ?? 0) + 1);
    }
  }
  return [...counts].filter(([, count]) => count >= Math.max(2, results.length * 0.6)).map((
    [label],
  ) => label).slice(0, 5);
}

/** Columns that differ as a table; what is the same for all is said once below it. */
function sideBySide(results: readonly ResultPart[], labels: readonly string[]): string {
  const columns = labels.map((label) =>
    withoutCommonStart(
      results.map((result) =>
        labelled(result.text).find((pair) => pair.label === label)?.value ?? ""
      ),
    )
  );
  const differs = (column: readonly string[]) => new Set(column).size > 1;
  const shown = labels.flatMap((label, i) =>
    differs(columns[i]!) ? [{ label, cells: columns[i]! }] : []
  );
  const same = labels.flatMap((label, i) =>
    differs(columns[i]!) ? [] : [labelLine(label, columns[i]![0]!)]
  );
  const rows = results.map((
    result,
    i,
  ) => [`**${nameOf(result)}**`, ...shown.map(({ cells }) => capitalise(cells[i]!))]);
  return joinBlocks(
    shown.length ? mdTable(["", ...shown.map(({ label }) => label)], rows) : "",
    mdList(same),
  );
}

/** What all cells of a column begin with says nothing about their difference. */
function withoutCommonStart(cells: readonly string[]): string[] {
  const start = cells[0]?.match(/^.+? – /)?.[0];
  return start && cells.every((cell) => cell.startsWith(start))
    ? cells.map((cell) => capitalise(cell.slice(start.length)))
    : [...cells];
}

function failedParts(results: readonly ResultPart[], phrases: Phrases): string {
  const failed = results.filter((result) => result.failed);
  return failed.length === 0
    ? ""
    : mdList(failed.map((part) => fillIn(phrases.missing, `${part.title} – ${part.text}`)));
}

function inTurn(material: Material, results: readonly ResultPart[]): string {
  const { language, request } = material;
  const long = results.reduce((sum, result) => sum + result.text.length, 0) > FULL_TEXT;
  return joinBlocks(...results.map((result) => {
    const body = result.text.replace(/^\s*#{1,6}\s.*\n?/, "").replace(/^#{1,4}(?=\s)/gm, "####");
    return mdSection(
      nameOf(result),
      long ? mdList(rankSentences(body, language, 4, request)) : body,
      3,
    );
  }));
}

function closing(material: Material, results: readonly ResultPart[], tabled: boolean): string {
  const { language, request } = material;
  const phrases = phrasesOf(language);
  if (results.length === 0) return "";
  const indexes = results.map((result) => approachIn(`${result.title}\n${result.text}`, language));
  if (indexes.length > 1 && indexes.every((index) => index >= 0)) {
    const words = approachWords(language);
    const ways = indexes.map((index) => ({ way: words[index]!, index }));
    return joinBlocks(
      ratingTable(ways, request, language),
      recommendApproach(indexes, request, language),
    );
  }
  if (tabled) {
    const names = results.map(nameOf);
    const says = results.map((result) =>
      labelled(result.text).find((pair) => pair.label === phrases.says)?.value ?? result.text
    );
    const figures = measures(says);
    return joinBlocks(
      figures.length ? figureTable(figures, names, phrases) : "",
      mdSection(phrases.recommendation, recommendMeasured(figures, names, request, phrases)),
    );
  }
  const points = rankSentences(
    results.map((result) => result.text).join("\n"),
    language,
    3,
    request,
  )
    .map((sentence) => unstop(sentence.replace(/[*_#|]/g, "")));
  return results.length > 3 ? mdSection(phrases.summary, mdList(points)) : "";
}

/** `Way 2: Divided – topic` is shown as `Divided`, any other title as it is. */
function nameOf(result: ResultPart): string {
  const title = unstop(result.title.split(/\s[–—]\s/)[0]!);
  return /^\p{L}+ \d: \S/u.test(title) ? title.split(": ").slice(1).join(": ") : title || result.id;
}
