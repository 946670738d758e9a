import { assertEquals } from "@std/assert";
import { evaluate, findComputations } from "./arithmetic.ts";
import { facts, parseNumber } from "./facts.ts";
import { intentOf } from "./intent.ts";
import { askedCount, namedOptions } from "./options.ts";
import { detectLanguage, LANGUAGES } from "./stop_words.ts";
import { phrasesOf } from "./phrases.ts";
import { sentences } from "./text.ts";

Deno.test("detectLanguage() knows six languages by their small words", () => {
  const samples = {
    en: "Which of these is the best way to store what we know?",
    de: "Welche von diesen Möglichkeiten ist am besten für unsere Daten?",
    fr: "Quelle est la meilleure façon de garder ce que nous savons ?",
    es: "¿Cuál es la mejor manera de guardar lo que sabemos?",
    it: "Qual è il modo migliore per conservare ciò che sappiamo?",
    pt: "Qual é a melhor forma de guardar o que nós não sabemos?",
  };
  for (const language of LANGUAGES) assertEquals(detectLanguage(samples[language]), language);
});

Deno.test("phrasesOf() has every phrase in every language", () => {
  for (const language of LANGUAGES) {
    for (const phrase of Object.values(phrasesOf(language))) {
      assertEquals(phrase.trim().length > 0, true);
    }
  }
});

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

Deno.test("evaluate() follows precedence, and has no value for what is no arithmetic", () => {
  assertEquals(evaluate("2 + 3 * 4 ^ 2 / (1 + 1)"), 26);
  assertEquals(evaluate("-3 + 50%"), -2.5);
  assertEquals([evaluate("1 / 0"), evaluate("2 +"), evaluate("(2")], [null, null, null]);
});

Deno.test("findComputations() leaves dates, ranges, phones and versions alone", () => {
  for (
    const text of [
      "due on 2026-12-01",
      "call +49 30 1234567",
      "version 1.2.3 of it",
      "pages 3-5 of the book",
    ]
  ) {
    assertEquals(findComputations(text), []);
  }
  assertEquals(findComputations("What is 3 - 5?")[0]?.value, -2);
});

Deno.test("parseNumber() reads figures as any of the languages writes them", () => {
  assertEquals(["1,234.5", "1.234,5", "2,5", "1,000", "−3", "12.50 €"].map(parseNumber), [
    1234.5,
    1234.5,
    2.5,
    1000,
    -3,
    12.5,
  ]);
});

Deno.test("facts() tells dates, amounts, addresses and names apart", () => {
  const found = facts(
    "On 3 March 2025 Anna Schmidt sent €1,200 to bob@x.org, see https://x.org/a.",
    "en",
  );
  assertEquals(found.map((fact) => [fact.kind, fact.value]), [
    ["date", "3 March 2025"],
    ["name", "Anna Schmidt"],
    ["amount", "€1,200"],
    ["email", "bob@x.org"],
    ["url", "https://x.org/a"],
  ]);
});

Deno.test("intentOf() tells kinds of requests apart", () => {
  const table = {
    comparison: "Compare tea and coffee",
    summary: "Summarize this article",
    calculation: "What is 12 * 12?",
    translation: "Translate this into French: good morning",
    code: "Write a Rust function that reverses a list",
    plan: "Plan a garden party",
    question: "Who wrote the book?",
    greeting: "Guten Tag",
    extraction: "Extract all names from the text",
    writing: "Write a letter to my landlord",
  };
  for (const [intent, text] of Object.entries(table)) assertEquals(intentOf(text), intent);
});

Deno.test("sentences() does not stop at abbreviations and drops bullets", () => {
  assertEquals(sentences("- One, e.g. This. Two!\n2. Three"), ["One, e.g. This.", "Two!", "Three"]);
});
