import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { AppError } from "../../kernel/core/errors.ts";
import {
  globsOverlap,
  keyPart,
  literalPrefix,
  matchesGlob,
  normalizeGlob,
  normalizePath,
  PATH_MAX_BYTES,
} from "./paths.ts";

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

/** "`*`, `?`, `**`; `[` and `{` literal". */
const MATCHES: readonly (readonly [string, string, boolean])[] = [
  ["src/**", "src/a.ts", true],
  ["src/**", "src/deep/down/a.ts", true],
  ["src/**", "src", true],
  ["src/**", "srcs/a.ts", false],
  ["src/*", "src/a.ts", true],
  ["src/*", "src/a/b.ts", false],
  ["src/*.ts", "src/a.ts", true],
  ["src/*.ts", "src/a.tsx", false],
  ["src/*.ts", "src/.ts", true],
  ["**/*.ts", "a.ts", true],
  ["**/*.ts", "a/b/c.ts", true],
  ["**", "anything/at/all", true],
  ["a/**/z", "a/z", true],
  ["a/**/z", "a/b/c/z", true],
  ["a/**/z", "a/b/c", false],
  ["src/?.ts", "src/a.ts", true],
  ["src/?.ts", "src/ab.ts", false],
  ["src/?.ts", "src/é.ts", true],
  ["src/?.ts", "src/😀.ts", true],
  ["src/[ab].ts", "src/a.ts", false],
  ["src/[ab].ts", "src/[ab].ts", true],
  ["src/{a,b}.ts", "src/a.ts", false],
  ["src/{a,b}.ts", "src/{a,b}.ts", true],
  ["Src/*", "src/a", false],
  ["src", "src/a.ts", false],
  ["a*b*c", "aXbYbZc", true],
  ["a**b", "aXb", true],
  ["a**b", "aX/Yb", false],
  ["src/*", "src/**", true],
];

for (const [glob, path, expected] of MATCHES) {
  Deno.test(`matchesGlob() ${glob} ${expected ? "covers" : "does not cover"} ${path}`, () => {
    assertEquals(matchesGlob(glob, path), expected);
  });
}

const OVERLAPS: readonly (readonly [string, string, boolean])[] = [
  ["src/**", "src/lib/**", true],
  ["src/**", "docs/**", false],
  ["src/**", "**/*.ts", true],
  ["src/*.ts", "src/*.js", false],
  ["src/a*", "src/*b", true],
  ["src/a?c", "src/ab?", true],
  ["src/a?", "src/a??", false],
  ["src/*/x", "src/y/*", true],
  ["src/*", "src/*/*", false],
  ["a/**/z", "a/b/**", true],
  ["a/**/z", "b/**", false],
  ["**/a", "**/b", false],
  ["[a]*", "[a]b", true],
];

for (const [a, b, expected] of OVERLAPS) {
  Deno.test(`globsOverlap() ${a} and ${b}: ${expected}`, () => {
    assertEquals([globsOverlap(a, b), globsOverlap(b, a)], [expected, expected]);
  });
}

const PREFIXES: readonly (readonly [string, string])[] = [
  ["src/**", "src"],
  ["src/lib/*.ts", "src/lib/"],
  ["src/ab*/c", "src/ab"],
  ["**/x", ""],
  ["*", ""],
  ["src/a.ts", "src/a.ts"],
  ["a?b", "a"],
];

for (const [glob, prefix] of PREFIXES) {
  Deno.test(`literalPrefix() of ${glob} is "${prefix}"`, () => {
    assertEquals(literalPrefix(glob), prefix);
  });
}

Deno.test("normalizeGlob() normalises as a path and joins neighbouring **", () => {
  assertEquals(normalizeGlob("/src//**/**/./a\\*"), "src/**/a/*");
});

/** Every path of up to four segments: what two patterns of three have in common needs no more. */
const SEGMENTS = ["a", "b", "ab", "bb"];
const deeper = (paths: string[]) =>
  paths.flatMap((path) => SEGMENTS.map((one) => `${path}/${one}`));
const DEEP = [SEGMENTS, deeper(SEGMENTS), deeper(deeper(SEGMENTS))];
const PATHS = [...DEEP, deeper(DEEP[2]!)].flat();
const segment = fc.constantFrom("a", "b", "*", "?", "a*", "*b", "a?", "?b", "**", "ab");
const pattern = fc.array(segment, { minLength: 1, maxLength: 3 })
  .map((segments) => normalizeGlob(segments.join("/")));

Deno.test("matchesGlob() agrees with a regular expression made of the pattern", () => {
  fc.assert(
    fc.property(pattern, (glob) => {
      const regex = toRegExp(glob);
      for (const path of PATHS) {
        assertEquals([path, matchesGlob(glob, path)], [path, regex.test(path)]);
      }
    }),
    { numRuns: 300 },
  );
});

Deno.test("globsOverlap() is true exactly when some path matches both", () => {
  fc.assert(
    fc.property(pattern, pattern, (a, b) => {
      const both = PATHS.some((path) => matchesGlob(a, path) && matchesGlob(b, path));
      assertEquals([globsOverlap(a, b), globsOverlap(b, a)], [both, both], `${a} and ${b}`);
    }),
    { numRuns: 1_500 },
  );
});

Deno.test("matchesGlob() on a path without wildcards is equality, as globsOverlap() is", () => {
  fc.assert(fc.property(fc.constantFrom(...PATHS), fc.constantFrom(...PATHS), (a, b) => {
    assertEquals([matchesGlob(a, b), globsOverlap(a, b)], [a === b, a === b]);
  }));
});

Deno.test("every path a glob covers begins with its literal prefix", () => {
  fc.assert(fc.property(pattern, (glob) => {
    const prefix = literalPrefix(glob);
    const covered = PATHS.filter((path) => matchesGlob(glob, path));
    assertEquals(covered.filter((path) => !path.startsWith(prefix)), []);
  }));
});

Deno.test("matchesGlob() answers at once for many stars", () => {
  const started = performance.now();
  assertEquals(matchesGlob("*a".repeat(400) + "b", "a".repeat(1_900)), false);
  assertEquals(matchesGlob("**/x/".repeat(200) + "y", "x/".repeat(900) + "z"), false);
  assertEquals(performance.now() - started < 1_000, true);
});

function toRegExp(glob: string): RegExp {
  let source = "";
  const segments = glob.split("/");
  segments.forEach((part, i) => {
    const rest = segments.slice(i + 1);
    if (part === "**") {
      // Takes the slash that follows it, or at the end the one before.
      source += rest.length > 0 ? "(?:[^/]+/)*" : i > 0 ? "(?:/[^/]+)*" : "[^/]+(?:/[^/]+)*";
      return;
    }
    source += part.replaceAll("*", "[^/]*").replaceAll("?", "[^/]");
    if (rest.length > 0 && !(rest.length === 1 && rest[0] === "**")) source += "/";
  });
  return new RegExp(`^${source}$`);
}
