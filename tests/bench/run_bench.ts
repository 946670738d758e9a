/**
 * The run engine beside its floors, in one process and one go: the same ten-call graph bare with one commit
 * per step, bare with group commit, and as a durable run. Rounds alternate, each figure is their median.
 * Alone: `deno run -A tests/bench/run_bench.ts [alone|crowd|thinking] [rounds]`.
 */
import { fileHarness } from "../harness/engine.ts";
import { type Figure, percentile, printFigures } from "./figure.ts";
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

interface System {
  readonly task: (i: number) => Promise<unknown>;
  readonly stop: () => Promise<void>;
}

interface Measured {
  readonly perSecond: number;
  readonly p50: number;
}

type Kind = "single" | "group" | "engine";

let rounds = 3;

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
    task: (i) => bareRun(commit, model, "r" + i),
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
    task: async () => {
      const run = await engine.start("default", input, "user:bench");
      const end = await engine.ended(run.id);
      if (end.status !== "completed") throw new Error(JSON.stringify(end));
    },
    stop: () => harness[Symbol.asyncDispose](),
  };
}

async function pool(total: number, atOnce: number, task: (i: number) => Promise<unknown>) {
  let next = 0;
  const started = performance.now();
  await Promise.all(Array.from({ length: atOnce }, async () => {
    while (next < total) await task(next++);
  }));
  return performance.now() - started;
}

async function measure(kind: Kind, thinkMs: number, atOnce: number): Promise<Measured> {
  const system = kind === "engine" ? await durable(thinkMs) : await bare(kind === "group", thinkMs);
  const total = thinkMs > 0 ? (atOnce === 1 ? 5 : atOnce * 2) : atOnce === 1 ? 200 : 1_500;
  const warm = thinkMs > 0 ? Math.min(atOnce, total) : 300;
  let next = 0;
  await pool(warm, Math.min(atOnce, 20), () => system.task(next++));
  const latencies: number[] = [];
  const ms = await pool(total, atOnce, async () => {
    const started = performance.now();
    await system.task(next++);
    latencies.push(performance.now() - started);
  });
  await system.stop();
  return { perSecond: total * 1_000 / ms, p50: percentile(latencies, 0.5) };
}

/** Medians over rounds in which the systems take turns. */
async function inTurn(
  kinds: readonly Kind[],
  thinkMs: number,
  atOnce: number,
): Promise<Record<Kind, Measured>> {
  const all: Record<Kind, Measured[]> = { single: [], group: [], engine: [] };
  for (let round = 0; round < rounds; round++) {
    for (const kind of kinds) all[kind].push(await measure(kind, thinkMs, atOnce));
  }
  const median = (kind: Kind): Measured => ({
    perSecond: percentile(all[kind].map((m) => m.perSecond), 0.5),
    p50: percentile(all[kind].map((m) => m.p50), 0.5),
  });
  return { single: median("single"), group: median("group"), engine: median("engine") };
}

const GROUP = "bare graph, group commit";

/** One run at a time, a model that answers at once. */
async function alone(): Promise<Figure[]> {
  const { single, group, engine } = await inTurn(["single", "group", "engine"], 0, 1);
  const name = "ten-call run, 0 ms model, alone: p50";
  return [
    {
      name: `${name}, bare with one commit per step`,
      value: single.p50,
      unit: "ms",
      target: "-",
      reached: true,
    },
    {
      name,
      value: engine.p50,
      unit: "ms",
      floor: { name: GROUP, value: group.p50 },
      target: "≤ the floor",
      reached: engine.p50 <= group.p50,
    },
  ];
}

/** Many runs at once, a model that answers at once. */
async function crowd(): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const atOnce of [20, 200]) {
    const { group, engine } = await inTurn(["group", "engine"], 0, atOnce);
    figures.push({
      name: `ten-call runs, 0 ms model, ${atOnce} at once`,
      value: engine.perSecond,
      unit: "runs/s",
      floor: { name: GROUP, value: group.perSecond },
      target: "≥ 0.7 × the floor",
      reached: engine.perSecond >= 0.7 * group.perSecond,
    });
  }
  return figures;
}

/** What the engine adds to four model calls of 100 ms one after the other. */
async function thinking(): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const [atOnce, limitMs] of [[1, 3], [20, 6], [200, 30]] as const) {
    const { group, engine } = await inTurn(["group", "engine"], 100, atOnce);
    const added = engine.p50 - LEVELS * 100;
    figures.push({
      name: `ten-call runs, 100 ms model, ${atOnce} at once: added`,
      value: added,
      unit: "ms",
      floor: { name: GROUP, value: group.p50 - LEVELS * 100 },
      target: `≤ ${limitMs}`,
      reached: added <= limitMs,
    });
  }
  return figures;
}

export const RUN_BENCHES: Record<string, () => Promise<Figure[]>> = { alone, crowd, thinking };

if (import.meta.main) {
  const [name, count] = Deno.args;
  rounds = Number(count ?? rounds);
  for (const [bench, run] of Object.entries(RUN_BENCHES)) {
    if (!name || name === bench) printFigures(await run());
  }
  Deno.exit(0);
}
