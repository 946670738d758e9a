import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  abilitiesOf,
  decideLevel,
  decideStreak,
  decideTraceXp,
  type Earned,
  levelUpOf,
  nextLevelOf,
  rankOf,
  rustOf,
  streakNow,
  trustOf,
  xpMultiplier,
} from "./decide.ts";
import { type Level, level, soulsSettings } from "./schema.ts";

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

const LEVELS: readonly [
  rule: string,
  before: Level,
  xp: number,
  streak: number,
  tasks: number,
  after: Level,
][] = [
  ["capable at 100 xp, streak 3, 5 tasks", "novice", 100, 3, 5, "capable"],
  ["capable needs the xp", "novice", 99, 3, 5, "novice"],
  ["capable needs the streak", "novice", 100, 2, 5, "novice"],
  ["capable needs the tasks", "novice", 100, 3, 4, "novice"],
  ["expert at 500, 5, 25", "capable", 500, 5, 25, "expert"],
  ["expert needs the xp", "capable", 499, 5, 25, "capable"],
  ["expert needs the streak", "capable", 500, 4, 25, "capable"],
  ["expert needs the tasks", "capable", 500, 5, 24, "capable"],
  ["master at 2 000, 10, 100", "expert", 2_000, 10, 100, "master"],
  ["master needs the xp", "expert", 1_999, 10, 100, "expert"],
  ["master needs the streak", "expert", 2_000, 9, 100, "expert"],
  ["master needs the tasks", "expert", 2_000, 10, 99, "expert"],
  ["several levels at once", "novice", 2_000, 10, 100, "master"],
  ["what was reached is kept when the streak is lost", "expert", 600, 0, 30, "expert"],
];

for (const [rule, before, xp, streak, tasks, after] of LEVELS) {
  Deno.test(`decideLevel() ${rule}`, () => {
    assertEquals(decideLevel(before, { xp, streak, tasks }, SETTINGS), after);
  });
}

Deno.test("abilitiesOf() capable canCommit; expert canSpawnSubagents, canMentorPeers; master canAccessProd, extendedBudget", () => {
  assertEquals(level.options.map((at) => abilitiesOf(at).sort()), [
    [],
    ["canCommit"],
    ["canCommit", "canMentorPeers", "canSpawnSubagents"],
    ["canAccessProd", "canCommit", "canMentorPeers", "canSpawnSubagents", "extendedBudget"],
  ]);
});

Deno.test("levelUpOf() names the abilities that are new", () => {
  assertEquals(levelUpOf("capable", "capable"), undefined);
  assertEquals(levelUpOf("novice", "expert"), {
    oldLevel: "novice",
    newLevel: "expert",
    newAbilities: ["canCommit", "canSpawnSubagents", "canMentorPeers"],
  });
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

const RANKS: readonly [xp: number, rank: string | null, progress: number][] = [
  [0, null, 0],
  [99.5, null, 0.995],
  [100, "Familiar", 0],
  [300, "Familiar", 0.5],
  [500, "Proficient", 0],
  [1_999, "Proficient", 1_499 / 1_500],
  [2_000, "Specialist", 0],
  [4_999, "Specialist", 2_999 / 3_000],
  [5_000, "Authority", 1],
  [9_000, "Authority", 1],
];

for (const [xp, rank, progress] of RANKS) {
  Deno.test(`rankOf() Familiar 100, Proficient 500, Specialist 2 000, Authority 5 000: ${xp} is ${rank}`, () => {
    assertEquals(rankOf(xp, SETTINGS), { rank, progress });
  });
}

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

Deno.test("nextLevelOf() says what is missing; a master misses nothing", () => {
  assertEquals(nextLevelOf("novice", { xp: 40, streak: 1, tasks: 2 }, SETTINGS), {
    nextLevel: "capable",
    xpNeeded: 60,
    xpProgress: 0.4,
    streakNeeded: 2,
    tasksNeeded: 3,
  });
  assertEquals(nextLevelOf("capable", { xp: 300, streak: 9, tasks: 30 }, SETTINGS), {
    nextLevel: "expert",
    xpNeeded: 200,
    xpProgress: 0.5,
    streakNeeded: 0,
    tasksNeeded: 0,
  });
  const master = nextLevelOf("master", { xp: 2_500, streak: 0, tasks: 100 }, SETTINGS);
  assertEquals([master.nextLevel, master.xpNeeded, master.xpProgress], [null, 0, 1]);
});

Deno.test("decideTraceXp() and trustOf() stay in their bounds, and a level never falls", () => {
  const count = fc.nat(50);
  const escalations = fc.record({ opened: count, self: count, peer: count, human: count });
  fc.assert(
    fc.property(
      fc.double({ min: 0, max: 1, noNaN: true }),
      escalations,
      fc.constantFrom(0, 0.2, 0.4, 0.6),
      fc.constantFrom(...level.options),
      fc.record({ xp: fc.nat(3_000), streak: fc.nat(15), tasks: fc.nat(150) }),
      (efficiency, given, rust, before, progress) => {
        const xp = decideTraceXp({ efficiency, escalations: given }, rust, SETTINGS);
        assert(Number.isInteger(xp) && xp >= 7 && xp <= 40);
        const { opened, self, human } = given;
        const trust = trustOf(
          { successRate: efficiency, escalations: opened, self, human },
          SETTINGS,
        );
        assert(trust >= 0 && trust <= 1);
        const after = decideLevel(before, progress, SETTINGS);
        assert(level.options.indexOf(after) >= level.options.indexOf(before));
      },
    ),
    { seed: 7 },
  );
});
