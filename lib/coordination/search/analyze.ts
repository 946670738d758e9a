/**
 * Text to terms, the same for what is stored and what is asked. Words are folded (NFKC, case, accents);
 * identifiers give their parts too (`getUserById`, `user_id`); scripts written without spaces (Chinese,
 * Japanese, Thai …) and Korean, whose words carry their particles, give pairs of characters, which needs no
 * dictionary and cannot divide the same words differently in two texts. Pure.
 */

const TERM_MAX = 64;

/** `C++`, `F#`, else letters, digits, marks and `_`. */
const WORD = /[A-Za-z](?:\+\+|#)(?![\p{L}\p{N}])|[\p{L}\p{N}\p{M}_]+/gu;
const ELISION =
  /(?<![\p{L}\p{N}])\p{L}{1,2}['’](?=\p{L})|(?<=\p{L})['’](?:s|t|d|m|ll|re|ve)(?!\p{L})/giu;
const PAIRED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\u30fc\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\p{Script=Tibetan}]+/gu;
const HUMP = /(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|_+/;
// deno-lint-ignore no-control-regex -- all of ASCII is meant
const ASCII = /^[\x00-\x7f]*$/;
/** Combining accents, Arabic vowel marks and kashida, Hebrew points: written or left out at will. */
const MARKS = /[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670]/g;
/** Letters that are other letters with something on them, and have no decomposition. */
const LETTERS: Readonly<Record<string, string>> = {
  "ß": "ss",
  "æ": "ae",
  "œ": "oe",
  "ø": "o",
  "ł": "l",
  "đ": "d",
  "ð": "d",
  "þ": "th",
  "ı": "i",
  "ς": "σ",
  "أ": "ا",
  "إ": "ا",
  "آ": "ا",
  "ى": "ي",
  "ة": "ه",
};
const LETTER = new RegExp(`[${Object.keys(LETTERS).join("")}]`, "g");

/** Every term of the text in order, repeated ones too. */
export function analyze(text: string): string[] {
  const terms: string[] = [];
  const plain = ASCII.test(text) ? text : text.normalize("NFKC");
  const spoken = /['’]/.test(plain) ? plain.replace(ELISION, " ") : plain;
  for (const [word] of spoken.matchAll(WORD)) {
    if (ASCII.test(word)) addIdentifier(terms, word);
    else addScripts(terms, word);
  }
  return terms;
}

/** Whether a term is a pair of characters, or a single one, of a script whose texts give pairs. */
export function isPaired(term: string): boolean {
  return term.charCodeAt(0) > 0xe00 && term.match(PAIRED)?.[0] === term;
}

function addIdentifier(terms: string[], word: string): void {
  const parts = word.split(HUMP).filter((part) => part !== "");
  if (parts.length > 1) add(terms, parts.join("").toLowerCase());
  for (const part of parts) add(terms, part.toLowerCase());
}

function addScripts(terms: string[], word: string): void {
  let at = 0;
  for (const { 0: run, index } of word.matchAll(PAIRED)) {
    if (index > at) addFolded(terms, word.slice(at, index));
    addPairs(terms, [...run.toLowerCase()]);
    at = index + run.length;
  }
  if (at < word.length) addFolded(terms, word.slice(at));
}

function addFolded(terms: string[], word: string): void {
  const folded = fold(word);
  for (const part of folded.split("_")) if (part !== "") add(terms, part);
}

/** Every pair and the last character alone: a single character is found as the beginning of one of them. */
function addPairs(terms: string[], characters: readonly string[]): void {
  for (let i = 0; i + 1 < characters.length; i++) add(terms, characters[i]! + characters[i + 1]!);
  add(terms, characters.at(-1)!);
}

function add(terms: string[], term: string): void {
  terms.push(term.length > TERM_MAX ? term.slice(0, TERM_MAX) : term);
}

/** Case and accents away. */
function fold(word: string): string {
  return word.toLowerCase().normalize("NFD").replace(MARKS, "").normalize("NFC")
    .replace(LETTER, (letter) => LETTERS[letter]!);
}
