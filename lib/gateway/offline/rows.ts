/** What the items of a list can be made from: the plan's parts, rows given as JSON, facts, options, terms. */
import type { Json, JsonObject } from "../../kernel/core/json.ts";
import { approachWords } from "../reading/approach_words.ts";
import { complexityOf } from "../reading/complexity.ts";
import { criteriaOf, saidOf } from "./compare.ts";
import { kindName } from "./extract.ts";
import { type FactKind, facts } from "../reading/facts.ts";
import { givenText } from "../reading/intent.ts";
import { judge } from "./judge.ts";
import type { Material } from "./material.ts";
import { askedCount, namedOptions } from "../reading/options.ts";
import { doneWhen, planParts } from "./outline.ts";
import { phrasesOf } from "../reading/phrases.ts";
import { detectLanguage } from "../reading/stop_words.ts";
import { rankSentences } from "../reading/summary.ts";
import { keyTerms } from "../reading/terms.ts";
import { uniqueBy } from "../reading/text.ts";

/** `dependsOn`, `depends_on` → `depends on`. */
export function plainName(name: string): string {
  return name.replace(/([\p{Ll}\d])(\p{Lu})/gu, "$1 $2").replace(/[_\-.]+/g, " ").toLowerCase()
    .trim();
}

const FACT_LISTS: readonly (readonly [RegExp, FactKind])[] = [
  [/\be ?mails?\b/, "email"],
  [/\b(?:urls?|links?|sources?|websites?)\b/, "url"],
  [/\b(?:dates?|deadlines?|days?)\b/, "date"],
  [/\b(?:amounts?|prices?|costs?)\b/, "amount"],
  [/\b(?:numbers?|figures?|values?)\b/, "number"],
  [/\b(?:quotes?|quotations?)\b/, "quote"],
  [/\bphones?\b/, "phone"],
  [/\b(?:people|persons?|names?|companies|organi[sz]ations?|places?|locations?|cities)\b/, "name"],
];

/** Texts for a list of strings of this name; `[]` where an empty list says most. */
export function textsFor(name: string, material: Material): string[] {
  const { language, request } = material;
  const phrases = phrasesOf(language);
  if (
    /\b(?:depends|dependencies|requires|after|blocked|excluded?|out|warnings?|errors?|tools?)\b/
      .test(name)
  ) return [];
  if (/\b(?:options?|alternatives?|choices?|candidates?|ways?|approaches)\b/.test(name)) {
    return optionNames(material);
  }
  if (/\b(?:acceptance|done|checks?|success)\b/.test(name)) return doneWhen(material);
  if (/\b(?:criteria|criterion|requirements?|constraints?|conditions?)\b/.test(name)) {
    return criteriaOf(material);
  }
  if (/\b(?:steps?|tasks?|parts?|subtasks?|plan|sections?|outline|items)\b/.test(name)) {
    return planParts(material, 1, MAX_TASKS).map((part) => part.title);
  }
  if (
    /\b(?:missing|issues?|problems?|gaps?|weaknesses|improvements?|findings to fix)\b/.test(name)
  ) {
    return [...judge(material)?.missing ?? []];
  }
  if (/\b(?:strengths?|covered|pros)\b/.test(name)) {
    return [...judge(material)?.covered ?? keyTerms(request, language, 4)];
  }
  if (/\b(?:questions?|open|unknowns?|assumptions?|risks?)\b/.test(name)) {
    return criteriaOf(material).map((criterion) => `${phrases.toSettle}: ${criterion}`);
  }
  const source = sourceOf(material);
  if (/\b(?:sentences?|points?|highlights?|findings?|facts?|evidence|summary)\b/.test(name)) {
    return rankSentences(source, language, askedCount(request) ?? 3);
  }
  const list = FACT_LISTS.find(([pattern]) => pattern.test(name));
  if (list) return factValues(source, list[1]);
  if (/\b(?:entities|entity)\b/.test(name)) {
    return facts(source, detectLanguage(source)).map((fact) => fact.value);
  }
  return keyTerms(source, detectLanguage(source), 6);
}

/** What the request gives to be read: quoted or following text, the context, or itself. */
export function sourceOf(material: Material): string {
  const results = material.results.filter((result) => !result.failed).map((result) => result.text)
    .join("\n");
  return [
    givenText(material.task) || givenText(material.request),
    material.context,
    results,
    material.draft,
  ]
    .filter((text) => text.trim()).join("\n") || material.request;
}

export function factValues(source: string, kind: FactKind): string[] {
  return facts(source, detectLanguage(source)).filter((fact) => fact.kind === kind).map((fact) =>
    fact.value
  );
}

function optionNames(material: Material): string[] {
  const named = namedOptions(material.request);
  if (named.length) return named;
  return approachWords(material.language).slice(0, Math.min(5, askedCount(material.request) ?? 3))
    .map((way) => way.name);
}

/** Rows for a list of objects of this name and these properties. */
export function rowsFor(
  name: string,
  properties: readonly string[],
  material: Material,
): JsonObject[] {
  const plain = properties.map(plainName);
  const refers = plain.some((p) =>
    /^(?:id|task|step|item|ref|(?:task|step|item|result) id)$/.test(p)
  );
  const given = material.rows.filter((row) =>
    typeof row.id === "string" || typeof row.id === "number"
  );
  const own = LISTS.find(([pattern]) => pattern.test(name))?.[1];
  if (refers && own !== "features" && own !== "criteria" && own !== "options") {
    if (given.length) return given;
    if (material.results.length) {
      return material.results.map(({ id, title, text }) => ({ id, title, name: title, text }));
    }
  }
  switch (own) {
    case "tasks":
      return planParts(material, 1, MAX_TASKS).map(({ title, instructions }, i) => ({
        id: `t${i + 1}`,
        title,
        name: title,
        instructions,
        description: instructions,
      }));
    case "features":
      return complexityOf(material.request, material.language).features.map((feature) => ({
        ...feature,
        score: feature.weight,
        value: feature.weight,
      }));
    case "options":
      return optionRows(material);
    case "criteria":
      return criteriaLines(material).map((criterion) => ({
        name: criterion,
        criterion,
        title: criterion,
      }));
    default:
      return factRows(name, material) ?? (given.length ? given : termRows(material));
  }
}

/** More parallel parts than this are hard to put together again. */
export const MAX_TASKS = 8;

const LISTS: readonly (readonly [RegExp, "tasks" | "features" | "options" | "criteria"])[] = [
  [/\b(?:tasks?|steps?|subtasks?|plan|assignments?|work|nodes?|stages?|jobs?)\b/, "tasks"],
  [/\b(?:features?|factors?|signals?)\b/, "features"],
  [/\b(?:options?|alternatives?|candidates?|ways?|approaches|choices?)\b/, "options"],
  [/\b(?:criteria|criterion|checks?|ratings?)\b/, "criteria"],
];

/** The material of one row: its own result, task or criterion. */
export function materialOf(row: JsonObject, material: Material): Material {
  const result = material.results.find((one) => one.id === row.id);
  if (result) {
    const others = material.results.filter((one) => one !== result).map((one) => one.title);
    return { ...material, results: [result], others, task: result.title };
  }
  if (typeof row.criterion === "string") {
    // `The answer takes up: a, b` is about a and b.
    const about = row.criterion.replace(/^[^:]{1,60}:\s+/, "");
    return { ...material, request: about, task: about, criteria: "" };
  }
  return typeof row.instructions === "string" ? { ...material, task: row.instructions } : material;
}

/** Criteria one by one: as they are listed, else as the request speaks of them. */
function criteriaLines(material: Material): string[] {
  const listed = material.criteria.split("\n").map((line) =>
    line.replace(/^\s*(?:[-*•]|\d+[.)])\s*/, "").trim()
  ).filter(Boolean);
  return listed.length ? listed : criteriaOf(material);
}

function optionRows(material: Material): JsonObject[] {
  const { language } = material;
  const phrases = phrasesOf(language);
  return optionNames(material).map((option, i) => {
    const way = approachWords(language).find((words) => words.name === option);
    const said = saidOf(material, option).join(" ") || phrases.nothingSaid;
    const own = { description: way?.idea ?? said, summary: way?.idea ?? said };
    const sides = { strength: way?.strength ?? said, limit: way?.limit ?? phrases.toSettle };
    return {
      ...{ id: `o${i + 1}`, name: option, title: option, option, label: option },
      ...own,
      ...sides,
      pros: sides.strength,
      cons: sides.limit,
    };
  });
}

function factRows(name: string, material: Material): JsonObject[] | null {
  const source = sourceOf(material);
  const list = FACT_LISTS.find(([pattern]) => pattern.test(name));
  if (!list && !/\b(?:entities|entity|facts?|items?|records?|mentions?|data)\b/.test(name)) {
    return null;
  }
  return facts(source, detectLanguage(source)).filter((fact) => !list || fact.kind === list[1]).map(
    (fact) => ({
      kind: kindName(fact.kind, material.language),
      type: fact.kind,
      name: fact.value,
      value: fact.value,
      text: fact.value,
    }),
  );
}

function termRows(material: Material): JsonObject[] {
  const source = sourceOf(material);
  return keyTerms(source, detectLanguage(source), 4).map((term, i) => ({
    id: String(i + 1),
    name: term,
    title: term,
    term,
    value: term,
  }));
}

/** A value of the row under this property, its plain name, or what is usually meant by it. */
export function fromRow(row: JsonObject | undefined, property: string): Json | undefined {
  if (!row) return undefined;
  if (row[property] !== undefined) return row[property];
  const plain = plainName(property);
  const key = Object.keys(row).find((name) => plainName(name) === plain);
  if (key) return row[key];
  const [alias] = uniqueBy(
    ALIASES.filter(([pattern]) => pattern.test(plain)).map(([, name]) => name),
    (name) => name,
  )
    .filter((name) => row[name] !== undefined);
  return alias === undefined ? undefined : row[alias];
}

const ALIASES: readonly (readonly [RegExp, string])[] = [
  [/^(?:\w+ )?(?:id|ref|key)$|^(?:task|step|item)$/, "id"],
  [/^(?:title|heading|label|subject|topic|task|name)$/, "title"],
  [/^(?:name|title|label|term|entity|option|criterion)$/, "name"],
  [
    /^(?:instructions?|prompt|goal|objective|brief|details?|description|task|input|query|request|what)$/,
    "instructions",
  ],
  [/^(?:description|details?|summary|explanation)$/, "description"],
];
