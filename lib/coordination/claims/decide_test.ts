import { assertEquals } from "@std/assert";
import { decideClaim, decideRelease, forgetAt, isStale } from "./decide.ts";
import { claimId } from "./keys.ts";
import { claimsSettings } from "./schema.ts";

const MINUTE = 60_000;
const { staleAfterMs, keepStaleMs } = claimsSettings.parse({});
const claim = (by: string) => ({ what: "x", by, claimedAt: 0, renewedAt: 10 * MINUTE });

Deno.test("a claim is stale after 30 min without renewal, and a week later forgotten, by default", () => {
  assertEquals([staleAfterMs, keepStaleMs], [30 * MINUTE, 7 * 24 * 60 * MINUTE]);
  assertEquals(
    forgetAt(claim("me"), staleAfterMs, keepStaleMs),
    10 * MINUTE + staleAfterMs + keepStaleMs,
  );
});

Deno.test("isStale() counts from the last renewal", () => {
  const at = (minutes: number) => isStale(claim("me"), minutes * MINUTE, staleAfterMs);
  assertEquals([at(10), at(39.9), at(40), at(400)], [false, false, true, true]);
});

const CLAIMS = [
  [null, 20, "take"],
  ["me", 20, "renew"],
  ["me", 40, "replace"],
  ["other", 39.9, "deny"],
  ["other", 40, "replace"],
] as const;
for (const [by, minutes, expected] of CLAIMS) {
  Deno.test(`decideClaim() ${minutes} min on, claimed at 10 by ${by ?? "nobody"}: ${expected}`, () => {
    const current = by === null ? null : claim(by);
    const { kind } = decideClaim(current, "me", minutes * MINUTE, staleAfterMs);
    assertEquals(kind, expected);
  });
}

Deno.test("decideRelease() lets its claimant, or somebody with the right to, and nobody else", () => {
  assertEquals(decideRelease(claim("me"), "me"), "release");
  assertEquals(decideRelease(claim("me"), undefined), "release");
  assertEquals(decideRelease(claim("other"), "me"), "forbidden");
  assertEquals(decideRelease(null, "me"), "absent");
});

Deno.test("claimId() is one for words that differ in spaces around them and in composition only", () => {
  assertEquals(claimId(" caf\u00e9 "), claimId("cafe\u0301"));
  assertEquals(claimId("Login") === claimId("login"), false);
});
