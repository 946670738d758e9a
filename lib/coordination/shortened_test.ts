import { assertEquals } from "@std/assert";
import { shortened } from "./shortened.ts";

const CUTS: readonly [string, number, string][] = [
  ["abcd", 4, "abcd"],
  ["abcde", 4, "abc…"],
  ["ab😀de", 4, "ab…"],
  ["a😀cde", 4, "a😀…"],
  ["😀😀", 4, "😀😀"],
];

for (const [text, max, expected] of CUTS) {
  Deno.test(`shortened() of ${text} to ${max} is ${expected}`, () => {
    assertEquals(shortened(text, max), expected);
  });
}
