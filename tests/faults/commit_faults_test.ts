/** Commits whose result is not what it seems, at every commit of a run: nothing is lost and nothing is twice. */
import { assertEquals } from "@std/assert";
import { newReport, playAll, type Scenario, summary } from "./campaign_run.ts";

const SAMPLE = Deno.env.get("MUSTER_FAULTS") === "sample";

const FAULTS: Record<string, string> = {
  "a commit that throws after it took effect": "throw-after",
  "a commit that throws before it took effect": "throw-before",
  "a database that is locked for a while": "locked",
  "conflicts forced on commits in a row": "conflict",
};

for (const [name, fault] of Object.entries(FAULTS)) {
  Deno.test(`${name} is got over`, async () => {
    const report = newReport();
    const points = Array.from({ length: 26 }, (_, i) => i + 1).filter((n) =>
      !SAMPLE || n % 6 === 1
    );
    const scenarios = points.map((n): Scenario => ({
      name: `${fault} at ${n}`,
      runs: 1,
      lives: [
        fault === "locked" || fault === "conflict" ? `${fault}:${n}-${n + 4}` : `${fault}:${n}`,
      ],
    }));
    if (fault !== "conflict") {
      scenarios.push({ name: `${fault} at each of 20 runs`, runs: 20, lives: [`${fault}:1-300`] });
    }
    await playAll(scenarios, report);
    console.log(summary(name, report));
    assertEquals(report.problems, []);
    assertEquals(report.repeatedModelCalls, 0);
  });
}
