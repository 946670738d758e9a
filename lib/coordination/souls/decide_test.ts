import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  decideStreak,
  decideTraceXp,
  type Earned,
  rustOf,
  streakNow,
  trustOf,
  xpMultiplier,
} from "./decide.ts";
import { soulsSettings } from "./schema.ts";

const SETTINGS = soulsSettings.parse({});
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const NONE = { opened: 0, self: 0, peer: 0, human: 0 };
const SELF = { opened: 1, self: 1, peer: 0, human: 0 };
const PEER = { opened: 1, self: 0, peer: 1, human: 0 };
const HUMAN = { opened: 1, self: 0, peer: 0, human: 1 };
const OPEN = { opened: 1, self: 0, peer: 0, human: 0 };

// A completed trace earns 10; +15 if efficiency > 0.7, else +5 if > 0.5; +10 unless an escalation was
// resolved by a peer or a human; +5 more if there was no escalation at all; times 1 − rust/2.
const XP: readonly [
  rule: string,
  efficiency: number,
  escalations: Earned["escalations"],
  rust: number,
  xp: number,
][] = [
  ["40 without escalations above 0.7", 0.71, NONE, 0, 40],
  ["30 without escalations at 0.7", 0.7, NONE, 0, 30],
  ["30 without escalations above 0.5", 0.51, NONE, 0, 30],
  ["25 without escalations at 0.5", 0.5, NONE, 0, 25],
  ["25 without escalations at 0", 0, NONE, 0, 25],
  ["not the 5 with one resolved by itself", 1, SELF, 0, 35],
  ["not the 5 with one still open", 1, OPEN, 0, 35],
  ["neither 10 nor 5 with one a peer resolved", 1, PEER, 0, 25],
  ["neither 10 nor 5 with one a human resolved", 0.6, HUMAN, 0, 15],
  ["10 alone", 0, HUMAN, 0, 10],
  ["times 0.9 with rust 0.2", 1, NONE, 0.2, 36],
  ["times 0.8 with rust 0.4", 1, NONE, 0.4, 32],
  ["times 0.7 with rust 0.6", 1, NONE, 0.6, 28],
  ["in whole points", 0, NONE, 0.2, 23],
];

for (const [rule, efficiency, escalations, rust, xp] of XP) {
  Deno.test(`decideTraceXp() ${rule}`, () => {
    assertEquals(decideTraceXp({ efficiency, escalations }, rust, SETTINGS), xp);
  });
}

const RUST: readonly [days: number, rust: number][] = [
  [0, 0],
  [6.99, 0],
  [7, 0.2],
  [29.99, 0.2],
  [30, 0.4],
  [89.99, 0.4],
  [90, 0.6],
  [1_000, 0.6],
];

for (const [days, rust] of RUST) {
  Deno.test(`rustOf() after ${days} idle days is ${rust}`, () => {
    assertEquals(rustOf(days * DAY_MS, SETTINGS), rust);
  });
}

Deno.test("xpMultiplier() is 1 − rust/2", () => {
  assertEquals([0, 0.2, 0.4, 0.6].map(xpMultiplier), [1, 0.9, 0.8, 0.7]);
});

const STREAKS: readonly [
  rule: string,
  count: number,
  hoursAgo: number,
  left: number,
  atRisk: boolean,
  now: number,
][] = [
  ["none", 0, 1, 0, false, 0],
  ["fresh", 4, 0, 48, false, 4],
  ["8 h remain: not yet at risk", 4, 40, 8, false, 4],
  ["under 8 of its 48 h remain: at risk", 4, 40.5, 7.5, true, 4],
  ["in its last minutes", 4, 47.75, 0.25, true, 4],
  ["over after 48 h", 4, 48, 0, false, 0],
];

for (const [rule, count, hoursAgo, left, atRisk, now] of STREAKS) {
  Deno.test(`streakNow() ${rule}`, () => {
    const nowMs = 1e12;
    const found = streakNow({ count, atMs: nowMs - hoursAgo * HOUR_MS }, SETTINGS, nowMs);
    assertEquals(found, { count: now, hoursLeft: left, atRisk });
  });
}

Deno.test("decideStreak() +1 unless a human had to step in, then 0; from 1 again after 48 h", () => {
  const nowMs = 1e12;
  const after = (hoursAgo: number, humans: number) =>
    decideStreak({ count: 6, atMs: nowMs - hoursAgo * HOUR_MS }, humans, SETTINGS, nowMs);
  assertEquals(after(1, 0), { count: 7, atMs: nowMs });
  assertEquals(after(1, 1), { count: 0, atMs: nowMs });
  assertEquals(after(49, 0), { count: 1, atMs: nowMs });
});

// Trust = min(1, 0.5·success rate + 0.3·self-resolution rate (0.5 when none) + 0.2·1/(1+0.1·human escalations))
const TRUST: readonly [
  rule: string,
  successRate: number,
  escalations: number,
  self: number,
  human: number,
  trust: number,
][] = [
  ["nothing done", 0, 0, 0, 0, 0.35],
  ["all went well", 1, 0, 0, 0, 0.85],
  ["resolves everything itself", 1, 4, 4, 0, 1],
  ["half by itself", 1, 4, 2, 0, 0.85],
  ["ten humans", 0.5, 10, 0, 10, 0.25 + 0.2 / 2],
];

for (const [rule, successRate, escalations, self, human, trust] of TRUST) {
  Deno.test(`trustOf() ${rule}`, () => {
    const found = trustOf({ successRate, escalations, self, human }, SETTINGS);
    assert(Math.abs(found - trust) < 1e-12, String(found));
  });
}

Deno.test("decideTraceXp() and trustOf() stay in their bounds", () => {
  const count = fc.nat(50);
  const escalations = fc.record({ opened: count, self: count, peer: count, human: count });
  fc.assert(
    fc.property(
      fc.double({ min: 0, max: 1, noNaN: true }),
      escalations,
      fc.constantFrom(0, 0.2, 0.4, 0.6),
      (efficiency, given, rust) => {
        const xp = decideTraceXp({ efficiency, escalations: given }, rust, SETTINGS);
        assert(Number.isInteger(xp) && xp >= 7 && xp <= 40);
        const { opened, self, human } = given;
        const trust = trustOf(
          { successRate: efficiency, escalations: opened, self, human },
          SETTINGS,
        );
        assert(trust >= 0 && trust <= 1);
      },
    ),
    { seed: 7 },
  );
});
