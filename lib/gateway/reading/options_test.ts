import { assertEquals } from "@std/assert";
import { askedCount, namedOptions } from "./options.ts";

Deno.test("namedOptions() finds what is to be weighed, in several languages and forms", () => {
  assertEquals(namedOptions("Compare SQLite, Postgres and Redis for a job queue"), [
    "SQLite",
    "Postgres",
    "Redis",
  ]);
  assertEquals(namedOptions("React vs Vue for a small team"), ["React", "Vue"]);
  assertEquals(namedOptions("Should we use tabs or spaces?"), ["tabs", "spaces"]);
  assertEquals(namedOptions("Vergleiche Holz und Beton als Baustoff"), ["Holz", "Beton"]);
  assertEquals(namedOptions("Compare these:\n1. Train – slow\n2. Plane – fast"), [
    "Train",
    "Plane",
  ]);
  assertEquals(namedOptions("Compare three ways to learn and recommend one"), []);
});

Deno.test("askedCount() reads how many ways are asked for", () => {
  assertEquals(askedCount("Compare three ways to do it"), 3);
  assertEquals(askedCount("Nenne fünf gute Gründe"), 5);
  assertEquals(askedCount("4 options, please"), 4);
  assertEquals(askedCount("A trip for 4 people"), null);
});
