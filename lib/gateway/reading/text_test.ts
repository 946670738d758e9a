import { assertEquals } from "@std/assert";
import { sentences } from "./text.ts";

Deno.test("sentences() does not stop at abbreviations and drops bullets", () => {
  assertEquals(sentences("- One, e.g. This. Two!\n2. Three"), ["One, e.g. This.", "Two!", "Three"]);
});
