/** Texts for a schema's fields, from the field's name and description and what the request says. */
import type { JsonObject } from "../../kernel/core/json.ts";
import { findComputations } from "../reading/arithmetic.ts";
import { slug } from "./bounded_values.ts";
import { complexityOf } from "../reading/complexity.ts";
import { composeText } from "./compose.ts";
import { type FactKind, labelled } from "../reading/facts.ts";
import { intentOf } from "../reading/intent.ts";
import { judge, PASS } from "./judge.ts";
import type { Material } from "./material.ts";
import { topicOf } from "../reading/options.ts";
import { fillIn, phrasesOf } from "../reading/phrases.ts";
import { planParts } from "./outline.ts";
import { factValues, MAX_TASKS, plainName, sourceOf } from "./rows.ts";
import { detectLanguage } from "../reading/stop_words.ts";
import { rankSentences } from "../reading/summary.ts";
import { keyTerms } from "../reading/terms.ts";
import { capitalise, clip, sentences, stem } from "../reading/text.ts";

export interface Field {
  readonly name: string;
  readonly schema: JsonObject;
  /** Position in the nearest list, 0 outside of one. */
  readonly index: number;
}

const FACT_FIELDS: readonly (readonly [RegExp, FactKind])[] = [
  [/\be ?mail\b/, "email"],
  [/\b(?:url|link|uri|website|href)\b/, "url"],
  [/\b(?:date|day|deadline|due|birthday|when)\b/, "date"],
  [/\b(?:time|hour)\b/, "time"],
  [/\b(?:phone|tel|telephone|mobile)\b/, "phone"],
  [/\b(?:price|amount|cost|total|budget|fee|salary)\b/, "amount"],
  [/\b(?:quote|quotation)\b/, "quote"],
  [
    /\b(?:person|customer|client|author|company|organi[sz]ation|vendor|city|country|place|location|recipient|sender|product|owner|contact|brand|(?:first|last|full) name)\b/,
    "name",
  ],
];

/** What the text says for this field; null when it says nothing. */
export function foundFor(field: Field, material: Material): string | null {
  const name = plainName(field.name);
  const source = sourceOf(material);
  const pair = labelled(`${source}\n${material.request}`).find(({ label }) =>
    sameWords(plainName(label), name)
  );
  if (pair) return pair.value.replace(/[.;,]$/, "");
  const kind = FACT_FIELDS.find(([pattern]) => pattern.test(name))?.[1];
  if (!kind) return null;
  const values = factValues(source, kind);
  if (kind === "name" && /\b(?:company|organi[sz]ation|vendor|brand)\b/.test(name)) {
    const firm = values.find((value) =>
      /\b(?:inc|corp|ltd|llc|gmbh|ag|sa|srl|co|company|group|labs?)\b\.?$/i.test(value)
    );
    if (firm) return firm;
  }
  return values[field.index] ?? values[0] ?? null;
}

function sameWords(a: string, b: string): boolean {
  return a === b || a.split(" ").map(stem).join(" ") === b.split(" ").map(stem).join(" ");
}

type Writer = (material: Material, field: Field) => string;

/** What a field of this name usually holds; the first that fits counts. */
const WRITERS: readonly (readonly [RegExp, Writer])[] = [
  [
    /^(?:id|key|slug|code|ref)$|\bid$/,
    (m, field) => slug(topicOf(m.request, m.language, 40)) || `t${field.index + 1}`,
  ],
  [/\b(?:language|lang|locale)\b/, (m) => detectLanguage(m.request)],
  [/\b(?:title|name|topic|subject|heading|label)\b/, (m) => topicOf(m.task, m.language, 80)],
  [/\b(?:feedback|critique|suggestions?|improvements?|remarks?|comment|issues?)\b/, feedbackFor],
  [/\b(?:evidence|proof|quote)\b/, evidenceFor],
  [/\b(?:reason|reasoning|rationale|justification|why|because|thoughts?|analysis)\b/, reasonFor],
  [
    /\b(?:expression|formula|equation|calculation)\b/,
    (m) =>
      (findComputations(m.task)[0] ?? findComputations(m.request)[0])?.expression ??
        clip(m.task, 200),
  ],
  [/\b(?:kind|type|category|class|domain)\b/, (m) => intentOf(m.request)],
  [
    /\b(?:summary|abstract|synopsis|tl dr|gist)\b/,
    (m) => rankSentences(sourceOf(m), m.language, 2).join(" ") || clip(m.request, 300),
  ],
  [
    /\b(?:answer|output|text|content|result|response|body|message|draft|markdown|report|conclusion|recommendation|solution)\b/,
    composeText,
  ],
  [
    /\b(?:intent|goal|objective|purpose|request|query|prompt|question|instructions?|description|task|input|brief)\b/,
    (m) => clip(capitalise(sentences(m.task).join(" ")) || m.task, 600),
  ],
  [/\b(?:criterion|criteria|acceptance|done)\b/, coveredLine],
];

/** A text for this field. */
export function textFor(field: Field, material: Material): string {
  const name = plainName(field.name);
  const said = allowedFor(name, field, material);
  if (said) return said;
  const found = foundFor(field, material);
  if (found !== null) return found;
  const writer = WRITERS.find(([pattern]) => pattern.test(name))?.[1];
  if (writer) return writer(material, field);
  const { task, language } = material;
  const terms = keyTerms(task, language, field.index + 1);
  return terms[field.index] ?? terms[0] ??
    (topicOf(task, language, 80) || phrasesOf(language).findings);
}

/** `agent is one of: worker, editor` in the instructions, or `who does it: worker` in the field's description. */
function allowedFor(name: string, field: Field, material: Material): string | null {
  const listed = material.instructions.match(
    new RegExp(`\\b${name}\\b (?:is|must be|=) one of:? ([\\w, "'-]+)`, "i"),
  );
  const options = listed?.[1]?.split(/[,\s"']+/).filter((option) => option && option !== "or");
  if (options?.length) {
    const wanted = sentences(material.task).join(" ").toLowerCase();
    return options.find((option) => wanted.includes(option.toLowerCase())) ?? options[0]!;
  }
  const description = String(field.schema.description ?? "");
  return /^(?:agent|role|worker|assignee)$/.test(name)
    ? description.match(/:\s*([\w-]+)\s*$/)?.[1] ?? null
    : null;
}

/** Nothing when the work passes and the field may stay empty. */
function feedbackFor(material: Material, field: Field): string {
  const judged = judge(material);
  if (judged && judged.score >= PASS && field.name === "feedback" && material.results.length) {
    return "";
  }
  return judged?.feedback || coveredLine(material);
}

function evidenceFor(material: Material): string {
  const { language, results, request } = material;
  const text = results.filter((result) => !result.failed).map((result) => result.text).join("\n");
  const best = text ? rankSentences(text, language, 1, request)[0] : undefined;
  return best ? clip(best.replace(/[*_#|`]/g, "").trim(), 160) : reasonFor(material);
}

function coveredLine(material: Material): string {
  const terms = keyTerms(material.request, material.language, 5).join(", ");
  return fillIn(phrasesOf(material.language).covered, terms);
}

/** Why the answer is as it is: what was covered, how the work divides, or what the request is about. */
function reasonFor(material: Material): string {
  const judged = judge(material);
  if (judged?.feedback) return judged.feedback;
  const { language, request, purpose } = material;
  const phrases = phrasesOf(language);
  const terms = fillIn(phrases.speaksOf, keyTerms(request, language, 4).join(", "));
  if (/plan|task|split/i.test(purpose)) {
    const titles = planParts(material, 1, MAX_TASKS).map((part) => part.title);
    return fillIn(phrases.splits, String(titles.length), titles.join("; "));
  }
  if (language !== "en") return terms;
  const { features } = complexityOf(request, language);
  if (/class|kind|route/i.test(purpose)) {
    return capitalise(features.map((feature) => feature.reason).join("; "));
  }
  return terms;
}
