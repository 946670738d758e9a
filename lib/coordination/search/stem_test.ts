import { assertEquals } from "@std/assert";
import { stem } from "./stem.ts";

const SAME: readonly string[][] = [
  ["retry", "retries", "retried", "retrying"],
  ["cache", "caches", "cached", "caching"],
  ["lock", "locks", "locked", "locking"],
  ["run", "runs", "running"],
  ["batch", "batches", "batched", "batching"],
  ["index", "indexes", "indexed", "indexing"],
  ["class", "classes"],
  ["query", "queries", "queried", "querying"],
  ["parse", "parses", "parsed", "parsing"],
  ["deploy", "deploys", "deployed", "deploying"],
];
const APART: readonly (readonly [string, string])[] = [
  ["string", "str"],
  ["status", "statu"],
  ["process", "proces"],
  ["analysis", "analysi"],
  ["king", "k"],
  ["need", "ne"],
  ["id", "i"],
];

for (const forms of SAME) {
  Deno.test(`stem() brings ${forms.join(", ")} together`, () => {
    assertEquals([...new Set(forms.map(stem))].length, 1, forms.map(stem).join(" "));
  });
}
for (const [one, other] of APART) {
  Deno.test(`stem() keeps "${one}" and "${other}" apart`, () => {
    assertEquals(stem(one) === stem(other), false, stem(one));
  });
}
Deno.test("stem() leaves other scripts and identifiers alone", () => {
  assertEquals(["задачи", "数据", "ts2304s", "c++"].map(stem), [
    "задачи",
    "数据",
    "ts2304s",
    "c++",
  ]);
});
