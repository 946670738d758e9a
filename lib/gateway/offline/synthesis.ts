/** Puts results of sub-tasks together: side by side where they share labels, else one after the other. */
import { approachWords } from "./approach_words.ts";
import { approachIn, ratingTable, recommendApproach } from "./compare.ts";
import { labelled } from "./facts.ts";
import { intentOf } from "./intent.ts";
import { joinBlocks, mdList, mdSection, mdTable } from "./markdown.ts";
import type { Material, ResultPart } from "./material.ts";
import { topicOf } from "./options.ts";
import { phrasesOf } from "./phrases.ts";
import { rankSentences } from "./summary.ts";
import { coverage, stems, uniqueBy, unstop } from "./text.ts";

/** Past this many characters the parts are given by their most telling sentences. */
const FULL_TEXT = 6_000;

export function synthesise(material: Material): string {
  const { language, request, results } = material;
  const phrases = phrasesOf(language);
  const heading = intentOf(request) === "comparison" ? phrases.comparison : phrases.findings;
  const labels = sharedLabels(results);
  return joinBlocks(
    `## ${heading}: ${topicOf(request, language)}`,
    labels.length ? sideBySide(results, labels) : inTurn(material),
    closing(material, labels.length > 0),
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

function sideBySide(results: readonly ResultPart[], labels: readonly string[]): string {
  const rows = results.map((result) => {
    const pairs = labelled(result.text);
    return [
      `**${nameOf(result)}**`,
      ...labels.map((label) => pairs.find((pair) => pair.label === label)?.value ?? ""),
    ];
  });
  return mdTable(["", ...labels], rows);
}

function inTurn(material: Material): string {
  const { results, language, request } = material;
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

function closing(material: Material, tabled: boolean): string {
  const { language, request, results, criteria } = material;
  const phrases = phrasesOf(language);
  const indexes = results.map((result) => approachIn(`${result.title}\n${result.text}`, language));
  if (indexes.length > 1 && indexes.every((index) => index >= 0)) {
    const words = approachWords(language);
    const ways = indexes.map((index) => ({ way: words[index]!, index }));
    return joinBlocks(
      ratingTable(ways, request, language),
      recommendApproach(indexes, `${request} ${criteria}`, language),
    );
  }
  const wanted = stems(`${request} ${criteria}`, language);
  const scored = results.map((result) => ({
    result,
    score: coverage(wanted, stems(result.text, language)),
  }));
  const best = scored.reduce((a, b) => b.score > a.score ? b : a);
  if (intentOf(request) === "comparison" && tabled) {
    const settled = results.filter((result) => !result.text.includes(phrases.nothingSaid));
    return mdSection(
      phrases.recommendation,
      settled.length
        ? `**${nameOf(settled.includes(best.result) ? best.result : settled[0]!)}**`
        : `${phrases.firstLook}.`,
    );
  }
  const points = rankSentences(
    results.map((result) => result.text).join("\n"),
    language,
    3,
    request,
  )
    .map((sentence) => unstop(sentence.replace(/[*_#|]/g, "")));
  return results.length > 2 && !tabled ? mdSection(phrases.summary, mdList(points)) : "";
}

/** `Way 2: Divided – topic` is shown as `Divided`. */
function nameOf(result: ResultPart): string {
  const heading = result.text.match(/^\s*#{1,6}\s+([^:\n]+)(?::.*)?$/m)?.[1]?.trim();
  const title = unstop(result.title.split(/\s[–—]\s/)[0]!.split(/:\s/).at(-1)!);
  return heading && heading.length <= 40 ? heading : title || result.id;
}
