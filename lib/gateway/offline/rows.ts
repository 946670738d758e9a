/** What the items of a list can be made from: the plan's parts, rows given as JSON, facts, options, terms. */
import type { Json, JsonObject } from "../../kernel/core/json.ts";
import { approachWords } from "./approach_words.ts";
import { complexityOf } from "./complexity.ts";
import { criteriaOf, saidOf } from "./compare.ts";
import { kindName } from "./extract.ts";
import { type FactKind, facts } from "./facts.ts";
import { givenText } from "./intent.ts";
import { judge } from "./judge.ts";
import type { Material } from "./material.ts";
import { askedCount, namedOptions } from "./options.ts";
import { doneWhen, planParts } from "./outline.ts";
import { phrasesOf } from "./phrases.ts";
import { detectLanguage } from "./stop_words.ts";
import { rankSentences } from "./summary.ts";
import { keyTerms } from "./terms.ts";
import { uniqueBy } from "./text.ts";

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
    return planParts(material).map((part) => part.title);
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
  const results = material.results.map((result) => result.text).join("\n");
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
  const { language, request } = material;
  const reference = properties.map(plainName).some((p) =>
    /^(?:id|task|step|task id|step id|item id|item|ref)$/.test(p)
  );
  const given = material.rows.filter((row) =>
    typeof row.id === "string" || typeof row.id === "number"
  );
  if (given.length && reference && !/\b(?:features?|criteria|options?)\b/.test(name)) return given;
  if (
    /\b(?:tasks?|steps?|subtasks?|plan|parts?|assignments?|work|nodes?|stages?|jobs?)\b/.test(name)
  ) {
    return planParts(material).map((part, i) => ({
      id: `t${i + 1}`,
      title: part.title,
      name: part.title,
      instructions: part.instructions,
      description: part.instructions,
    }));
  }
  if (/\b(?:features?|factors?|signals?)\b/.test(name)) {
    return complexityOf(request, language).features.map((feature) => ({
      ...feature,
      score: feature.weight,
      value: feature.weight,
    }));
  }
  if (/\b(?:options?|alternatives?|candidates?|ways?|approaches|choices?)\b/.test(name)) {
    return optionNames(material).map((option, i) => {
      const way = approachWords(language).find((words) => words.name === option);
      const said = saidOf(material, option).join(" ") || phrasesOf(language).nothingSaid;
      return {
        id: `o${i + 1}`,
        name: option,
        title: option,
        option,
        label: option,
        description: way?.idea ?? said,
        summary: way?.idea ?? said,
        strength: way?.strength ?? said,
        pros: way?.strength ?? said,
        limit: way?.limit ?? phrasesOf(language).toSettle,
        cons: way?.limit ?? phrasesOf(language).toSettle,
      };
    });
  }
  if (/\b(?:criteria|criterion|scores?|checks?|ratings?)\b/.test(name)) {
    return criteriaOf(material).map((criterion) => ({
      name: criterion,
      criterion,
      title: criterion,
    }));
  }
  const source = sourceOf(material);
  const list = FACT_LISTS.find(([pattern]) => pattern.test(name));
  const found = facts(source, detectLanguage(source)).filter((fact) =>
    !list || fact.kind === list[1]
  );
  if (list || /\b(?:entities|entity|facts?|items?|records?|mentions?|data)\b/.test(name)) {
    return found.map((fact) => ({
      kind: kindName(fact.kind, language),
      type: fact.kind,
      name: fact.value,
      value: fact.value,
      text: fact.value,
    }));
  }
  if (given.length) return given;
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
