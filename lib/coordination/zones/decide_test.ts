import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { decideZoneClaim, holdersOf, innermost, isWithin } from "./decide.ts";
import { pathPart, textAfter } from "./keys.ts";
import type { Zone } from "./schema.ts";

const zone = (zoneId: string, path: string, owner: string): Zone => ({
  zoneId,
  path,
  owner,
  claimedAt: "2026-11-21T00:00:00.000Z",
});

Deno.test("isWithin() goes by whole segments", () => {
  const within = ["src/api", "src/api/users.ts", "src/api2", "src", "src/apis/x", "x/src/api"]
    .map((path) => isWithin(path, "src/api"));
  assertEquals(within, [true, true, false, false, false, false]);
});

Deno.test("holdersOf() names every path above and itself, to a depth", () => {
  assertEquals(holdersOf("a/b/c", 64), ["a", "a/b", "a/b/c"]);
  assertEquals(holdersOf("a/b/c", 2), ["a", "a/b"]);
});

Deno.test("innermost() is the longest prefix on whole segments, or nothing", () => {
  const zones = [zone("1", "src", "a"), zone("2", "src/api", "a"), zone("3", "src/api2", "b")];
  const found = (path: string) => innermost(path, zones)?.zoneId ?? null;
  assertEquals(
    ["src/api/x.ts", "src/api", "src/api2/y", "src/apix", "lib"].map(found),
    ["2", "2", "3", "1", null],
  );
});

const TAKEN = zone("theirs", "src/api", "other");
const CLAIMS = [
  ["src/api", "me", "deny"],
  ["src/api/users.ts", "me", "deny"],
  ["src", "me", "deny"],
  ["src/api2", "me", "allow"],
  ["lib", "me", "allow"],
  ["src/api", "other", "allow"],
  ["src", "other", "allow"],
] as const;
for (const [path, owner, expected] of CLAIMS) {
  Deno.test(`decideZoneClaim() of ${path} by ${owner} beside src/api of other: ${expected}`, () => {
    const decision = decideZoneClaim({ zoneId: "mine", path, owner }, null, [TAKEN]);
    assertEquals(decision.kind, expected);
  });
}

Deno.test("decideZoneClaim() names the owner of the zone or of the overlapping path", () => {
  const sameId = decideZoneClaim({ zoneId: "theirs", path: "lib", owner: "me" }, TAKEN, []);
  assertEquals(
    sameId.kind === "deny" && sameId.reason,
    'Zone "theirs" is held by "other" (src/api); choose another id or ask "other"',
  );
  const overlap = decideZoneClaim({ zoneId: "mine", path: "src", owner: "me" }, null, [TAKEN]);
  assertEquals(
    overlap.kind === "deny" && overlap.reason,
    '"src" overlaps the zone "theirs" (src/api) of "other"; ask "other" to release it or claim another path',
  );
});

Deno.test("pathPart() keeps short paths whole and cuts long ones between characters", () => {
  assertEquals(pathPart("src/api"), "src/api/");
  const cut = pathPart("é".repeat(900));
  assertEquals([cut, new TextEncoder().encode(cut).length], ["é".repeat(450), 900]);
  assertEquals(pathPart(`a${"é".repeat(900)}`), `a${"é".repeat(449)}`);
});

Deno.test("textAfter() lies behind every text with the prefix, and before all that follow it", () => {
  const byBytes = (a: string, b: string) => {
    const [x, y] = [a, b].map((text) => [...text].map((point) => point.codePointAt(0)!));
    for (let i = 0; i < Math.min(x!.length, y!.length); i++) {
      if (x![i] !== y![i]) return x![i]! - y![i]!;
    }
    return x!.length - y!.length;
  };
  const text = fc.string({ unit: "binary", minLength: 1, maxLength: 8 }).map((s) =>
    s.toWellFormed()
  );
  const last = "\u{10FFFF}";
  const examples: [string, string][] = [[last, last.repeat(3)], ["a" + last, "b"]];
  fc.assert(
    fc.property(text, text, (prefix, other) => {
      const after = textAfter(prefix);
      assertEquals(byBytes(prefix + other, after) < 0, true);
      if (other.startsWith(prefix) || byBytes(other, prefix) < 0) return;
      assertEquals(byBytes(other, after) >= 0, true);
    }),
    { examples },
  );
});
