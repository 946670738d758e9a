import { assert, assertEquals } from "@std/assert";
import {
  HELD_OUT_PAIRS,
  MEANING_PAIRS,
  type MeaningPair,
  SECOND_PAIRS,
} from "../../../tests/harness/meaning_pairs.ts";
import { embedLocally, packVector, similarity } from "./local_embedder.ts";
import { meaningOf } from "./meaning.ts";
import { decideSame } from "./same_meaning.ts";
import { cacheSettings } from "./schema.ts";

const { threshold } = cacheSettings.parse({});

/** As the cache decides with the local embedder. */
function hitsLocally({ a, b }: MeaningPair): boolean {
  const [x, y] = [meaningOf(a), meaningOf(b)];
  const [v, w] = [x, y].map((meaning) => packVector(embedLocally(meaning)));
  return x.guard === y.guard && similarity(v!, w!) >= threshold && decideSame(x, y, false);
}

/** As it decides with an embedder that finds everything alike: what the rules alone hold back. */
function hitsGullibly({ a, b }: MeaningPair): boolean {
  const [x, y] = [meaningOf(a), meaningOf(b)];
  return x.guard === y.guard && decideSame(x, y, true);
}

function measure(
  name: string,
  pairs: readonly MeaningPair[],
  hits: (pair: MeaningPair) => boolean,
) {
  const found = pairs.filter(hits);
  const right = found.filter((pair) => pair.kind === "same").length;
  const all = pairs.filter((pair) => pair.kind === "same").length;
  const precision = right / found.length;
  const recall = right / all;
  console.log(
    `semantic, ${name}: ${pairs.length} pairs (${all} paraphrases), precision ${
      precision.toFixed(3)
    }, recall ${recall.toFixed(3)}`,
  );
  for (const { a, b, kind } of found) if (kind === "near") console.log(`  wrong: ${a} | ${b}`);
  for (const pair of pairs) {
    if (pair.kind === "same" && !hits(pair)) console.log(`  missed: ${pair.a} | ${pair.b}`);
  }
  return { precision, recall };
}

Deno.test("semantic hits with the local embedder: no near-miss among them, and most plain paraphrases", () => {
  const { precision, recall } = measure("local embedder", MEANING_PAIRS, hitsLocally);
  assert(MEANING_PAIRS.length >= 60);
  assertEquals(precision, 1);
  assert(recall >= 0.8, String(recall));
});

Deno.test("semantic hits hold on pairs the rules were not tuned on", () => {
  const second = measure("local embedder, second set", SECOND_PAIRS, hitsLocally);
  assertEquals(second.precision, 1);
  const { precision, recall } = measure("local embedder, held out", HELD_OUT_PAIRS, hitsLocally);
  assert(precision >= 0.95, String(precision));
  assert(recall >= 0.5, String(recall));
});

Deno.test("semantic rules hold back near-misses from an embedder that finds everything alike", () => {
  const tuned = measure("rules alone", MEANING_PAIRS, hitsGullibly);
  assert(tuned.precision >= 0.95, String(tuned.precision));
  measure("rules alone, second set", SECOND_PAIRS, hitsGullibly);
  const held = measure("rules alone, held out", HELD_OUT_PAIRS, hitsGullibly);
  assert(held.precision >= 0.85, String(held.precision));
});
