import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { contributionType, type StepInput, stepOutcome } from "./schema.ts";
import { foldStep, NO_WORK, summarize } from "./work.ts";

const summaryOf = (steps: readonly StepInput[]) => summarize(steps.reduce(foldStep, NO_WORK));

Deno.test("summarize() {totalSteps, deadEnds (nothing+error), explorationTimeMs (all), solutionTimeMs (found or direct), efficiency = solution/exploration}", () => {
  const steps: StepInput[] = [
    { tool: "grep", outcome: "nothing", durationMs: 100 },
    { tool: "read", outcome: "partial", durationMs: 200 },
    { tool: "read", outcome: "partial", contributionType: "direct", durationMs: 300 },
    { tool: "test", outcome: "error", durationMs: 150 },
    { tool: "edit", outcome: "found", durationMs: 250 },
  ];
  assertEquals(summaryOf(steps), {
    totalSteps: 5,
    deadEnds: 2,
    explorationTimeMs: 1_000,
    solutionTimeMs: 550,
    efficiency: 0.55,
  });
});

Deno.test("summarize() of no step has no efficiency", () => {
  assertEquals(summaryOf([]).efficiency, 0);
});

Deno.test("summarize() measures by steps where none says how long it took", () => {
  const efficiency = summaryOf([
    { tool: "a", outcome: "found" },
    { tool: "a", outcome: "nothing" },
    { tool: "a", outcome: "partial", contributionType: "direct" },
    { tool: "a", outcome: "error" },
  ]).efficiency;
  assertEquals(efficiency, 0.5);
});

const step = fc.record({
  tool: fc.string({ minLength: 1, maxLength: 3 }),
  outcome: fc.constantFrom(...stepOutcome.options),
  contributionType: fc.option(fc.constantFrom(...contributionType.options), { nil: undefined }),
  durationMs: fc.option(fc.double({ min: 0, max: 1e9, noNaN: true }), { nil: undefined }),
});

Deno.test("foldStep() counts what a walk over all steps counts, and keeps the last 20", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 50 }), (steps) => {
      const work = steps.reduce(foldStep, NO_WORK);
      assertEquals(work.steps, steps.length);
      assertEquals(work.nothing, steps.filter(({ outcome }) => outcome === "nothing").length);
      assertEquals(work.errors, steps.filter(({ outcome }) => outcome === "error").length);
      assertEquals(
        work.recent.map(({ outcome }) => outcome),
        steps.slice(-20).map(({ outcome }) => outcome),
      );
      const { efficiency, deadEnds, totalSteps } = summarize(work);
      assert(efficiency >= 0 && efficiency <= 1);
      assert(deadEnds <= totalSteps);
    }),
    { seed: 7 },
  );
});
