/** Extractive ranking: the sentences that carry most of a text's repeated words, in their own order. */
import type { Language } from "./stop_words.ts";
import { facts } from "./facts.ts";
import { coverage, sentences, stems, words } from "./text.ts";

/** The `count` most telling sentences of the text; those near a `focus` are preferred. */
export function rankSentences(
  text: string,
  language: Language,
  count: number,
  focus = "",
): string[] {
  const all = sentences(text).filter((sentence) => words(sentence).length >= 3);
  if (all.length <= count) return all;
  const sets = all.map((sentence) => stems(sentence, language));
  const frequency = new Map<string, number>();
  for (const set of sets) {
    for (const word of set) frequency.set(word, (frequency.get(word) ?? 0) + 1);
  }
  const wanted = stems(focus, language);
  const score = sets.map((set, i) => {
    let sum = 0;
    for (const word of set) sum += Math.log2(1 + frequency.get(word)!);
    const density = sum / Math.sqrt(set.size + 4);
    const lead = i === 0 ? 1.25 : 1;
    const figures = /\d/.test(all[i]!) ? 1.1 : 1;
    const near = wanted.size ? 1 + 1.5 * coverage(wanted, set) : 1;
    return density * lead * figures * near;
  });
  const chosen: number[] = [];
  while (chosen.length < count) {
    let best = -1;
    let bestScore = -Infinity;
    for (let i = 0; i < all.length; i++) {
      if (chosen.includes(i)) continue;
      const repeated = Math.max(0, ...chosen.map((j) => overlap(sets[i]!, sets[j]!)));
      const value = score[i]! * (1 - repeated);
      if (value > bestScore) [best, bestScore] = [i, value];
    }
    chosen.push(best);
  }
  return chosen.sort((a, b) => a - b).map((i) => all[i]!);
}

/** The sentence that answers a question best by shared words and the kind of fact asked for; null below a floor. */
export function answerSentence(question: string, text: string, language: Language): string | null {
  const wanted = stems(question, language);
  const kind = askedFact(question);
  let best: string | null = null;
  let bestScore = 0.34;
  for (const sentence of sentences(text)) {
    const shared = coverage(wanted, stems(sentence, language));
    const asked = shared > 0 &&
      (kind === "name"
        ? facts(sentence, language).some((fact) => fact.kind === "name")
        : kind?.test(sentence));
    const score = shared + (asked ? 0.25 : 0);
    if (score > bestScore) [best, bestScore] = [sentence, score];
  }
  return best;
}

function askedFact(question: string): RegExp | "name" | null {
  const lower = question.toLowerCase();
  if (/\b(?:when|wann|quand|cuándo|quando)\b/u.test(lower)) {
    return /\d{4}|\d{1,2}[:.]\d{2}|\b\d{1,2}\b/;
  }
  if (
    /how (?:many|much|long|far|old)|wie ?(?:viele?|lange|alt)|combien|cuánt|quant[oi]/u.test(lower)
  ) return /\d/;
  if (/\b(?:who|wer|qui|quién|chi|quem)\b/u.test(lower)) return "name";
  if (/\b(?:why|warum|pourquoi|perché)\b|por qu[eé]/u.test(lower)) {
    return /because|weil|parce|porque|perché|denn/iu;
  }
  return null;
}

function overlap(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  let both = 0;
  for (const word of a) if (b.has(word)) both++;
  return both / Math.max(1, Math.min(a.size, b.size));
}
