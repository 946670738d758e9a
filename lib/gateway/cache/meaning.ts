/**
 * What a request says, as far as rules can tell: the words that carry it, in order, and everything that has to be
 * equal in two requests before any likeness may make them one – numbers, quoted text, code, names, negations, what
 * is asked for. Rules err on the side of "another request". Pure.
 */
import { digestText } from "../../kernel/core/json.ts";
import { type Language, LANGUAGES, UNSPACED } from "./languages.ts";

export interface Meaning {
  /** As far as a few words tell. */
  readonly language: string;
  /** Digest of what has to be equal. */
  readonly guard: string;
  /** Words that carry meaning, folded, in order; of scripts without spaces, characters. */
  readonly content: readonly string[];
  /** The other words. */
  readonly plain: readonly string[];
}

const CODE = /```[\s\S]*?(?:```|$)|`[^`\n]+`/g;
const QUOTED =
  /"[^"\n]*"|“[^”\n]*”|„[^“”\n]*[“”]|«[^»\n]*»|»[^«\n]*«|「[^」\n]*」|『[^』\n]*』|(?<![\p{L}\p{N}])['‘][^'’\n]+['’](?![\p{L}\p{N}])/gu;
/** Addresses, paths, file names, identifiers, options, placeholders: kept to the letter. */
const LITERAL =
  /\[[A-Z]{2,8}-\d+\]|[a-z][a-z0-9+.-]{0,20}:\/\/\S+|[^\s@]{1,64}@\S+\.\S+|(?<!\S)--?[A-Za-z][\w-]*|[\p{L}\p{N}]*[\\/_#@][\p{L}\p{N}._\\/#@-]+|\p{L}[\p{L}\p{N}]*\.\p{L}[\p{L}\p{N}.]*|\p{L}+\d[\p{L}\d]*|\p{Ll}+\p{Lu}\p{L}*|[A-Za-z](?:\+\+|#)/gu;
const NUMBER = /\d[\d.,:/’'\u00a0\u202f]*\d|\d/g;
const OPERATOR = /[+*/=<>^%$€£¥°&|~×÷±≤≥≠]|(?<=\s|\d)[-−–](?=\s|\d)/g;
const WORD = /[\p{L}\p{M}]+(?:['’\-‑][\p{L}\p{M}]+)*/gu;
const SENTENCE_END = /[.!?…:;\n¿¡]\s*["'»“”)]*\s*$/;

export function meaningOf(text: string): Meaning {
  const guard: string[] = [];
  const take = (from: string, what: RegExp, kind: string, fold = false) =>
    from.replace(what, (found) => {
      guard.push(`${kind} ${fold ? found.toLowerCase() : found}`);
      return " ";
    });
  let rest = take(text.normalize("NFC"), CODE, "code");
  rest = take(rest, QUOTED, "quote");
  rest = take(rest.normalize("NFKC").replaceAll("’", "'"), LITERAL, "literal");
  rest = take(rest, NUMBER, "number");
  rest = take(rest, OPERATOR, "operator");
  const language = languageOf(rest);
  const said = language === "zh" || language === "ja"
    ? unspaced(rest, language, guard)
    : spaced(rest, LANGUAGES[language], guard);
  return { language, guard: digestText(guard.join("\n")), ...said };
}

type Said = Pick<Meaning, "content" | "plain">;

function spaced(text: string, language: Language | undefined, guard: string[]): Said {
  const words = [...text.matchAll(WORD)];
  if (!language) return { content: words.map(([word]) => word.toLowerCase()), plain: [] };
  const openers = openersOf(language);
  for (const { 0: word, index } of words) {
    // `l'Italie`: the name begins behind its article.
    const bare = word.replace(/^\p{L}{1,2}'(?=\p{Lu})/u, "");
    if (isName(bare, text.slice(0, index), openers)) guard.push(`name ${bare}`);
  }
  // A blank on each side, so that phrases begin and end where words do.
  let line = ` ${words.map(([word]) => word.toLowerCase().replace(/['-]s$/, "")).join(" ")} `;
  line = line.replaceAll("-", " ");
  for (const [from, to] of language.same) line = line.replaceAll(` ${from} `, ` ${to} `);
  for (let before = ""; before !== line;) {
    before = line;
    for (const phrase of language.polite) line = atEdge(line, phrase);
  }
  const content: string[] = [];
  const plain: string[] = [];
  for (const word of line.split(/[ ']/)) {
    if (word === "") continue;
    if (language.negations.has(word)) guard.push(`not ${word}`);
    if (language.numbers.has(word)) guard.push(`number ${word}`);
    const question = Object.hasOwn(language.questions, word) ? language.questions[word]! : null;
    if (question) guard.push(`question ${question}`);
    if (question || language.plain.has(word)) plain.push(question ?? word);
    else content.push(word);
  }
  if (/n't(?![\p{L}])/u.test(line)) guard.push("not n't");
  return { content, plain };
}

/** Politeness stands at the beginning or the end; in the middle the same words may mean something. */
function atEdge(line: string, phrase: string): string {
  if (line.startsWith(` ${phrase} `)) return line.slice(phrase.length + 1);
  if (line.endsWith(` ${phrase} `)) return line.slice(0, -(phrase.length + 1));
  return line;
}

function isName(word: string, before: string, openers: ReadonlySet<string>): boolean {
  if (!/^\p{Lu}/u.test(word) || word === "I" || /^I'/.test(word)) return false;
  const opens = before.trim() === "" || SENTENCE_END.test(before);
  return !opens || !openers.has(word.toLowerCase().split(/['-]/)[0]!);
}

/** Words whose capital at a sentence's beginning tells nothing. */
function openersOf(language: Language): ReadonlySet<string> {
  const known = OPENERS.get(language);
  if (known) return known;
  const first = (phrase: string) => phrase.split(" ")[0]!;
  const openers = new Set([
    ...language.requests,
    ...language.plain,
    ...language.marks,
    ...language.negations,
    ...Object.keys(language.questions),
    ...language.polite.map(first),
    ...language.same.map(([from]) => first(from)),
  ]);
  OPENERS.set(language, openers);
  return openers;
}

const OPENERS = new WeakMap<Language, ReadonlySet<string>>();

function unspaced(text: string, language: "zh" | "ja", guard: string[]): Said {
  const { polite, turns } = UNSPACED[language];
  let line = text.replace(/[^\p{L}\p{M}]+/gu, " ");
  for (const turn of turns) {
    for (let at = line.indexOf(turn); at >= 0; at = line.indexOf(turn, at + 1)) {
      guard.push(`turn ${turn}`);
    }
  }
  for (const phrase of polite) line = line.replaceAll(phrase, " ");
  return { content: [...line.toLowerCase().replaceAll(" ", "")], plain: [] };
}

/** By script, then by the most words of a language's own; "und" where nothing tells. */
function languageOf(text: string): string {
  if (/[\p{Script=Hiragana}\p{Script=Katakana}]/u.test(text)) return "ja";
  if (/\p{Script=Han}/u.test(text)) return "zh";
  const other =
    /[\p{Script=Hangul}\p{Script=Cyrillic}\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Greek}\p{Script=Devanagari}\p{Script=Thai}]/u
      .exec(text);
  if (other) return "other";
  const words = text.toLowerCase().match(WORD)?.flatMap((word) => word.split(/['-]/)) ?? [];
  let best = "und";
  let most = 0;
  for (const [name, { plain, marks, negations, requests }] of Object.entries(LANGUAGES)) {
    const own = [plain, marks, negations, requests];
    let hits = 0;
    for (const word of words) if (own.some((list) => list.has(word))) hits++;
    if (hits > most) [best, most] = [name, hits];
  }
  return best;
}
