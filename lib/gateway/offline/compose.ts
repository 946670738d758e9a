/** Chooses what kind of free text a request gets. */
import { findComputations } from "../reading/arithmetic.ts";
import { codeText } from "./code.ts";
import { approachIn, approachText } from "./approaches.ts";
import { compareText, optionText } from "./compare.ts";
import { answerText, extractionText, summaryText, translationText } from "./extract.ts";
import { givenText, intentOf } from "../reading/intent.ts";
import { joinBlocks, labelLine, mdList, mdSection } from "./markdown.ts";
import type { Material } from "./material.ts";
import { namedOptions } from "../reading/options.ts";
import { facetText, outlineText } from "./outline.ts";
import { fillIn, phrasesOf } from "../reading/phrases.ts";
import { rankSentences } from "../reading/summary.ts";
import { synthesise } from "./synthesis.ts";
import { coverage, sentences, stems } from "../reading/text.ts";

/** The answer as markdown, without the demonstration's closing line. */
export function composeText(material: Material): string {
  if (material.toolResults.length) return withToolResults(material);
  if (material.results.length) return synthesise(material);
  const { task, request, language } = material;
  const approach = approachIn(task, language);
  if (approach >= 0) return approachText(material, approach);
  if (task !== request) {
    const option = optionOf(task, request);
    if (option) return optionText(material, option);
    const facet = facetText(material);
    if (facet) return facet;
  }
  const focus = focusOf(material);
  const text = byIntent(material, focus);
  return material.feedback || material.draft ? improve(material, text) : text;
}

/** The one option of the request that the task's first line names. */
function optionOf(task: string, request: string): string | undefined {
  const title = task.split("\n")[0]!.toLowerCase();
  const named = namedOptions(request).filter((option) => title.includes(option.toLowerCase()));
  return named.length === 1 ? named[0] : undefined;
}

/** The task where it says more than a heading, with the request it belongs to where it says less. */
function focusOf({ task, request, language }: Material): string {
  if (task === request || givenText(task)) return task;
  const shared = coverage(stems(request, language), stems(task, language));
  return shared > 0.5 || sentences(task).length > 2 ? task : `${task}\n${request}`;
}

function byIntent(material: Material, focus: string): string {
  const phrases = phrasesOf(material.language);
  switch (intentOf(focus)) {
    case "greeting":
      return `${phrases.hello}.`;
    case "calculation":
      return calculationText(material, focus);
    case "comparison":
      return compareText(material, focus);
    case "summary":
      return summaryText(material, focus);
    case "extraction":
      return extractionText(material, focus);
    case "translation":
      return translationText(material, focus);
    case "code":
      return codeText(material, focus);
    case "question":
      return namedOptions(focus).length >= 2
        ? compareText(material, focus)
        : answerText(material, focus);
    case "plan":
    case "writing":
      return outlineText(material, focus);
  }
}

function calculationText(material: Material, focus: string): string {
  const found = findComputations(focus);
  const lines = found.map(({ expression, value }) => `${expression} = **${value}**`);
  return lines.length === 1
    ? lines[0]!
    : joinBlocks(`## ${phrasesOf(material.language).calculation}`, mdList(lines));
}

/** What the tools gave, and the answer drawn from it where the request asks for more than the result. */
function withToolResults(material: Material): string {
  const phrases = phrasesOf(material.language);
  const texts = material.toolResults.map(({ content }) => plainText(content));
  const parts = material.toolResults.map(({ name, arguments: args }, i) => {
    const long = texts[i]!.length > 1_200;
    const body = long
      ? mdList(rankSentences(texts[i]!, material.language, 5, material.task))
      : texts[i]!;
    if (/^[^\n]{1,200} = \*\*[^\n]+\*\*$/.test(texts[i]!)) return texts[i]!;
    const asked = shortArguments(args);
    return mdSection(fillIn(phrases.tool, asked ? `${name} (${asked})` : name), body, 3);
  });
  if (!/^(?:summary|question|extraction)$/.test(intentOf(material.task))) {
    return joinBlocks(...parts);
  }
  const context = [material.context, ...texts].filter(Boolean).join("\n\n");
  return joinBlocks(byIntent({ ...material, context, toolResults: [] }, material.task), ...parts);
}

function shortArguments(args: string): string {
  try {
    const values = Object.values(JSON.parse(args) as Record<string, unknown>).filter((value) =>
      typeof value !== "object"
    );
    return values.map(String).join(", ").slice(0, 80);
  } catch {
    return "";
  }
}

/** JSON as label lines, HTML as its text; anything else as it is. */
function plainText(content: string): string {
  try {
    const value: unknown = JSON.parse(content);
    if (typeof value !== "object" || value === null) return String(value);
    const { expression, value: computed, result = computed, title, text } = value as Record<
      string,
      unknown
    >;
    if (typeof expression === "string" && result !== undefined) {
      return `${expression} = **${result}**`;
    }
    if (typeof text === "string") {
      return joinBlocks(typeof title === "string" ? `**${title}**` : "", text);
    }
    const entries = Array.isArray(value)
      ? value.map((item, i) => [String(i + 1), item] as const)
      : Object.entries(value);
    return mdList(
      entries.map(([key, inner]) =>
        labelLine(key, typeof inner === "string" ? inner : JSON.stringify(inner))
      ),
    );
  } catch {
    return content.replace(/<(script|style)[\s\S]*?<\/\1>/gi, "").replace(/<[^>]+>/g, " ").replace(
      /[ \t]+/g,
      " ",
    ).trim();
  }
}

/** A later version of a draft: the draft, what was missing in it, and what the feedback asks for. */
function improve(material: Material, fresh: string): string {
  const { draft, feedback, language, request } = material;
  const phrases = phrasesOf(language);
  const base = draft || fresh;
  const have = stems(base, language);
  const wanted = sentences(feedback).filter((line) => line.length > 3);
  const lacking = fresh.split(/\n(?=#{2,4} )/).filter((block) =>
    coverage(stems(block, language), have) < 0.6 && block !== base
  );
  const facts = rankSentences(request, language, 2).filter((line) => !base.includes(line));
  return joinBlocks(
    base,
    ...(draft ? lacking.slice(0, 3) : []),
    wanted.length
      ? mdSection(phrases.improved, mdList([...wanted, ...(draft ? facts : [])].slice(0, 6)), 3)
      : "",
  );
}
