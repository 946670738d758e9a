/** What a request asks to weigh or divide: named options, how many ways, its list lines and clauses. */
import type { Language } from "./stop_words.ts";
import { keyTerms } from "./terms.ts";
import { capitalise, clip, sentences, uniqueBy, unstop, words } from "./text.ts";

const NUMBER_WORDS: Record<string, number> = {
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  seven: 7,
  eight: 8,
  zwei: 2,
  drei: 3,
  vier: 4,
  fünf: 5,
  sechs: 6,
  sieben: 7,
  acht: 8,
  deux: 2,
  trois: 3,
  quatre: 4,
  cinq: 5,
  sept: 7,
  huit: 8,
  dos: 2,
  tres: 3,
  cuatro: 4,
  cinco: 5,
  seis: 6,
  siete: 7,
  ocho: 8,
  due: 2,
  tre: 3,
  quattro: 4,
  cinque: 5,
  sei: 6,
  sette: 7,
  otto: 8,
  dois: 2,
  duas: 2,
  três: 3,
  quatro: 4,
  sete: 7,
  oito: 8,
};

/** Things one names without saying which: `three ways`, `zwei Ansätze`, `4 options`. */
const KINDS =
  "ways?|options?|approach(?:es)?|methods?|alternatives?|strateg(?:y|ies)|techniques?|designs?|ideas?|steps?|parts?|tasks?|reasons?|tips?|examples?|points?|variants?|solutions?|möglichkeiten|wegen?|arten|ansätzen?|methoden|alternativen|strategien|varianten|lösungen|schritten?|teilen?|gründen?|ideen|tipps|façons|manières|méthodes|approches|stratégies|étapes|parties|raisons|idées|formas|maneras|métodos|opciones|estrategias|enfoques|alternativas|pasos|partes|razones|modi|maniere|metodi|opzioni|strategie|approcci|passi|parti|ragioni|maneiras|opções|estratégias|abordagens|passos|razões";

/** How many unnamed ways, options or parts the text asks for, or null. */
export function askedCount(text: string): number | null {
  const numbers = Object.keys(NUMBER_WORDS).sort((a, b) => b.length - a.length).join("|");
  const match = text.match(
    new RegExp(
      `(?<![\\p{L}\\d])(\\d{1,2}|${numbers})\\s+(?:[\\p{L}-]+\\s+){0,2}?(?:${KINDS})(?!\\p{L})`,
      "iu",
    ),
  );
  const counted = match ?? text.match(
    new RegExp(
      `(?<!\\p{L})(?:compar\\p{L}*|vergleich\\p{L}*|confront\\p{L}*)\\s+(?:the |die |les |los |las |i |le |os |as )?(\\d{1,2}|${numbers})\\s+\\p{L}{3,}`,
      "iu",
    ),
  );
  if (!counted) return null;
  const count = NUMBER_WORDS[counted[1]!.toLowerCase()] ?? Number(counted[1]);
  return count >= 1 && count <= 20 ? count : null;
}

const AND = "and|or|und|oder|et|ou|y|e|o|u|ed";
const VERSUS = /\s+(?:vs\.?|versus|gegen|contre|contra|contro|gegenüber|compared (?:to|with))\s+/iu;
const COMPARE =
  /\b(?:compar(?:e|ing|ison of|ez|er|a|ar)|between|choose between|vergleich(?:e|en|t)?|zwischen|entre|confronta(?:re)?|differen(?:ce|t) between|unterschied zwischen|différence entre|diferencia entre|differenza tra|tra|pros and cons of|should (?:i|we) use|which is better|soll(?:en)? (?:ich|wir))(?:[:,]|\s)\s*/iu;
/** Where a list of options ends and what is wanted of them begins. */
const ENDS =
  /\s+(?:for|as|in terms of|regarding|with respect to|by|on|when|and (?:recommend|say|suggest|choose|pick|tell|explain)|für|hinsichtlich|bezüglich|nach|als|und (?:empfiehl|empfehle|sage|nenne|schlage)|pour|selon|et (?:recommande|propose|dis)|para|según|y (?:recomienda|di|propón)|per|secondo|e (?:raccomanda|consiglia|recomende|diga)|segundo)\s+|[.?!;:]\s*|\s+[–—-]\s+|\n/iu;

/** Options the text names to be compared or chosen from, two or more; else none. */
export function namedOptions(text: string): string[] {
  const marked = listLines(text);
  if (COMPARE.test(text) && marked.length >= 2) return marked.map((line) => optionName(line));
  for (const sentence of sentences(text)) {
    const versus = sentence.split(VERSUS);
    if (versus.length > 1) {
      const names = versus.map((part, i) => i === 0 ? lastPhrase(part) : part.split(ENDS)[0]!);
      return tidy(names.flatMap((name) => name.split(/,\s*/)));
    }
    const start = sentence.match(COMPARE);
    if (!start) continue;
    const rest = sentence.slice(start.index! + start[0].length);
    for (
      const segment of [rest.split(ENDS)[0]!, rest.split(/:\s*/)[1]?.split(/[.?!;]\s*/)[0] ?? ""]
    ) {
      const names = splitList(segment);
      if (names.length >= 2) return names;
    }
  }
  return [];
}

function splitList(segment: string): string[] {
  const parts = segment.split(new RegExp(`\\s*,\\s*(?:(?:${AND})\\s+)?|\\s+(?:${AND})\\s+`, "iu"));
  const names = tidy(parts);
  const plain = names.every((name) => words(name).length <= 6) && askedCount(segment) === null;
  return names.length >= 2 && names.length <= 8 && plain ? names : [];
}

function tidy(names: string[]): string[] {
  const bare = names.map((name) =>
    unstop(
      name.replace(
        /^(?:the|a|an|using|use|der|die|das|den|dem|le|la|les|l['’]|el|los|las|il|lo|gli|os?|as)\s+/i,
        "",
      ),
    )
  );
  return uniqueBy(
    bare.filter((name) => name.length > 0 && name.length <= 80),
    (name) => name.toLowerCase(),
  );
}

function lastPhrase(text: string): string {
  const after = text.split(COMPARE).at(-1)!.split(/[:.;?!,]\s+/).at(-1)!;
  return words(after).length > 6 ? after.split(/\s+/).slice(-3).join(" ") : after;
}

function optionName(line: string): string {
  return clip(unstop(line.split(/\s[–—-]\s|:\s/)[0]!), 60);
}

/** Bulleted or numbered lines, and inline `1) … 2) …` or `(a) … (b) …`. */
export function listLines(text: string): string[] {
  const lines = [...text.matchAll(/^\s*(?:[-*•]|\d{1,2}[.)]|[a-h]\))\s+(.+)$/gm)].map((match) =>
    match[1]!.trim()
  );
  if (lines.length >= 2) return lines;
  const inline = text.split(/(?:^|\s)\(?(?:\d{1,2}|[a-h])\)\s+/).slice(1).map((part) =>
    unstop(part)
  );
  return inline.length >= 2 ? inline : [];
}

/** The separate things a request asks for, in order; at least one. */
export function requestParts(text: string, language: Language): string[] {
  const lines = listLines(text);
  if (lines.length >= 2) return lines.map((line) => clip(unstop(line), 160));
  const clauses = sentences(text).flatMap((sentence) =>
    sentence.split(
      new RegExp(
        `;\\s+|,\\s+(?:then|dann|puis|luego|poi|depois)\\s+|\\s+(?:and then|und dann|et puis|y luego|e poi|e depois)\\s+`,
        "iu",
      ),
    )
  );
  const parts = clauses.flatMap(byVerb).map(unstop).filter((clause) => words(clause).length >= 2);
  return uniqueBy(parts.length ? parts : [unstop(text)], (part) => part.toLowerCase()).map((part) =>
    clip(part, 200)
  )
    .filter((part) => part || keyTerms(text, language).length === 0);
}

const WORK =
  "design|implement|write|test|deploy|document|research|review|measure|prepare|organi[sz]e|build|create|plan|draft|analy[sz]e|translate|summari[sz]e|list|entwirf|implementiere|schreibe|teste|baue|erstelle|plane|analysiere|übersetze|prüfe|conçois|écris|crée|teste|planifie|analyse|traduis|diseña|escribe|crea|prueba|planifica|analiza|traduce|progetta|scrivi|prova|pianifica|analizza|traduci|desenha|escreve|cria|testa|planeia|analisa|traduz";
const NEXT_VERB = new RegExp(
  `,\\s+(?:(?:and|und|et|y|e)\\s+)?(?=(?:${WORK})\\b)|\\s+(?:and|und|et|y|e)\\s+(?=(?:${WORK})\\b)`,
  "iu",
);

/** `Design a, implement b and write tests` is three pieces of work. */
function byVerb(clause: string): string[] {
  return new RegExp(`^(?:please |bitte )?(?:${WORK})\\b`, "iu").test(clause)
    ? clause.split(NEXT_VERB)
    : [clause];
}

/** What the request is about, short enough for a title. */
export function topicOf(text: string, language: Language, max = 80): string {
  const first = sentences(text)[0] ?? text.trim();
  const subject = subjectOf(first);
  if (subject.length <= max) return capitalise(subject);
  const terms = keyTerms(text, language, 3).join(", ");
  return capitalise(clip(subject.length < max * 1.6 || !terms ? subject : terms, max));
}

const OPENINGS =
  /^(?:(?:please|bitte|s'il (?:te|vous) plaît|por favor|per favore|hi|hello|hey)[\s,]+)?(?:can you|could you|kannst du|können sie|peux-tu|pouvez-vous|puedes|puoi|você pode)?\s*/iu;

/** The sentence without politeness and without an opening `compare three ways to`. */
export function subjectOf(sentence: string): string {
  const plain = unstop(sentence.replace(OPENINGS, ""));
  const ways = new RegExp(
    `^.{0,40}?(?:${KINDS})(?:,\\s+|\\s+(?:to|of|for|um|zu|für|wie man|de|d['’]|pour|para|per|di|in cui)\\s+)`,
    "iu",
  );
  const stripped = askedCount(plain) !== null ? plain.replace(ways, "") : plain;
  const trimmed = stripped.replace(
    /[,;]?\s+(?:and|und|et|y|e)\s+(?:recommend|empfiehl|empfehle|recommande|recommandez|recomienda|recomende|raccomanda|consiglia|suggest|say|tell|choose|pick)\b.*$/iu,
    "",
  );
  return unstop(trimmed.replace(/^(?:compare|vergleiche|comparez?|compara|confronta)\s+/iu, "")) ||
    plain;
}
