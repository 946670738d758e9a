/** Single values for a schema's fields, from the field's name and description and what the request says. */
import type { JsonObject } from "../../kernel/core/json.ts";
import { findComputations } from "./arithmetic.ts";
import { complexityOf } from "./complexity.ts";
import { composeText } from "./compose.ts";
import { type FactKind, labelled, parseNumber } from "./facts.ts";
import { intentOf } from "./intent.ts";
import { judge } from "./judge.ts";
import type { Material } from "./material.ts";
import { askedCount, topicOf } from "./options.ts";
import { planParts } from "./outline.ts";
import { fillIn, phrasesOf } from "./phrases.ts";
import { factValues, plainName, sourceOf } from "./rows.ts";
import { detectLanguage, isStopWord } from "./stop_words.ts";
import { rankSentences } from "./summary.ts";
import { keyTerms } from "./terms.ts";
import { capitalise, clip, sentences, stem, stems, words } from "./text.ts";

export interface Field {
  readonly name: string;
  readonly schema: JsonObject;
  /** Position in the nearest list, 0 outside of one. */
  readonly index: number;
}

/** A score at or above this share is a pass. */
export const PASS = 0.7;

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

/** A text for this field; `roomy` fields get whole answers, others a line. */
export function textFor(field: Field, material: Material): string {
  const name = plainName(field.name);
  const { language, request, task } = material;
  const phrases = phrasesOf(language);
  const found = foundFor(field, material);
  if (found !== null) return found;
  if (/^(?:id|key|slug|code|ref)$|\bid$/.test(name)) {
    return slug(topicOf(request, language, 40)) || `t${field.index + 1}`;
  }
  if (/\b(?:language|lang|locale)\b/.test(name)) return detectLanguage(sourceOf(material));
  if (/\b(?:title|name|topic|subject|heading|label)\b/.test(name)) {
    return topicOf(task, language, 80);
  }
  if (/\b(?:feedback|critique|suggestions?|improvements?|remarks?|comment|issues?)\b/.test(name)) {
    return judge(material)?.feedback || criteriaLine(material);
  }
  if (
    /\b(?:reason|reasoning|rationale|justification|why|evidence|because|thoughts?|analysis)\b/.test(
      name,
    )
  ) return reasonFor(material);
  if (/\b(?:expression|formula|equation|calculation)\b/.test(name)) {
    return findComputations(task)[0]?.expression ?? findComputations(request)[0]?.expression ??
      clip(task, 200);
  }
  if (/\b(?:kind|type|category|class|domain)\b/.test(name)) return intentOf(request);
  if (/\b(?:summary|abstract|synopsis|tl dr|gist)\b/.test(name)) {
    return rankSentences(sourceOf(material), language, 2).join(" ") || clip(request, 300);
  }
  if (
    /\b(?:answer|output|text|content|result|response|body|message|draft|markdown|report|conclusion|recommendation|solution)\b/
      .test(name)
  ) {
    return composeText(material);
  }
  if (
    /\b(?:intent|goal|objective|purpose|request|query|prompt|question|instructions?|description|task|input|brief)\b/
      .test(name)
  ) {
    return clip(capitalise(sentences(task).join(" ")) || task, 600);
  }
  if (/\b(?:criterion|criteria|acceptance|done)\b/.test(name)) return criteriaLine(material);
  const terms = keyTerms(`${field.schema.description ?? ""}` && task, language, field.index + 1);
  return terms[field.index] ?? terms[0] ?? (topicOf(task, language, 80) || phrases.findings);
}

function criteriaLine(material: Material): string {
  return fillIn(
    phrasesOf(material.language).covered,
    keyTerms(material.request, material.language, 5).join(", "),
  );
}

function reasonFor(material: Material): string {
  const judged = judge(material);
  if (judged?.feedback) return judged.feedback;
  const { language, request } = material;
  const { features } = complexityOf(request, language);
  const terms = keyTerms(request, language, 4).join(", ");
  const signs = language === "en" ? features.map((feature) => feature.reason).join("; ") : "";
  return [signs, `${phrasesOf(language).terms}: ${terms}`].filter(Boolean).join(". ");
}

export function slug(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 40).replace(/-+$/, "");
}

/** A number for this field; null when nothing in the request speaks for one. */
export function numberFor(field: Field, material: Material): number | null {
  const name = plainName(field.name);
  const { language, request, task } = material;
  const about = `${name} ${String(field.schema.description ?? "").toLowerCase()}`;
  if (
    /\b(?:score|rating|quality|grade|confidence|probability|coverage|relevance|accuracy|completeness|certainty)\b/
      .test(name)
  ) {
    const share = judge(material)?.score ??
      (/confidence|probability|certainty/.test(name) ? 0.5 : 0.8);
    return scale(
      share,
      field.schema,
      /confidence|probability|certainty|coverage|relevance|0\s*(?:-|–|to|and)\s*1\b(?!0)/.test(
          about,
        )
        ? 1
        : 10,
    );
  }
  if (/\b(?:complexity|difficulty|effort)\b/.test(name)) {
    return scale(complexityOf(request, language).score, field.schema, 1);
  }
  if (/\b(?:progress|percent|percentage)\b/.test(name)) {
    return scale(judge(material)?.score ?? 0, field.schema, 100);
  }
  const labelledNumber = foundFor(field, material);
  if (labelledNumber !== null && /\d/.test(labelledNumber)) return parseNumber(labelledNumber);
  const near = numberNear(name, `${sourceOf(material)}\n${request}`);
  if (near !== null) return near;
  if (/\b(?:count|number|steps|parts|tasks|items|size|length|n)\b/.test(name)) {
    return askedCount(request) ?? planParts(material).length;
  }
  if (/\b(?:result|value|answer|total|sum|amount|average|product)\b/.test(name)) {
    const computed = findComputations(task)[0] ?? findComputations(request)[0];
    if (computed) return computed.value;
  }
  if (/\b(?:index|order|position|priority|rank)\b/.test(name)) return field.index + 1;
  const figures = factValues(sourceOf(material), "number").map(parseNumber);
  return figures[field.index] ?? null;
}

/** Words for a field that a text writes otherwise. */
const UNITS: readonly (readonly [RegExp, RegExp])[] = [
  [
    /\bage\b/,
    /(\d+)[\s-]?(?:years?[\s-]old|jahre alt|ans\b|años|anni|anos|yo\b)|\bage[d:]?\s*(\d+)/iu,
  ],
  [
    /\bquantity|people|guests|persons\b/,
    /(\d+)\s*(?:people|persons|guests|pieces|personen|personnes|personas|persone|pessoas)/iu,
  ],
];

function numberNear(name: string, text: string): number | null {
  for (const [field, pattern] of UNITS) {
    const match = field.test(name) ? text.match(pattern) : null;
    if (match) return parseNumber(match[1] ?? match[2]!);
  }
  for (const word of name.split(" ").filter((part) => part.length > 2 && !isStopWord(part, "en"))) {
    const key = stem(word).replace(/[^\p{L}\d]/gu, "");
    const match = text.match(
      new RegExp(
        `\\b${key}\\p{L}*\\b[^\\d\\n.]{0,24}?([-$€£]?\\s?\\d[\\d.,]*)|(\\d[\\d.,]*)[\\s-]{0,2}(?:\\p{L}+\\s)?${key}`,
        "iu",
      ),
    );
    if (match) return parseNumber(match[1] ?? match[2]!);
  }
  return null;
}

/** A share of 0–1 on the field's own scale. */
function scale(share: number, schema: JsonObject, most: number): number {
  const bound = (names: readonly string[], or: number) => {
    const values = names.map((name) => schema[name]).filter((value) => typeof value === "number");
    return (values[0] as number | undefined) ?? or;
  };
  const low = bound(["minimum", "exclusiveMinimum"], 0);
  const high = bound(["maximum", "exclusiveMaximum"], Math.max(low, most));
  return Math.round((low + share * (high - low)) * 100) / 100;
}

export function booleanFor(field: Field, material: Material): boolean {
  const name = plainName(field.name);
  const share = judge(material)?.score ?? 1;
  if (
    /\b(?:revise|retry|reject(?:ed)?|fail(?:ed|s)?|missing|again|redo|rework|needs (?:work|revision|changes))\b/
      .test(name)
  ) return share < PASS;
  if (
    /\b(?:accept(?:ed|able)?|pass(?:ed|es)?|approved?|ok|done|sufficient|satisf\w+|valid|success\w*|complete[d]?|meets|good)\b/
      .test(name)
  ) return share >= PASS;
  const { language, request } = material;
  if (/\b(?:delegate|complex|plan|multi\w*|split)\b/.test(name)) {
    return complexityOf(request, language).score > 0.6;
  }
  if (/\bparallel\b/.test(name)) return planParts(material).length > 1;
  const wanted = name.split(" ").filter((word) =>
    !/^(?:is|has|needs|uses|should|requires|contains|includes)$/.test(word)
  );
  const have = stems(request, language);
  return wanted.length > 0 && wanted.every((word) => have.has(stem(word))) &&
    !/\b(?:no|not|without|ohne|kein\w*|sans|sin|senza|sem)\b/iu.test(request);
}

/** Groups of words that mean the same step on a scale or the same outcome. */
const LOW = /\b(?:low|simple|easy|small|minor|trivial|basic|direct|short|cheap|fast|primary)\b/;
const MIDDLE = /\b(?:medium|moderate|normal|average|standard|mid)\b/;
const HIGH = /\b(?:high|complex|hard|large|major|difficult|advanced|delegate|long|best|flagship)\b/;
const YES =
  /\b(?:accept\w*|approve\w*|pass\w*|yes|done|ok|good|complete\w*|met|satisf\w+|success\w*)\b/;
const NO =
  /\b(?:reject\w*|revise\w*|fail\w*|no|retry|redo|bad|incomplete|unmet|improve|rework|changes)\b/;
const INTENT_WORDS: Record<string, RegExp> = {
  comparison: /compar|decision|research|analy|evaluat|recommend/,
  summary: /summar|text|writing|digest/,
  extraction: /extract|data|information|analy/,
  calculation: /calc|math|arith|comput|number/,
  translation: /translat|language|writing|text/,
  code: /code|coding|program|software|engineer|develop|technical/,
  plan: /plan|organi|project|schedul/,
  question: /question|answer|qa|fact|knowledge|lookup|research/,
  writing: /writ|creativ|content|text|draft|generat/,
  greeting: /chat|greet|conversation|small ?talk|other|general/,
};

/** The option whose words fit best: an outcome, a step on a scale, the kind of work, or words of the request. */
export function choose(options: readonly string[], field: Field, material: Material): string {
  const plain = options.map(plainName);
  const by = (pattern: RegExp) => options[plain.findIndex((option) => pattern.test(option))];
  const judged = judge(material);
  if (
    judged && plain.some((option) => YES.test(option)) && plain.some((option) => NO.test(option))
  ) {
    return by(judged.score >= PASS ? YES : NO)!;
  }
  const { language, request, task } = material;
  const name = plainName(field.name);
  const codes = options.every((option) => /^[a-z]{2}(?:-[A-Z]{2})?$/.test(option));
  if (codes && /\blang|locale/.test(name)) {
    return options.find((option) => option.startsWith(detectLanguage(sourceOf(material)))) ??
      options[0]!;
  }
  const share = complexityOf(request, language).score;
  if (plain.some((option) => LOW.test(option)) && plain.some((option) => HIGH.test(option))) {
    const middle = by(MIDDLE);
    if (share > 0.6) return by(HIGH)!;
    return share > 0.3 && middle !== undefined ? middle : by(LOW)!;
  }
  const have = stems(`${task} ${field.name}`, language);
  const score = plain.map((option, i) => {
    const parts = words(option);
    const hit = parts.filter((word) => have.has(stem(word))).length / Math.max(1, parts.length);
    const kind = INTENT_WORDS[intentOf(task === request ? request : `${task}`)]?.test(option) ||
      INTENT_WORDS[intentOf(request)]?.test(option);
    return hit * 2 + (kind ? 1.5 : 0) - i * 0.001;
  });
  return options[score.indexOf(Math.max(...score))]!;
}
