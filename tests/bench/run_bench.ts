/**
 * The run engine beside its floors, in one process and one go: the same ten-call graph bare with one commit
 * per step, bare with group commit, and as a durable run. `deno run -A tests/bench/run_bench.ts [rounds]`.
 */
import { fileHarness } from "../harness/engine.ts";
import {
  ANSWER,
  bareRun,
  benchModels,
  GRAPH,
  groupCommits,
  LEVELS,
  PROMPT,
  singleCommits,
} from "./run_graph.ts";
import { percentile, pool, type Row, runTable } from "./run_table.ts";

interface System {
  readonly name: string;
  readonly task: (i: number) => Promise<unknown>;
  readonly stop: () => Promise<void>;
  readonly stats: () => string;
}

const ROUNDS = Number(Deno.args[0] ?? 3);
const THINKS = (Deno.args[1] ?? "0,100").split(",").map(Number);
const AT_ONCE = (Deno.args[2] ?? "1,20,200").split(",").map(Number);

const modelOf = (thinkMs: number) => (): Promise<string> =>
  thinkMs === 0
    ? Promise.resolve(ANSWER)
    : new Promise((resolve) => setTimeout(() => resolve(ANSWER), thinkMs));

async function bare(grouped: boolean, thinkMs: number): Promise<System> {
  const folder = await Deno.makeTempDir({ prefix: "muster-bench-" });
  const kv = await Deno.openKv(`${folder}/kv.sqlite`);
  const commit = grouped ? groupCommits(kv) : singleCommits(kv);
  const model = modelOf(thinkMs);
  return {
    name: grouped ? "bare, group commit" : "bare",
    task: (i) => bareRun(commit, model, "r" + i),
    stats: () => "",
    stop: async () => {
      kv.close();
      await Deno.remove(folder, { recursive: true });
    },
  };
}

async function durable(thinkMs: number): Promise<System> {
  const harness = await fileHarness({ agents: GRAPH, models: benchModels(modelOf(thinkMs)) });
  const { engine } = harness;
  const input = { intent: PROMPT, pattern: "graph" };
  return {
    name: "engine",
    task: async () => {
      const run = await engine.start("default", input, "user:bench");
      const end = await engine.ended(run.id);
      if (end.status !== "completed") throw new Error(JSON.stringify(end));
    },
    stats: () => {
      const { commits, transactions } = harness.kv.stats;
      return `${commits} commits, ${transactions} transactions`;
    },
    stop: () => harness[Symbol.asyncDispose](),
  };
}

async function measure(system: System, thinkMs: number, atOnce: number): Promise<Row> {
  const runs = thinkMs > 0 ? (atOnce === 1 ? 10 : atOnce * 4) : atOnce === 1 ? 200 : 1_000;
  let next = 0;
  await pool(Math.min(60, runs), Math.min(atOnce, 10), () => system.task(next++));
  const latencies: number[] = [];
  const ms = await pool(runs, atOnce, async () => {
    const started = performance.now();
    await system.task(next++);
    latencies.push(performance.now() - started);
  });
  return {
    thinkMs,
    atOnce,
    system: system.name,
    runsPerSecond: runs * 1_000 / ms,
    p50: percentile(latencies, 0.5),
    p99: percentile(latencies, 0.99),
    addedMs: percentile(latencies, 0.5) - LEVELS * thinkMs,
    note: system.stats(),
  };
}

const rows: Row[] = [];
for (const thinkMs of THINKS) {
  for (let round = 0; round < ROUNDS; round++) {
    for (const atOnce of AT_ONCE) {
      for (
        const open of [
          () => bare(false, thinkMs),
          () => bare(true, thinkMs),
          () => durable(thinkMs),
        ]
      ) {
        const system = await open();
        rows.push(await measure(system, thinkMs, atOnce));
        await system.stop();
      }
    }
  }
}
console.log(runTable(rows));
Deno.exit(0);
