/** Yes or no, and one of several, for a schema's fields: by outcome, by a scale, by the kind of work, by shared words. */
import { complexityOf } from "../reading/complexity.ts";
import { intentOf } from "../reading/intent.ts";
import { awaitsChoice, judge, PASS } from "./judge.ts";
import type { Material } from "./material.ts";
import { planParts } from "./outline.ts";
import { plainName, sourceOf } from "./rows.ts";
import { detectLanguage } from "../reading/stop_words.ts";
import { stem, stems, words } from "../reading/text.ts";
import type { Field } from "./field_texts.ts";

export function booleanFor(field: Field, material: Material): boolean {
  const name = plainName(field.name);
  const share = judge(material)?.score ?? 1;
  if (
    /\b(?:revise|retry|reject(?:ed)?|fail(?:ed|s)?|missing|again|redo|rework|needs (?:work|revision|changes))\b/
      .test(name)
  ) return share < PASS;
  if (
    /\b(?:accept(?:ed|able)?|pass(?:ed|es)?|approved?|ok|done|sufficient|satisf\w+|met|valid|success\w*|complete[d]?|meets|good)\b/
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
  comparison: /compar|decision|analy|evaluat|recommend/,
  summary: /summar|text|writing|digest/,
  extraction: /extract|data|information|analy/,
  calculation: /calc|math|arith|comput|number|data/,
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
  const open = options.find((option) => /^(?:open|pending|undecided)$/i.test(option));
  if (judged && open !== undefined && awaitsChoice(material)) return open;
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
  const whole = complexityOf(request, language).score;
  const share = task === request ? whole : (whole + complexityOf(task, language).score) / 2;
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
    return hit + (kind ? 1.5 : 0) - i * 0.001;
  });
  return options[score.indexOf(Math.max(...score))]!;
}
