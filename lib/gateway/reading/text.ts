/** Splitting text into words, sentences, blocks and rough word stems. */
import { isStopWord, type Language } from "./stop_words.ts";

const ABBREVIATIONS =
  /(?:\b(?:e\.g|i\.e|etc|vs|mr|mrs|ms|dr|prof|st|no|approx|z\.b|d\.h|bzw|usw|ca|nr|p\.ex|sr|sra|ecc|núm)|\b\p{L})\.$/iu;

/** Sentences and list lines in order, without their bullets; code fences are left out. */
export function sentences(text: string): string[] {
  const out: string[] = [];
  const prose = text.replace(/```[\s\S]*?(?:```|$)/g, "\n");
  for (const line of prose.split(/\n+/)) {
    const bare = line.replace(/^\s*(?:[-*•>]|\d+[.)]|#{1,6})\s+/, "").trim();
    if (!bare || /^[-=|:\s]+$/.test(bare)) continue;
    let from = 0;
    for (const end of bare.matchAll(/[.!?…](?=["»”')\]]*\s+["«“'([¿¡]*[\p{Lu}\p{N}])/gu)) {
      const at = end.index + 1;
      if (ABBREVIATIONS.test(bare.slice(Math.max(from, at - 12), at))) continue;
      out.push(bare.slice(from, at).trim());
      from = at;
    }
    const rest = bare.slice(from).trim();
    if (rest) out.push(rest);
  }
  return out;
}

/** Words with their inner hyphens, dots and apostrophes: `key-value`, `v2.1`, `don't`. */
export function words(text: string): string[] {
  return text.match(/[\p{L}\p{N}][\p{L}\p{N}_]*(?:[-'’./+#][\p{L}\p{N}_]+)*[+#]*/gu) ?? [];
}

/** A rough stem: enough to match plurals and common endings, the same for every language. */
export function stem(word: string): string {
  const lower = word.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "");
  if (lower.length <= 4) return lower.replace(/s$/, "");
  return lower.replace(
    /(?:ations?|ungen|ung|ciones|cion|zioni|zione|coes|cao|ing|ies|ers?|ed|es|en|ly|s|e|n|a|o|i)$/,
    "",
  )
    .slice(0, 12);
}

export function stems(text: string, language: Language): Set<string> {
  const out = new Set<string>();
  for (const word of words(text)) {
    for (const part of [word, ...word.split(/[-_./]/)]) {
      if (part.length > 1 && !isStopWord(part.toLowerCase(), language)) out.add(stem(part));
    }
  }
  return out;
}

/** Share of `wanted` that occurs in `have`, 0–1; 1 when nothing is wanted. */
export function coverage(wanted: ReadonlySet<string>, have: ReadonlySet<string>): number {
  if (wanted.size === 0) return 1;
  let hit = 0;
  for (const word of wanted) if (have.has(word)) hit++;
  return hit / wanted.size;
}

/** Cut at a word boundary so that at most `max` characters remain, the ellipsis included. */
export function clip(text: string, max: number): string {
  if (text.length <= max) return text;
  if (max <= 1) return text.slice(0, max);
  const cut = text.slice(0, max - 1);
  const space = cut.lastIndexOf(" ");
  return `${(space > max / 2 ? cut.slice(0, space) : cut).replace(/[\s,;:.–-]+$/, "")}…`.slice(
    0,
    max,
  );
}

export function capitalise(text: string): string {
  const first = text.match(/^[^\p{L}\d]*\p{Ll}/u)?.[0];
  // `iPhone`, `npm install`-like words keep their own case only when mixed.
  if (!first || /^\p{Ll}+\p{Lu}/u.test(text)) return text;
  return first.toUpperCase() + text.slice(first.length);
}

export function uniqueBy<T>(items: Iterable<T>, key: (item: T) => string): T[] {
  const seen = new Set<string>();
  return [...items].filter((item) => !seen.has(key(item)) && seen.add(key(item)) !== undefined);
}

/** Without one closing stop: for text that goes on inside a sentence. */
export function unstop(text: string): string {
  return text.trim().replace(/[\s.;:,!?…]+$/, "");
}

/** For the middle of a sentence; acronyms keep their case. */
export function lowerFirst(text: string): string {
  return /^\p{Lu}\p{Ll}/u.test(text)
    ? text[0]!.toLowerCase() + unstop(text.slice(1))
    : unstop(text);
}
