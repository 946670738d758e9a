/** Terms of an index: where each stands, and which others are forms of a term somebody asks for. */
import { isPaired } from "./analyze.ts";
import { stem } from "./stem.ts";

/** A term found for another: how much it counts. */
export interface Form {
  /** `slot * 256 + frequency`, by rising slot. */
  readonly postings: readonly number[];
  readonly weight: number;
}

const STEM_WEIGHT = 0.7;
const PREFIX_WEIGHT = 0.6;
const TYPO_WEIGHT = 0.5;
const PREFIX_MIN = 2;
const TYPO_MIN = 4;
/** A beginning that fits more terms than this says too little. */
const FORMS_MAX = 64;

export class Dictionary {
  readonly #postings = new Map<string, number[]>();
  readonly #byStem = new Map<string, string[]>();
  /** Terms by their first two characters, or by the first one of a pair. */
  readonly #byStart = new Map<string, string[]>();

  post(term: string, posting: number): void {
    const known = this.#postings.get(term);
    if (known) {
      known.push(posting);
      return;
    }
    this.#postings.set(term, [posting]);
    file(this.#byStem, stem(term), term);
    file(this.#byStart, startOf(term), term);
  }

  /**
   * The term itself, words of the same stem, and, where it may be the beginning of a word, those it
   * begins; a word nobody wrote stands for those that differ in one character.
   */
  forms(term: string, mayGoOn: boolean): Form[] {
    const weights = new Map<string, number>();
    if (this.#postings.has(term)) weights.set(term, 1);
    for (const other of this.#byStem.get(stem(term)) ?? []) {
      if (!weights.has(other)) weights.set(other, STEM_WEIGHT);
    }
    if (mayGoOn || (isPaired(term) && [...term].length === 1)) this.#addBegun(term, weights);
    if (weights.size === 0 && term.length >= TYPO_MIN) this.#addSimilar(term, weights);
    return [...weights].map(([text, weight]) => ({
      postings: this.#postings.get(text)!,
      weight,
    }));
  }

  #addBegun(term: string, weights: Map<string, number>): void {
    if (term.length < PREFIX_MIN && !isPaired(term)) return;
    for (const other of this.#byStart.get(startOf(term)) ?? []) {
      if (weights.size >= FORMS_MAX) return;
      if (weights.has(other) || !other.startsWith(term)) continue;
      weights.set(other, PREFIX_WEIGHT * Math.sqrt(term.length / other.length));
    }
  }

  #addSimilar(term: string, weights: Map<string, number>): void {
    for (const other of this.#byStart.get(startOf(term)) ?? []) {
      if (weights.size >= FORMS_MAX) return;
      if (differsByOne(term, other)) weights.set(other, TYPO_WEIGHT);
    }
  }
}

function startOf(term: string): string {
  return isPaired(term) ? String.fromCodePoint(term.codePointAt(0)!) : term.slice(0, 2);
}

function file(index: Map<string, string[]>, key: string, term: string): void {
  const known = index.get(key);
  if (known) known.push(term);
  else index.set(key, [term]);
}

/** One character added, left out, changed, or two neighbours changed about. */
export function differsByOne(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1 || a === b) return false;
  let from = 0;
  while (from < a.length && a[from] === b[from]) from++;
  const [restA, restB] = [a.slice(from), b.slice(from)];
  if (a.length > b.length) return restA.slice(1) === restB;
  if (a.length < b.length) return restA === restB.slice(1);
  if (restA.slice(1) === restB.slice(1)) return true;
  return restA.slice(2) === restB.slice(2) && restA[0] === restB[1] && restA[1] === restB[0];
}
