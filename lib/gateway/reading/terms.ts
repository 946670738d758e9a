/** Key terms: runs of subject words between grammar words, ranked by how often and how connected they are. */
import { isStopWord, type Language } from "./stop_words.ts";
import { sentences, stem, words } from "./text.ts";

/** Words that say what to do with a subject, not what it is; they order the work and are no key terms. */
const ORDERS = new Set(
  `compare contrast recommend explain describe summarise summarize list outline plan write draft create build design
  extract find calculate compute translate analyse analyze evaluate review answer propose suggest show provide choose
  pick decide following one vs versus terms plus minus versus three two four five six ways way options option approaches approach methods method kinds
  vergleiche vergleichen empfiehl empfehle erkläre beschreibe fasse zusammen liste schreibe erstelle plane entwirf
  berechne übersetze analysiere bewerte schlage vor zeige drei zwei vier fünf wege weg möglichkeiten arten varianten
  compare comparez compare-les recommande recommandez explique expliquez décris décrivez résume résumez liste écris
  écrivez crée calcule traduis traduisez analyse évalue propose trois deux quatre cinq façons manières options
  compara comparar recomienda recomendar explica describe resume resumir lista escribe crea calcula traduce analiza
  evalúa propón tres dos cuatro cinco formas maneras opciones confronta raccomanda consiglia spiega descrivi riassumi
  elenca scrivi crea calcola traduci analizza valuta proponi tre due quattro cinque modi maniere opzioni compare
  recomende explique descreva resuma liste escreva crie calcule traduza analise avalie proponha três dois quatro cinco
  formas maneiras opções`.split(/\s+/),
);

export function isOrder(word: string): boolean {
  return ORDERS.has(word.toLowerCase());
}

/** The most telling terms of a text, as written, best first. */
export function keyTerms(text: string, language: Language, limit = 8): string[] {
  const runs = termRuns(text, language);
  const frequency = new Map<string, number>();
  const degree = new Map<string, number>();
  for (const run of runs) {
    for (const word of run) {
      const key = stem(word);
      frequency.set(key, (frequency.get(key) ?? 0) + 1);
      degree.set(key, (degree.get(key) ?? 0) + run.length);
    }
  }
  const scored = new Map<string, { term: string; score: number; order: number }>();
  runs.forEach((run, order) => {
    const key = run.map(stem).join(" ");
    const score = run.reduce((sum, word) => sum + weight(word, frequency, degree), 0) /
      Math.sqrt(run.length);
    if (!scored.has(key)) scored.set(key, { term: run.join(" "), score, order });
  });
  const ranked = [...scored.values()].sort((a, b) => b.score - a.score || a.order - b.order);
  const kept: string[] = [];
  for (const { term } of ranked) {
    const lower = term.toLowerCase();
    if (!kept.some((other) => other.toLowerCase().includes(lower))) kept.push(term);
    if (kept.length === limit) break;
  }
  return kept;
}

function weight(word: string, frequency: Map<string, number>, degree: Map<string, number>): number {
  const key = stem(word);
  const capital = /^\p{Lu}/u.test(word) ? 0.5 : 0;
  return (degree.get(key) ?? 1) / (frequency.get(key) ?? 1) +
    Math.log2(1 + (frequency.get(key) ?? 1)) + capital;
}

function termRuns(text: string, language: Language): string[][] {
  const runs: string[][] = [];
  for (const sentence of sentences(text)) {
    for (const clause of sentence.split(/[,;:()[\]"“”«»|!?]|\s[–—-]\s|\.\s/)) {
      let run: string[] = [];
      for (const word of [...words(clause), ""]) {
        const lower = word.toLowerCase();
        if (word && !isStopWord(lower, language) && !isOrder(lower) && !/^[\d.,]+$/.test(word)) {
          run.push(word);
          if (run.length < 4) continue;
        }
        if (run.length && run.join("").length > 2) runs.push(run);
        run = [];
      }
    }
  }
  return runs;
}
