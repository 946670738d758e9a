import { assert, assertEquals } from "@std/assert";
import {
  HELD_OUT_CASES,
  LISTED_NAMES,
  REDACTION_CASES,
  type RedactionCase,
  SECOND_CASES,
} from "../../../tests/harness/redaction_cases.ts";
import { detect, type Detection } from "./detect.ts";
import { nameTree } from "./names.ts";
import { loadPhoneCheck } from "./phones.ts";
import { REDACTION_KINDS } from "./schema.ts";

const all: Detection = {
  kinds: new Set(REDACTION_KINDS),
  names: nameTree(LISTED_NAMES),
  regions: ["US", "GB", "DE", "FR"],
  isPhone: await loadPhoneCheck(),
};

interface Score {
  readonly kind: string;
  found: number;
  missed: number;
  extra: number;
}

function score(cases: readonly RedactionCase[]): { rows: Score[]; wrong: string[] } {
  const wrong: string[] = [];
  const rows = REDACTION_KINDS.map((kind): Score => ({ kind, found: 0, missed: 0, extra: 0 }));
  for (const { text, found } of cases) {
    const got = detect(text, all).map(({ kind, start, end }) =>
      `${kind} ${text.slice(start, end)}`
    );
    const wanted = found.map(([kind, value]) => `${kind} ${value}`);
    for (const row of rows) {
      const mine = (values: readonly string[]) => values.filter((v) => v.startsWith(row.kind));
      const right = mine(wanted).filter((value) => got.includes(value)).length;
      row.found += right;
      row.missed += mine(wanted).length - right;
      row.extra += mine(got).length - right;
    }
    if (wanted.join() !== got.join()) wrong.push(`${JSON.stringify(text)}: ${JSON.stringify(got)}`);
  }
  return { rows, wrong };
}

function report(name: string, cases: readonly RedactionCase[]) {
  const { rows, wrong } = score(cases);
  const sum = (of: (row: Score) => number) => rows.reduce((n, row) => n + of(row), 0);
  const found = sum((row) => row.found);
  const precision = found / (found + sum((row) => row.extra));
  const recall = found / (found + sum((row) => row.missed));
  console.table(rows);
  const [p, r] = [precision, recall].map((value) => value.toFixed(3));
  console.log(`redaction, ${name}: ${cases.length} strings, precision ${p}, recall ${r}`);
  for (const line of wrong) console.log(`  wrong in ${line}`);
  return { precision, recall, wrong };
}

Deno.test("detect() finds everything in the table and nothing else", () => {
  const { precision, recall, wrong } = report("table", REDACTION_CASES);
  assert(REDACTION_CASES.length >= 100);
  assertEquals([precision, recall], [1, 1], wrong.join("\n"));
});

Deno.test("detect() finds nearly all of what showed its first faults", () => {
  const { precision, recall } = report("second table", SECOND_CASES);
  assert(precision >= 0.97 && recall >= 0.95, `precision ${precision}, recall ${recall}`);
});

Deno.test("detect() holds on strings it was not tuned on", () => {
  const { precision, recall } = report("held out", HELD_OUT_CASES);
  assert(precision >= 0.95 && recall >= 0.9, `precision ${precision}, recall ${recall}`);
});

const HOSTILE: readonly [string, string][] = [
  ["at signs", "@"],
  ["local parts", "a."],
  ["addresses without an end", "a@b."],
  ["digits", "1"],
  ["grouped digits", "12 34 "],
  ["country codes", "+49 "],
  ["trunk zeros", "0151 "],
  ["bank countries", "DE89 "],
  ["key beginnings", "sk-"],
  ["token beginnings", "eyJ"],
  ["private keys", "-----BEGIN PRIVATE KEY-----"],
  ["listed names begun", "Anna "],
  ["brackets", "(+("],
];

for (const [what, piece] of HOSTILE) {
  Deno.test(`detect() takes time linear in the length of ${what}`, () => {
    const timed = (length: number) => {
      const text = piece.repeat(Math.ceil(length / piece.length));
      const times = Array.from({ length: 3 }, () => {
        const start = performance.now();
        detect(text, all);
        return performance.now() - start;
      });
      return Math.min(...times);
    };
    timed(20_000);
    const [short, long] = [timed(25_000), timed(200_000)];
    // Eight times the text; quadratic would be sixty-four times. Below a quarter of a second noise decides.
    assert(long < Math.max(short * 32, 250), `${short.toFixed(1)} ms, then ${long.toFixed(1)} ms`);
  });
}
