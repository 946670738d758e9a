/**
 * The index of one workspace and kind, in memory: terms and where they stand, no texts. Ranked by BM25F
 * (S. Robertson, H. Zaragoza, "The Probabilistic Relevance Framework", 2009): the weights of a term's
 * fields and of its other forms are pooled before they saturate; newer entries go first where they fit
 * equally well. Deterministic, nothing but numbers and strings.
 */
import { analyze, isPaired } from "./analyze.ts";
import { Dictionary, type Form } from "./dictionary.ts";

export interface Document {
  readonly id: string;
  /** Whose it is, for queries of one owner. */
  readonly owner: string;
  readonly kind: string;
  /** Epoch ms. */
  readonly at: number;
  /** Text and weight, a small whole number. */
  readonly fields: readonly (readonly [text: string, weight: number])[];
}

export interface Query {
  readonly text: string;
  readonly owner?: string | undefined;
  readonly kind?: string | undefined;
  readonly limit: number;
  readonly nowMs: number;
  readonly halfLifeMs: number;
}

export interface Hit {
  readonly id: string;
  readonly score: number;
}

const SATURATION = 1.2;
const LENGTH_SHARE = 0.6;
/** Of the score, at most, for being new. */
const RECENCY_SHARE = 0.15;
/** A hit far behind the best one shares only a common word with the query. */
const LEAST_SHARE = 0.12;
const FREQUENCY_MAX = 255;
/** Of a query; more say no more. */
const TERMS_MAX = 64;
const NOBODY = -1;

export class InvertedIndex {
  readonly #terms = new Dictionary();
  readonly #slots = new Map<string, number>();
  readonly #names = new Map<string, number>();
  readonly #ids: string[] = [];
  readonly #owners: number[] = [];
  readonly #kinds: number[] = [];
  readonly #times: number[] = [];
  readonly #lengths: number[] = [];
  #totalLength = 0;
  #dead = 0;
  /** Scratch of one query, by slot. */
  #frequency = new Float32Array(1_024);
  #score = new Float32Array(1_024);
  #covered = new Float32Array(1_024);

  /** Documents that can be found. */
  get size(): number {
    return this.#slots.size;
  }

  /** Slots of removed documents are not used again: above this share it is time to build anew. */
  get waste(): number {
    return this.#dead / Math.max(1_000, this.#ids.length);
  }

  /** Adds, or puts in place of the one with this id. */
  put(document: Document): void {
    this.remove(document.id);
    const slot = this.#ids.length;
    const counts = new Map<string, number>();
    let length = 0;
    for (const [text, weight] of document.fields) {
      for (const term of analyze(text)) {
        counts.set(term, (counts.get(term) ?? 0) + weight);
        length++;
      }
    }
    for (const [term, count] of counts) {
      this.#terms.post(term, slot * 256 + Math.min(count, FREQUENCY_MAX));
    }
    this.#slots.set(document.id, slot);
    this.#ids.push(document.id);
    this.#owners.push(this.#nameOf(document.owner));
    this.#kinds.push(this.#nameOf(document.kind));
    this.#times.push(document.at);
    this.#lengths.push(length);
    this.#totalLength += length;
  }

  remove(id: string): void {
    const slot = this.#slots.get(id);
    if (slot === undefined) return;
    this.#slots.delete(id);
    this.#totalLength -= this.#lengths[slot]!;
    this.#owners[slot] = NOBODY;
    this.#dead++;
  }

  /** Best first; equals newest first. */
  search(query: Query): Hit[] {
    const wanted = {
      owner: query.owner === undefined ? null : this.#names.get(query.owner),
      kind: query.kind === undefined ? null : this.#names.get(query.kind),
    };
    if (wanted.owner === undefined || wanted.kind === undefined) return [];
    this.#growScratch();
    const groups = this.#groups(query.text);
    const found: number[] = [];
    let total = 0;
    for (const { forms, rarity } of groups) {
      total += rarity;
      this.#scoreGroup(forms, rarity, wanted as Wanted, found);
    }
    return this.#best(found, total, query);
  }

  /** One per term of the query with the forms it takes here; those of every text only where there is no other. */
  #groups(text: string): { forms: Form[]; rarity: number }[] {
    const groups: { forms: Form[]; rarity: number; common: boolean }[] = [];
    for (const { term, mayGoOn } of askedFor(text)) {
      const forms = this.#terms.forms(term, mayGoOn);
      if (forms.length === 0) continue;
      const known = forms.reduce((sum, form) => sum + form.postings.length, 0);
      const inDocuments = Math.min(known, this.size);
      const rarity = Math.log(1 + (this.size - inDocuments + 0.5) / (inDocuments + 0.5));
      groups.push({ forms, rarity, common: this.size > 20 && inDocuments > this.size / 2 });
    }
    const telling = groups.filter((group) => !group.common);
    return telling.length > 0 ? telling : groups;
  }

  #scoreGroup(forms: readonly Form[], rarity: number, wanted: Wanted, found: number[]): void {
    const touched: number[] = [];
    for (const { postings, weight } of forms) {
      for (const posting of postings) {
        const slot = posting >>> 8;
        const owner = this.#owners[slot]!;
        if (wanted.owner === null ? owner === NOBODY : owner !== wanted.owner) continue;
        if (wanted.kind !== null && this.#kinds[slot] !== wanted.kind) continue;
        if (this.#frequency[slot] === 0) touched.push(slot);
        this.#frequency[slot]! += (posting & 255) * weight;
      }
    }
    const average = this.#totalLength / Math.max(1, this.size);
    for (const slot of touched) {
      const frequency = this.#frequency[slot]!;
      this.#frequency[slot] = 0;
      const long = 1 - LENGTH_SHARE + LENGTH_SHARE * this.#lengths[slot]! / average;
      if (this.#covered[slot] === 0) found.push(slot);
      this.#covered[slot]! += rarity;
      this.#score[slot]! += rarity * frequency * (SATURATION + 1) / (frequency + SATURATION * long);
    }
  }

  #best(found: readonly number[], total: number, query: Query): Hit[] {
    const top: { slot: number; score: number }[] = [];
    for (const slot of found) {
      const age = Math.max(0, query.nowMs - this.#times[slot]!);
      const recency = 1 + RECENCY_SHARE * 2 ** (-age / query.halfLifeMs);
      const coverage = 0.5 + 0.5 * this.#covered[slot]! / total;
      const score = this.#score[slot]! * coverage * recency;
      this.#score[slot] = 0;
      this.#covered[slot] = 0;
      const last = top[query.limit - 1];
      if (last && !this.#isBefore(slot, score, last)) continue;
      insert(top, { slot, score }, (a, b) => this.#isBefore(a.slot, a.score, b));
      if (top.length > query.limit) top.pop();
    }
    const least = (top[0]?.score ?? 0) * LEAST_SHARE;
    return top.filter(({ score }) => score >= least)
      .map(({ slot, score }) => ({
        id: this.#ids[slot]!,
        score: Math.round(score * 1e4) / 1e4,
      }));
  }

  #isBefore(slot: number, score: number, other: { slot: number; score: number }): boolean {
    if (score !== other.score) return score > other.score;
    const [mine, its] = [this.#times[slot]!, this.#times[other.slot]!];
    return mine !== its ? mine > its : slot > other.slot;
  }

  #nameOf(name: string): number {
    const known = this.#names.get(name) ?? this.#names.size;
    this.#names.set(name, known);
    return known;
  }

  #growScratch(): void {
    if (this.#frequency.length >= this.#ids.length) return;
    const size = this.#ids.length * 2;
    this.#frequency = new Float32Array(size);
    this.#score = new Float32Array(size);
    this.#covered = new Float32Array(size);
  }
}

interface Wanted {
  readonly owner: number | null;
  readonly kind: number | null;
}

/**
 * The terms of a query, each once. The last word may be the beginning of a longer one, unless a space says
 * that it is done; of characters that go in pairs, the last one alone says nothing its pair does not.
 */
function askedFor(text: string): { term: string; mayGoOn: boolean }[] {
  const terms = analyze(text).slice(0, TERMS_MAX)
    .filter((term, at, all) =>
      !(at > 0 && isPaired(term) && isPaired(all[at - 1]!) &&
        all[at - 1]!.endsWith(term) && all[at - 1] !== term)
    );
  const isOpen = !/\s$/.test(text);
  const asked = new Map<string, boolean>();
  terms.forEach((term, at) => {
    // The last word as a whole stands before its parts.
    const isLast = at === terms.length - 1 || term === terms.slice(at + 1).join("");
    asked.set(term, (isOpen && isLast) || asked.get(term) === true);
  });
  return [...asked].map(([term, mayGoOn]) => ({ term, mayGoOn }));
}

function insert<T>(sorted: T[], item: T, isBefore: (a: T, b: T) => boolean): void {
  let from = 0;
  let to = sorted.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if (isBefore(item, sorted[middle]!)) to = middle;
    else from = middle + 1;
  }
  sorted.splice(from, 0, item);
}
