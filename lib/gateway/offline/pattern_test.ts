import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { sampleOf } from "./pattern.ts";

Deno.test("sampleOf() gives a text that its pattern accepts", () => {
  const piece = fc.constantFrom(
    ...[
      "a",
      "[A-Z]",
      "[^x]",
      "\\d{2,4}",
      "\\w+",
      "(?:ab|cd)",
      "(x|y)?",
      "[0-9a-f]{6}",
      "\\.",
      "-",
      "\\s*",
      ".",
      "é+",
    ],
  );
  fc.assert(
    fc.property(fc.array(piece, { minLength: 1, maxLength: 6 }), (pieces) => {
      const pattern = `^${pieces.join("")}$`;
      const text = sampleOf(pattern);
      assert(text !== null && new RegExp(pattern, "u").test(text), `${pattern} → ${text}`);
    }),
    { numRuns: 300 },
  );
});

Deno.test("sampleOf() keeps to lengths and gives up on what it does not know", () => {
  assertEquals(sampleOf("^[a-z]+$", 5)?.length, 5);
  assertEquals(sampleOf("^(?=a)b$"), null);
  assertEquals(sampleOf("^(a)\\1$"), null);
});
