/**
 * The run of campaign.ts on a real server, killed by SIGKILL just before and just after its commits: every one
 * of a first process, every one of a process that resumed it, and of servers with twenty runs at once.
 * `MUSTER_FAULTS=sample` takes a part of them, with every kind of commit among them.
 */
import { assert, assertEquals } from "@std/assert";
import { newReport, play, playAll, type Report, type Scenario, summary } from "./campaign_run.ts";

const SAMPLE = Deno.env.get("MUSTER_FAULTS") === "sample";
const EDGES = ["kill-before", "kill-after"] as const;

/** What each commit of the life after the given ones holds, from 1, when nothing kills it. */
async function traced(lives: readonly string[]): Promise<string[]> {
  const outcome = await play({ name: "traced", runs: 1, lives: [...lives, "trace"] }, newReport());
  assert(outcome, "the traced run must finish");
  return outcome.trace.map((line) => line.replace(/^commit \d+ /, ""));
}

/** The first commit of every kind, and every `nth` of the others. */
function choose(commits: readonly string[], nth: number): number[] {
  const kinds = new Set<string>();
  return commits.flatMap((what, i) => {
    const isNew = what.split(", ").some((part) => !kinds.has(part));
    for (const part of what.split(", ")) kinds.add(part);
    return isNew || i % nth === 0 ? [i + 1] : [];
  });
}

function check(name: string, report: Report): void {
  console.log(summary(name, report));
  assertEquals(report.problems, []);
  assert(report.kills > 0, "no process was killed");
}

Deno.test("a run killed before and after every commit completes by itself, nothing lost, nothing twice", async () => {
  const commits = await traced([]);
  const points = SAMPLE ? choose(commits, 2) : commits.map((_, i) => i + 1);
  const report = newReport();
  await playAll(
    points.flatMap((n) =>
      EDGES.map((edge): Scenario => ({
        name: `${edge}:${n} (${commits[n - 1]})`,
        runs: 1,
        lives: [`${edge}:${n}`],
      }))
    ),
    report,
  );
  check("every commit of the first process", report);
});

Deno.test("a resumed run killed before and after every commit of its second process completes", async () => {
  const report = newReport();
  for (
    const first of SAMPLE ? ["kill-after:6"] : ["kill-after:4", "kill-after:9", "kill-before:14"]
  ) {
    const commits = await traced([first]);
    const points = SAMPLE ? choose(commits, 4) : commits.map((_, i) => i + 1);
    await playAll(
      points.flatMap((n) =>
        EDGES.map((edge): Scenario => ({
          name: `${first}, then ${edge}:${n}`,
          runs: 1,
          lives: [first, `${edge}:${n}`],
        }))
      ),
      report,
    );
  }
  check("every commit of a resumed process", report);
});

Deno.test("twenty runs at once survive two kills at any commit", async () => {
  const report = newReport();
  const points = SAMPLE ? [5, 23, 61] : [3, 4, 5, 7, 9, 12, 16, 21, 27, 34, 42, 51, 61, 72, 84, 97];
  await playAll(
    points.flatMap((n) =>
      (SAMPLE ? [EDGES[n % 2]!] : EDGES).map((edge): Scenario => ({
        name: `20 runs, ${edge}:${n} twice`,
        runs: 20,
        lives: [`${edge}:${n}`, `${edge}:${n + 3}`],
      }))
    ),
    report,
  );
  check("twenty runs at once", report);
});
