/** Commits whose result is not what it seems, anywhere in a run: nothing is lost and nothing is twice. */
import { assertEquals } from "@std/assert";
import { newReport, playAll, type Scenario, summary } from "./campaign_run.ts";

const SAMPLE = Deno.env.get("MUSTER_FAULTS") === "sample";
/** More commits than one run makes. */
const COMMITS = 26;

const every = (fault: string, nth: number, upTo: number) =>
  Array.from({ length: Math.floor(upTo / nth) }, (_, i) => `${fault}:${(i + 1) * nth}`).join(",");

const FAULTS: Record<string, (n: number) => string> = {
  "a commit that throws after it took effect": (n) => `throw-after:${n}`,
  "a commit that throws before it took effect": (n) => `throw-before:${n}-${n + 2}`,
  "a database that is locked for a while": (n) => `locked:${n}-${n + 9}`,
};

for (const [name, fault] of Object.entries(FAULTS)) {
  Deno.test(`${name} is got over`, async () => {
    const report = newReport();
    const points = Array.from({ length: COMMITS }, (_, i) => i + 1).filter((n) =>
      !SAMPLE || n % 6 === 1
    );
    const scenarios = points.map((n): Scenario => ({ name: fault(n), runs: 1, lives: [fault(n)] }));
    const kind = fault(1).split(":")[0]!;
    scenarios.push({
      name: `20 runs, every third ${kind}`,
      runs: 20,
      lives: [every(kind, 3, 400)],
    });
    await playAll(scenarios, report);
    console.log(summary(name, report));
    assertEquals(report.problems, []);
    assertEquals(report.repeatedModelCalls, 0);
  });
}
