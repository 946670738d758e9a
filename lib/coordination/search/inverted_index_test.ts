import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { analyze } from "./analyze.ts";
import { differsByOne } from "./dictionary.ts";
import { type Document, InvertedIndex } from "./inverted_index.ts";

const DAY = 86_400_000;

function indexOf(...texts: readonly string[]): InvertedIndex {
  const index = new InvertedIndex();
  texts.forEach((text, at) => index.put(documentOf(`d${at}`, text)));
  return index;
}

function documentOf(id: string, text: string, more: Partial<Document> = {}): Document {
  return { id, owner: "phoenix", kind: "learning", at: 0, fields: [[text, 2]], ...more };
}

function find(index: InvertedIndex, text: string, more: object = {}): string[] {
  return index.search({ text, limit: 10, nowMs: 100 * DAY, halfLifeMs: 14 * DAY, ...more })
    .map(({ id }) => id);
}

Deno.test("search() puts what fits more words first, then the rarer word, then the shorter text", () => {
  const index = indexOf(
    "the parser times out",
    "the parser fails on tabs, and the lexer too, as we saw",
    "the parser fails",
    "nothing of it",
  );
  assertEquals(find(index, "parser fails"), ["d2", "d1", "d0"]);
});

Deno.test("search() puts the newer first where both fit equally well", () => {
  const index = new InvertedIndex();
  index.put(documentOf("old", "cache the token", { at: 0 }));
  index.put(documentOf("new", "cache the token", { at: 99 * DAY }));
  index.put(documentOf("better", "cache cache cache token token", { at: 0 }));
  assertEquals(find(index, "cache token"), ["better", "new", "old"]);
});

Deno.test("search() weighs tags above content", () => {
  const index = new InvertedIndex();
  index.put(documentOf("content", "denokv rejects eleven checks"));
  index.put({ ...documentOf("tag", ""), fields: [["it rejects eleven checks", 2], ["denokv", 4]] });
  assertEquals(find(index, "denokv"), ["tag", "content"]);
});

Deno.test("search() takes the last word as a beginning, the others whole", () => {
  const index = indexOf("migration of schemas", "migrate schedules");
  assertEquals(find(index, "migra").toSorted(), ["d0", "d1"]);
  assertEquals(find(index, "schem"), ["d0"]);
  assertEquals(find(index, "mig schemas"), ["d0"]);
  assertEquals(find(index, "migra "), []);
});

Deno.test("search() finds other forms of a word, the very word first", () => {
  const index = indexOf("it was retried", "retries are counted", "retry now");
  assertEquals(find(index, "retries")[0], "d1");
  assertEquals(find(index, "retries").length, 3);
});

Deno.test("search() forgives one wrong character in a word nobody wrote", () => {
  const index = indexOf("the coordinator decides", "the orchestrator plans");
  assertEquals(find(index, "coordnator decides"), ["d0"]);
  assertEquals(find(index, "orchestartor x"), ["d1"]);
});

Deno.test("search() leaves out words that stand in more than half of the texts", () => {
  const index = indexOf(...Array.from({ length: 30 }, (_, n) => `the lock number${n}`));
  assertEquals(find(index, "the number7 "), ["d7"]);
  assertEquals(find(index, "the lock").length, 10);
});

Deno.test("search() keeps owners and kinds apart", () => {
  const index = new InvertedIndex();
  index.put(documentOf("a", "lease fence", { owner: "phoenix", kind: "decision" }));
  index.put(documentOf("b", "lease fence", { owner: "sage", kind: "decision" }));
  index.put(documentOf("c", "lease fence", { owner: "sage", kind: "warning" }));
  assertEquals(find(index, "lease", { owner: "sage" }), ["c", "b"]);
  assertEquals(find(index, "lease", { owner: "sage", kind: "warning" }), ["c"]);
  assertEquals(find(index, "lease", { owner: "nobody" }), []);
  assertEquals(find(index, "lease", { kind: "blocker" }), []);
});

Deno.test("put() replaces by id, remove() takes away, both at once visible", () => {
  const index = indexOf("alpha", "beta");
  index.put(documentOf("d0", "gamma"));
  assertEquals([find(index, "alpha"), find(index, "gamma"), index.size], [[], ["d0"], 2]);
  index.remove("d0");
  index.remove("d0");
  assertEquals([find(index, "gamma"), index.size], [[], 1]);
});

Deno.test("search() answers at most the limit, and nothing for no words", () => {
  const index = indexOf(...Array.from({ length: 30 }, (_, n) => `note ${n}`));
  assertEquals([find(index, "note", { limit: 3 }).length, find(index, "?!"), find(index, "")], [
    3,
    [],
    [],
  ]);
});

Deno.test("search() finds every text by each of its words (property)", () => {
  const word = fc.stringMatching(/^[a-zа-я数据猫]{2,8}$/u);
  fc.assert(
    fc.property(
      fc.array(fc.array(word, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 12 }),
      (texts) => {
        const index = indexOf(...texts.map((words) => words.join(" ")));
        texts.forEach((words, at) => {
          const terms = analyze(words[0]!);
          if (terms.length === 0) return;
          const found = find(index, words[0]!, { limit: 100 });
          assertEquals(found.includes(`d${at}`), true, `${words[0]} in ${JSON.stringify(texts)}`);
        });
      },
    ),
  );
});

Deno.test("differsByOne() takes an insertion, an omission, a change and neighbours changed about", () => {
  const pairs = [
    ["lock", "locks"],
    ["locks", "lock"],
    ["lock", "lick"],
    ["lock", "lokc"],
    [
      "lock",
      "lock",
    ],
    ["lock", "clack"],
    ["lock", "lkco"],
    ["ab", "abcd"],
  ] as const;
  assertEquals(pairs.map(([a, b]) => differsByOne(a, b)), [
    true,
    true,
    true,
    true,
    false,
    false,
    false,
    false,
  ]);
});
