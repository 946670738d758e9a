import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  decideEscalation,
  decideReopened,
  decideTriggers,
  type Firing,
  highestLevel,
  type OpenEscalation,
  RECOMMENDATIONS,
  resolutionProblem,
  shownStepEscalation,
} from "./decide.ts";
import { contributionType, type StepInput, stepOutcome, tracesSettings } from "./schema.ts";
import { foldStep, NO_WORK, type Work } from "./work.ts";

const SETTINGS = tracesSettings.parse({});
const MINUTE_MS = 60_000;

/** `g-` a grep that found nothing, `g~` in part, `g+` found, `g!` error; `r` is read. */
function stepsOf(text: string): StepInput[] {
  const outcomes = { "-": "nothing", "~": "partial", "+": "found", "!": "error" } as const;
  return text.split(" ").filter(Boolean).map(([tool, mark]) => ({
    tool: tool === "g" ? "grep" : "read",
    outcome: outcomes[mark as keyof typeof outcomes],
  }));
}

const workOf = (steps: readonly StepInput[]): Work => steps.reduce(foldStep, NO_WORK);

function triggersAfter(text: string, elapsedMs = 0): string[] {
  return decideTriggers(workOf(stepsOf(text)), 0, SETTINGS, elapsedMs)
    .map(({ type, level }) => `${type} ${level}`);
}

const TRIGGERS: readonly [rule: string, steps: string, elapsedMs: number, expected: string[]][] = [
  // stuck_loop (level 2) – same tool ≥ 3 times in the last 5 steps with outcome nothing/partial
  ["stuck_loop below: twice in five", "g- g~ r+ r+ r+", 0, []],
  ["stuck_loop at: three times in five", "g~ r+ g~ r+ g~", 0, ["stuck_loop 2"]],
  ["stuck_loop above: four times", "g~ g~ g~ g~ r+", 0, ["stuck_loop 2"]],
  ["stuck_loop: found does not count", "g~ g~ g+ r+ r+", 0, []],
  ["stuck_loop: another tool does not count", "g~ g~ r~ r+ r+", 0, []],
  ["stuck_loop: the sixth last does not count", "g~ g~ r+ r+ r+ g~", 0, []],
  // repeated_failures (1) – ≥ 3 nothing in the trace
  ["repeated_failures below: two", "g- r- g+ g+ g+", 0, []],
  ["repeated_failures at: three, by any tool, any time", "g- r- g+ g+ g+ g+ g-", 0, [
    "repeated_failures 1",
  ]],
  ["repeated_failures above: four", "g- r+ r+ r- g+ g+ g- r+ r+ r-", 0, ["repeated_failures 1"]],
  // error_accumulation (2) – ≥ 2 errors
  ["error_accumulation below: one", "g! g+", 0, []],
  ["error_accumulation at: two", "g! g+ r!", 0, ["error_accumulation 2"]],
  ["error_accumulation above: three", "g! g+ r! r+ r+ g!", 0, ["error_accumulation 2"]],
  // time_exceeded (1) – > 10 min
  ["time_exceeded below", "g+", 10 * MINUTE_MS - 1, []],
  ["time_exceeded at: not yet", "g+", 10 * MINUTE_MS, []],
  ["time_exceeded above", "g+", 10 * MINUTE_MS + 1, ["time_exceeded 1"]],
  // low_efficiency (1) – ≥ 5 steps and > 60 % nothing/error/minimal
  ["low_efficiency below: four steps, all bad", "g! r- r- r+", 0, []],
  ["low_efficiency at: 60 % of five", "g! r- r- r+ r+", 0, []],
  ["low_efficiency above: 80 % of five", "g! r- g- r- r+", 0, [
    "repeated_failures 1",
    "low_efficiency 1",
  ]],
];

for (const [rule, steps, elapsedMs, expected] of TRIGGERS) {
  Deno.test(`decideTriggers() ${rule}`, () => {
    assertEquals(triggersAfter(steps, elapsedMs), expected);
  });
}

Deno.test("decideTriggers() low_efficiency counts steps of minimal use, whatever they found", () => {
  const minimal: StepInput = { tool: "read", outcome: "found", contributionType: "minimal" };
  const good: StepInput = { tool: "read", outcome: "found" };
  const fired = (steps: StepInput[]) =>
    decideTriggers(workOf(steps), 0, SETTINGS, 0).map(({ type }) => type);
  assertEquals(fired([minimal, minimal, minimal, good, good]), []);
  assertEquals(fired([minimal, minimal, minimal, minimal, good]), ["low_efficiency"]);
});

Deno.test("decideTriggers() time_exceeded also by the agent's own account of its steps", () => {
  const long: StepInput = { tool: "build", outcome: "found", durationMs: 10 * MINUTE_MS + 1 };
  const [fired] = decideTriggers(workOf([long]), 0, SETTINGS, 5);
  assertEquals(fired?.type, "time_exceeded");
});

Deno.test("decideTriggers() follows the workspace's numbers", () => {
  const settings = { ...SETTINGS, errorAccumulation: 1, timeExceededMs: 1_000 };
  const fired = decideTriggers(workOf(stepsOf("g!")), 0, settings, 1_001);
  assertEquals(fired.map(({ type }) => type), ["error_accumulation", "time_exceeded"]);
});

const FIRST: Firing = { type: "error_accumulation", level: 2, reason: "2 steps failed" };
const SLOW: Firing = { type: "time_exceeded", level: 1, reason: "11 min" };

/** What stays open after judging each of these steps in turn. */
function judged(firings: readonly (readonly Firing[])[]): (OpenEscalation | undefined)[] {
  let open: OpenEscalation | undefined;
  return firings.map((firing, i) => {
    const at = { id: `esc_${i + 1}`, step: i + 1, nowMs: i };
    return open = decideEscalation(open, firing, at, SETTINGS)?.escalation;
  });
}

Deno.test("decideEscalation() opens nothing while nothing fires", () => {
  assertEquals(decideEscalation(undefined, [], { id: "e", step: 1, nowMs: 0 }, SETTINGS), null);
});

Deno.test("decideEscalation() one open escalation per trigger per trace: a repeat updates it", () => {
  const again = { ...FIRST, reason: "3 steps failed" };
  const [first, second] = judged([[FIRST], [again, SLOW]]);
  assertEquals([first!.id, second!.id], ["esc_1", "esc_1"]);
  assertEquals(second!.triggers, [
    { ...again, detectedAtMs: 0 },
    { ...SLOW, detectedAtMs: 1 },
  ]);
});

Deno.test("decideEscalation() level 3 when a level-2 trigger persists 3 steps after a level-2 escalation", () => {
  const levels = judged([[FIRST], [FIRST], [FIRST], [FIRST]]).map((e) => highestLevel(e!.triggers));
  assertEquals(levels, [2, 2, 2, 3]);
});

Deno.test("decideEscalation() stays at level 2 when the trigger is gone after 3 steps", () => {
  const levels = judged([[FIRST], [], [], [], [FIRST]]).map((e) => highestLevel(e!.triggers));
  assertEquals(levels, [2, 2, 2, 2, 3]);
});

Deno.test("decideEscalation() counts the 3 steps from the first level-2 trigger, not from a level-1 one", () => {
  const levels = judged([[SLOW], [SLOW], [SLOW], [SLOW], [FIRST], [FIRST], [FIRST], [FIRST]])
    .map((e) => highestLevel(e!.triggers));
  assertEquals(levels, [1, 1, 1, 1, 2, 2, 2, 3]);
});

Deno.test("decideEscalation() says what is worth telling: opened, raised by a trigger or a level, same", () => {
  const at = (step: number) => ({ id: "e", step, nowMs: 0 });
  const opened = decideEscalation(undefined, [FIRST], at(1), SETTINGS)!;
  const same = decideEscalation(opened.escalation, [FIRST], at(2), SETTINGS)!;
  const wider = decideEscalation(same.escalation, [FIRST, SLOW], at(3), SETTINGS)!;
  const higher = decideEscalation(wider.escalation, [FIRST], at(4), SETTINGS)!;
  assertEquals([opened.change, same.change, wider.change, higher.change], [
    "opened",
    "same",
    "raised",
    "raised",
  ]);
});

Deno.test("highestLevel picks the recommendation", () => {
  assertEquals(RECOMMENDATIONS, [
    "Continue working",
    "Consider pausing to review approach",
    "PAUSE: Ask for guidance or try different approach",
    "ESCALATE: Human intervention recommended",
  ]);
  const open = judged([[SLOW], [FIRST], [], [], [FIRST]]);
  assertEquals(
    open.map((e) => shownStepEscalation(e!)).map((e) => [e.highestLevel, e.recommendation]),
    [1, 2, 2, 2, 3].map((level) => [level, RECOMMENDATIONS[level]!]),
  );
});

const REOPENED: readonly [Firing["type"], step: string, afterMs: number, opens: boolean][] = [
  ["stuck_loop", "g~", 0, true],
  ["stuck_loop", "g+", 0, false],
  ["repeated_failures", "g-", 0, true],
  ["repeated_failures", "g~", 0, false],
  ["error_accumulation", "g!", 0, true],
  ["error_accumulation", "g-", 0, false],
  ["low_efficiency", "g-", 0, true],
  ["low_efficiency", "g+", 0, false],
  ["time_exceeded", "g-", 10 * MINUTE_MS, false],
  ["time_exceeded", "g+", 10 * MINUTE_MS + 1, true],
];

for (const [type, step, afterMs, opens] of REOPENED) {
  Deno.test(`decideReopened() a resolved ${type} ${opens ? "opens again" : "stays closed"} after ${step} and ${afterMs} ms`, () => {
    const firing = [{ type, level: 1, reason: "x" }];
    const [given] = stepsOf(step);
    const open = decideReopened(firing, { [type]: 1_000 }, given!, SETTINGS, 1_000 + afterMs);
    assertEquals(open.length === 1, opens);
  });
}

const step = fc.record({
  tool: fc.constantFrom("grep", "read", "build"),
  outcome: fc.constantFrom(...stepOutcome.options),
  contributionType: fc.option(fc.constantFrom(...contributionType.options), { nil: undefined }),
  durationMs: fc.option(fc.double({ min: 0, max: 1e6, noNaN: true }), { nil: undefined }),
});

Deno.test("decideEscalation() never falls in level and holds each trigger once, whatever the steps", () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 60 }), (steps) => {
      let open: OpenEscalation | undefined;
      let level = 0;
      steps.forEach((_, i) => {
        const work = workOf(steps.slice(0, i + 1));
        const firing = decideTriggers(work, 0, SETTINGS, i * 1_000);
        const at = { id: `esc_${i}`, step: i + 1, nowMs: i * 1_000 };
        const before = open;
        open = decideEscalation(open, firing, at, SETTINGS)?.escalation;
        if (before) assertEquals(open!.id, before.id);
        const types = open?.triggers.map(({ type }) => type) ?? [];
        assertEquals(new Set(types).size, types.length);
        assert(highestLevel(open?.triggers ?? []) >= level);
        level = highestLevel(open?.triggers ?? []);
        assert(level <= 3);
      });
    }),
    { seed: 7 },
  );
});

const RESOLVERS: readonly [
  "self" | "peer" | "human",
  string | undefined,
  allowed: boolean,
][] = [
  ["self", undefined, true],
  ["self", "phoenix", true],
  ["self", "owl", false],
  ["peer", "owl", true],
  ["peer", undefined, true],
  ["peer", "phoenix", false],
  ["human", undefined, true],
  ["human", "owl", true],
];

for (const [by, resolver, allowed] of RESOLVERS) {
  Deno.test(`resolutionProblem() ${by} by ${resolver ?? "nobody named"} is ${allowed ? "" : "not "}possible`, () => {
    assertEquals(resolutionProblem("phoenix", by, resolver) === null, allowed);
  });
}
