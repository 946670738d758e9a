import { assertEquals } from "@std/assert";
import { facts, parseNumber } from "./facts.ts";

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
