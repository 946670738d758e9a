/** How involved a request is, 0–1, with the features that say so. */
import { facts } from "./facts.ts";
import { type Intent, intentOf } from "./intent.ts";
import { askedCount, namedOptions, requestParts } from "./options.ts";
import type { Language } from "./stop_words.ts";
import { words } from "./text.ts";

export interface Feature {
  readonly name: string;
  readonly weight: number;
  readonly reason: string;
}

const BY_INTENT: Record<Intent, number> = {
  greeting: 0,
  calculation: 0.05,
  question: 0.1,
  translation: 0.15,
  extraction: 0.15,
  summary: 0.2,
  writing: 0.25,
  code: 0.35,
  plan: 0.4,
  comparison: 0.45,
};

export function complexityOf(
  text: string,
  language: Language,
): { score: number; features: Feature[] } {
  const features: Feature[] = [];
  const add = (name: string, weight: number, reason: string) => {
    if (weight > 0) features.push({ name, weight: Math.round(weight * 100) / 100, reason });
  };
  const intent = intentOf(text);
  add(intent, BY_INTENT[intent], `the request asks for a ${intent}`);
  const count = words(text).length;
  add("length", Math.min(0.2, count / 400), `${count} words`);
  const options = namedOptions(text);
  const asked = askedCount(text);
  if (options.length >= 2) add("options", 0.2, options.join(", "));
  else if (asked !== null && asked >= 2) add("options", 0.2, `${asked} ways or parts asked for`);
  const parts = requestParts(text, language).length;
  if (parts > 1 && intent !== "summary" && intent !== "extraction") {
    add("parts", Math.min(0.2, 0.05 * parts), `${parts} separate parts`);
  }
  const given = facts(text, language).filter((fact) => fact.kind !== "name").length;
  add(
    "facts",
    intent === "calculation" ? 0 : Math.min(0.1, given * 0.02),
    `${given} figures or dates to respect`,
  );
  if (
    /\b(?:recommend|decide|choose|justify|empfiehl|empfehle|begründe|recommande|recomienda|raccomanda|recomende)/iu
      .test(text)
  ) {
    add("judgement", 0.1, "a choice is to be made and given reasons for");
  }
  const score = Math.min(1, features.reduce((sum, feature) => sum + feature.weight, 0));
  return { score: Math.round(score * 100) / 100, features };
}
