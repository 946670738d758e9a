/** What kind of work a request asks for, from its verbs and shape, in six languages. */
import { findComputations } from "./arithmetic.ts";
import { askedCount, namedOptions } from "./options.ts";
import { sentences, words } from "./text.ts";

export type Intent =
  | "greeting"
  | "calculation"
  | "comparison"
  | "summary"
  | "extraction"
  | "translation"
  | "code"
  | "plan"
  | "question"
  | "writing";

const SIGNS: readonly (readonly [Intent, RegExp])[] = [
  ["translation", /\b(?:translat|übersetz|tradui|traduc|traduz|tradur)/iu],
  [
    "summary",
    /\b(?:summar|tl;?dr|condense|shorten|zusammen(?:fass|zufass)|fasse\b[\s\S]{0,120}\bzusammen\b|résum|resum|riassum|sintetiz)/iu,
  ],
  [
    "extraction",
    /\b(?:extract|pull out|list (?:all|every|the) (?:names|dates|e-?mails|numbers|amounts|people|places|companies)|extrahier|liste alle|extra(?:i|y|e|ir|is)|estra[ie])/iu,
  ],
  [
    "code",
    /```|\b(?:function|python|javascript|typescript|rust|java\b|sql|regex|code|bug|refactor|unit test|stack trace|compile|funktion|programm|fonction|función|funzione|função|código|codice)\b/iu,
  ],
  [
    "plan",
    /\b(?:plan|roadmap|schedule|steps to|organi[sz]e|agenda|checklist|planung|ablauf|planifi|planear|pianific|planej)/iu,
  ],
];
const COMPARISON =
  /\b(?:compar|versus|vs\b|pros and cons|trade-?offs?|differen|better|recommend|vergleich|unterschied|empfehl|empfiehl|diff[ée]ren|recommand|recomi|diferen|confront|raccomand|consigli|recomend)/iu;
const QUESTION =
  /^(?:what|who|whom|whose|which|when|where|why|how|is|are|was|were|do|does|did|can|could|should|will|would|was|wer|wen|wem|wann|wo|warum|wie|welche[rsn]?|ist|sind|kann|soll|hat|que|qui|quoi|quand|où|pourquoi|comment|combien|quel(?:le)?s?|est-ce|qué|quién|cuándo|dónde|cómo|cuánt|cuál|che|chi|quando|dove|perché|come|quanto|qual[ei]?|o que|quem|onde|como)\b/iu;
const GREETING =
  /^(?:hi|hello|hey|hallo|guten (?:tag|morgen|abend)|moin|servus|bonjour|salut|hola|buenos días|ciao|buongiorno|olá|oi|bom dia|good (?:morning|evening|day)|thanks?|thank you|danke|merci|gracias|grazie|obrigad[oa])\b/iu;

export function intentOf(text: string): Intent {
  const plain = text.trim();
  const count = words(plain).length;
  if (count <= 4 && GREETING.test(plain)) return "greeting";
  // The order stands in the first or last lines; what lies between is material.
  const lines = sentences(plain);
  const order = plain.length > 600
    ? [lines.slice(0, 2).join(" "), lines.at(-1) ?? ""].join(" ")
    : plain;
  const first = lines[0] ?? plain;
  for (const [intent, sign] of SIGNS.slice(0, 3)) if (sign.test(order)) return intent;
  if (COMPARISON.test(order) && (namedOptions(order).length >= 2 || askedCount(order) !== null)) {
    return "comparison";
  }
  if (/```/.test(plain) || SIGNS[3]![1].test(order)) return "code";
  if (count <= 60 && findComputations(plain).length) return "calculation";
  if (COMPARISON.test(first)) return "comparison";
  if (SIGNS[4]![1].test(first)) return "plan";
  if (QUESTION.test(first.replace(/^[¿¡"'\s]+/, "")) || /\?\s*$/.test(plain)) return "question";
  return findComputations(first).length ? "calculation" : "writing";
}

const CHOICE =
  /recommend|empf[eio]hl|recommand|recomiend|raccomand|consigli|\b(?:choose|choice|decide|wähle|entscheide|choisi|elige|scegli|escolh)/iu;

/** The request, or a criterion, wants one thing to be chosen. */
export function wantsChoice(text: string): boolean {
  return CHOICE.test(text) || intentOf(text) === "comparison";
}

/** The text speaks of a choice: asks for it, or makes it. */
export function speaksOfChoice(text: string): boolean {
  return CHOICE.test(text);
}

/** The text a request gives to be worked on, apart from the order itself: after a colon, in quotes, or the long rest. */
export function givenText(text: string): string {
  const fenced = [...text.matchAll(/```[^\n]*\n([\s\S]*?)```/g)].map((match) => match[1]!.trim());
  if (fenced.length) return fenced.join("\n\n");
  const colon = text.match(/^[^\n]{3,300}?[:：]\s*(?:\n|(?=["“«„]|\p{Lu}|\p{N}))([\s\S]+)$/u)?.[1];
  if (colon && words(colon).length >= 3) return colon.trim().replace(/^["“«„]|["”»“]$/g, "");
  const blocks = text.split(/\n\s*\n/);
  if (blocks.length > 1) {
    const longest = blocks.slice(1).join("\n\n");
    if (words(longest).length >= 8) return longest.trim();
  }
  const quoted = [...text.matchAll(/["“«„]([^"”»“]{20,})["”»“]/g)].map((match) => match[1]!);
  if (quoted.length) return quoted.join("\n");
  const rest = sentences(text).slice(1);
  return rest.length >= 2 ? rest.join(" ") : "";
}
