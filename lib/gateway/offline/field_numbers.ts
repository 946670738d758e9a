/** Numbers for a schema's fields: scores, counts, results of arithmetic, figures that stand near the field's words. */
import type { JsonObject } from "../../kernel/core/json.ts";
import { findComputations } from "../reading/arithmetic.ts";
import { complexityOf } from "../reading/complexity.ts";
import { parseNumber } from "../reading/facts.ts";
import { type Field, foundFor } from "./field_texts.ts";
import { judge } from "./judge.ts";
import type { Material } from "./material.ts";
import { askedCount } from "../reading/options.ts";
import { planParts } from "./outline.ts";
import { factValues, plainName, sourceOf } from "./rows.ts";
import { isStopWord } from "../reading/stop_words.ts";
import { stem } from "../reading/text.ts";

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
        `\\b${key}\\p{L}*\\b[^\\d\\n.]{0,24}?([-$€£]?\\s?\\d[\\d.,]{0,24})|(\\d[\\d.,]{0,24})[\\s-]{0,2}(?:\\p{L}+\\s)?${key}`,
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
