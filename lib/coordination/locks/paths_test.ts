import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { AppError } from "../../kernel/core/errors.ts";
import { keyPart, normalizePath, PATH_MAX_BYTES } from "./paths.ts";

/** "decoded once, NFC, `\` → `/`, `.` and empty segments removed, leading `/` dropped, case kept". */
const MEANS: readonly (readonly [string, string])[] = [
  ["src/a.ts", "src/a.ts"],
  ["/src/a.ts", "src/a.ts"],
  ["//src///a.ts/", "src/a.ts"],
  ["./src/./a.ts", "src/a.ts"],
  ["src\\a.ts", "src/a.ts"],
  ["\\src\\\\.\\a.ts", "src/a.ts"],
  ["Src/A.ts", "Src/A.ts"],
  ["cafe\u0301/x", "caf\u00e9/x"],
  ["src/..a/...", "src/..a/..."],
  ["src/.hidden", "src/.hidden"],
  ["src/%2e%2e/a", "src/%2e%2e/a"],
  ["src/**", "src/**"],
  ["a b", "a b"],
  [" a", " a"],
  ["日本/語.ts", "日本/語.ts"],
];

for (const [text, path] of MEANS) {
  Deno.test(`normalizePath() reads ${JSON.stringify(text)} as ${path}`, () => {
    assertEquals(normalizePath(text), path);
  });
}

/** "`..`, NUL or more than 2 000 bytes is a 400". */
const REFUSED: readonly (readonly [string, string])[] = [
  ["a parent segment", "src/../a.ts"],
  ["a parent segment alone", ".."],
  ["a parent segment with backslashes", "src\\..\\a"],
  ["NUL", "src/a\0b"],
  ["nothing", ""],
  ["nothing but slashes and dots", "/.//./"],
  ["2 001 bytes", "a".repeat(PATH_MAX_BYTES + 1)],
  ["2 001 bytes in fewer characters", "é".repeat(1_000) + "a"],
  ["half a surrogate pair", "a\ud800"],
];

for (const [what, text] of REFUSED) {
  Deno.test(`normalizePath() refuses ${what}`, () => {
    const error = assertThrows(() => normalizePath(text, "paths.3"), AppError);
    assertEquals([error.code, error.fields?.[0]?.path], ["invalid_input", "paths.3"]);
  });
}

Deno.test("normalizePath() takes 2 000 bytes", () => {
  assertEquals(normalizePath("a".repeat(PATH_MAX_BYTES)).length, PATH_MAX_BYTES);
  assertEquals(normalizePath("é".repeat(1_000)).length, 1_000);
});

const anyText = fc.string({
  unit: fc.constantFrom("a", "B", ".", "/", "\\", " ", "e", "\u0301"),
  maxLength: 12,
});

Deno.test("normalizePath() changes nothing the second time", () => {
  fc.assert(fc.property(anyText, (text) => {
    let once: string;
    try {
      once = normalizePath(text);
    } catch {
      return;
    }
    assertEquals(normalizePath(once), once);
  }));
});

Deno.test("normalizePath() takes its short way only where the long one gives the same", () => {
  fc.assert(fc.property(anyText, (text) => {
    // Behind a segment that goes away the short way is closed.
    const long = outcome(`./${text}`);
    assertEquals(outcome(text), long);
  }));
});

function outcome(text: string): string {
  try {
    return normalizePath(text);
  } catch (error) {
    return (error as AppError).code;
  }
}

Deno.test("keyPart() keeps paths up to 1 000 bytes and digests longer ones behind a NUL", () => {
  const at = (length: number) => keyPart("x".repeat(length));
  assertEquals(at(1_000), "x".repeat(1_000));
  assertEquals([at(1_001)[0], at(1_001).length], ["\0", 44]);
  assertEquals(at(1_001) === at(1_002), false);
  assertEquals(keyPart("é".repeat(501))[0], "\0");
  assertEquals(keyPart("é".repeat(500))[0], "é");
});
