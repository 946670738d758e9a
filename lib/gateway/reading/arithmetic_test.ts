import { assertEquals } from "@std/assert";
import { evaluate, findComputations } from "./arithmetic.ts";

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
