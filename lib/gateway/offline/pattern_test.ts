import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { matches, sampleOf } from "./pattern.ts";

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

Deno.test("matches() judges what it can judge at once, and leaves the rest open", () => {
  const long = `${"a".repeat(60)}!`;
  const judged: [string, string, boolean][] = [
    ["^[a-z]+(-[a-z]+)*$", "fix-the-parser", true],
    ["^[a-z]+(-[a-z]+)*$", long, false],
    ["^([a-z]+,)*[a-z]+$", "a,b,c", true],
    ["^[A-Z]{3}-\\d{4}$", "ABC-1234", true],
    ["^[^@]+@[^@]+\\.[a-z]{2,}$", "a@b.example", true],
    ["^(?!\\.)([a-z.]*)@([a-z0-9-]*\\.)+[a-z]{2,}$", "ann@b.example", true],
    ["b", "abc", true],
  ];
  for (const [pattern, text, fits] of judged) assertEquals(matches(pattern, text), fits, pattern);
  const open = [
    "^(a+)+$",
    "^(a|a)*$",
    "^(a|aa)+$",
    "^(a?a?)*$",
    "^(-?a+)*$",
    "^(\\w+a)*$",
    "^((a+,)+,)+$",
    "(?=a)(a+)+$",
    "^a*a*a*a*a*a*a*a*$",
  ];
  for (const pattern of open) assertEquals(matches(pattern, long), undefined, pattern);
  assertEquals(sampleOf("^((((a{90}){90}){90}){90}){90}$"), null);
  assertEquals(sampleOf("^a+$", 1e9), null);
});
