/** Runs scenarios side by side and adds up what they show. */
import { ulid } from "@std/ulid";
import { live, type Outcome } from "./driver.ts";
import { Receiver } from "./receiver.ts";
import { verify } from "./verify.ts";

export interface Scenario {
  readonly name: string;
  readonly runs: number;
  /** One text of faults per life; a clean life follows. */
  readonly lives: readonly string[];
  /** Kill each of those lives after this many ms. */
  readonly killAfterMs?: () => number;
  readonly limitMs?: number;
}

export interface Report {
  scenarios: number;
  kills: number;
  runs: number;
  /** Events twice, missing or out of order; effects twice; runs not completed. */
  problems: string[];
  unknownOutcomes: number;
  repeatedModelCalls: number;
  modelCalls: number;
}

export function newReport(): Report {
  return {
    scenarios: 0,
    kills: 0,
    runs: 0,
    problems: [],
    unknownOutcomes: 0,
    repeatedModelCalls: 0,
    modelCalls: 0,
  };
}

export async function play(scenario: Scenario, report: Report): Promise<Outcome | null> {
  const folder = await Deno.makeTempDir({ prefix: "muster-faults-" });
  try {
    await using receiver = new Receiver(`${folder}/received.jsonl`);
    const start = Array.from({ length: scenario.runs }, () => `run_${ulid()}`);
    const outcome = await live(
      { store: `${folder}/muster.kv`, receiver: receiver.url, start },
      scenario.lives,
      receiver,
      scenario,
    );
    const { problems, repeatedModelCalls } = verify(outcome, receiver);
    report.scenarios++;
    report.kills += outcome.killed;
    report.runs += scenario.runs;
    report.unknownOutcomes += outcome.unknown;
    report.repeatedModelCalls += repeatedModelCalls;
    report.modelCalls += receiver.received.filter((item) => item.kind === "model").length;
    report.problems.push(...problems.map((problem) => `${scenario.name}: ${problem}`));
    return outcome;
  } catch (error) {
    report.problems.push(`${scenario.name}: ${error instanceof Error ? error.message : error}`);
    return null;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Plays all, two at a time (a driver and a server each). */
export async function playAll(scenarios: readonly Scenario[], report: Report): Promise<void> {
  let next = 0;
  await Promise.all([1, 2].map(async () => {
    while (next < scenarios.length) await play(scenarios[next++]!, report);
  }));
}

export function summary(name: string, report: Report): string {
  return `${name}: ${report.kills} kills in ${report.scenarios} scenarios, ${report.runs} runs; ` +
    `${report.problems.length} problems; outcome_unknown ${report.unknownOutcomes}; ` +
    `model calls ${report.modelCalls}, repeated ${report.repeatedModelCalls}`;
}
