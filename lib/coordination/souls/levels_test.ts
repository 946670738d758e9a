import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { abilitiesOf, decideLevel, levelUpOf, nextLevelOf, rankOf } from "./levels.ts";
import { type Level, level, soulsSettings } from "./schema.ts";

const SETTINGS = soulsSettings.parse({});

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

Deno.test("decideLevel() never falls, whatever was lost", () => {
  const progress = fc.record({ xp: fc.nat(3_000), streak: fc.nat(15), tasks: fc.nat(150) });
  fc.assert(
    fc.property(fc.constantFrom(...level.options), progress, (before, progress) => {
      const after = decideLevel(before, progress, SETTINGS);
      assert(level.options.indexOf(after) >= level.options.indexOf(before));
    }),
    { seed: 7 },
  );
});
