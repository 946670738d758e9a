/**
 * Runs that come back: resume of a long run, a wide join, take-over from a dead process. In one process on
 * a file, so that what is timed is the work and not the start of Deno (see cold_start_bench.ts).
 * Alone: `deno run -A tests/bench/scale_bench.ts [resume|join|take-over]`.
 */
import { INSTANCE_TTL_MS } from "../../lib/kernel/jobs/instance.ts";
import { startDenoKv } from "../harness/denokv.ts";
import { agent, engineHarness, fileHarness, type HarnessOptions, said } from "../harness/engine.ts";
import { bareKv } from "./bare.ts";
import { type Figure, percentile, printFigures } from "./figure.ts";

const EFFECTS = 1_000;
const CHILDREN = 100;
const OWNED = 20;
const ROUNDS = 5;
const never = () => new Promise<string>(() => {});

/** Median of some rounds, each with its floor right after it. */
async function rounds(measure: () => Promise<[number, number]>, times = ROUNDS) {
  const pairs: [number, number][] = [];
  for (let i = 0; i < times; i++) pairs.push(await measure());
  return [
    percentile(pairs.map(([a]) => a), 0.5),
    percentile(pairs.map(([, b]) => b), 0.5),
  ] as const;
}

/** A model that answers `answered` calls and then never again; says when it was asked the next one. */
function haltingModel(answered: number, answer: string) {
  const halted = Promise.withResolvers<void>();
  let calls = 0;
  const model: HarnessOptions["model"] = () => {
    if (calls++ < answered) return calls + answer;
    halted.resolve();
    return never();
  };
  return { model, halted: halted.promise };
}

const manyCalls = agent("many", async (ctx) => {
  for (let n = 0; n <= EFFECTS; n++) await ctx.model(said(`call ${n}`), { stream: false });
});

/** From opening the store to the first call that is not recorded. */
async function resumeOnce(bytes: number): Promise<[number, number]> {
  const folder = await Deno.makeTempDir({ prefix: "muster-bench-" });
  const common = { agents: { many: manyCalls }, path: `${folder}/kv.sqlite`, forgetCalls: true };
  const before = haltingModel(EFFECTS, "x".repeat(bytes));
  const first = await engineHarness({ ...common, model: before.model });
  const runId = await first.start("many");
  await before.halted;
  const stored = async () => (await first.types(runId)).filter((type) => type === "effect.done");
  while ((await stored()).length < EFFECTS);
  await first.die();

  const after = haltingModel(0, "");
  const from = performance.now();
  const second = await engineHarness({ ...common, model: after.model });
  await after.halted;
  const ms = performance.now() - from;
  await second.die();
  await Deno.remove(folder, { recursive: true });
  return [ms, await bareRead(bytes)];
}

/** Opening a bare store and reading as many values of that size. */
async function bareRead(bytes: number): Promise<number> {
  const folder = await Deno.makeTempDir({ prefix: "muster-floor-" });
  const path = `${folder}/kv.sqlite`;
  let kv = await Deno.openKv(path);
  for (let n = 0; n < EFFECTS; n += 10) {
    const atomic = kv.atomic();
    for (let i = n; i < n + 10; i++) {
      atomic.set(
        ["effect", i],
        new TextEncoder().encode(JSON.stringify({ text: String(i).padEnd(bytes, "x") })),
      );
    }
    await atomic.commit();
  }
  kv.close();
  const from = performance.now();
  kv = await Deno.openKv(path);
  let read = 0;
  for await (const { value } of kv.list<Uint8Array>({ prefix: ["effect"] }, { batchSize: 100 })) {
    read += JSON.parse(new TextDecoder().decode(value)).text.length;
  }
  const ms = performance.now() - from;
  kv.close();
  await Deno.remove(folder, { recursive: true });
  if (read !== EFFECTS * bytes) throw new Error(`read ${read} bytes`);
  return ms;
}

export async function benchResume(): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const [size, bytes] of [["1 kB", 1_000], ["40 kB", 40_000]] as const) {
    const [value, floor] = await rounds(() => resumeOnce(bytes), bytes > 10_000 ? 3 : ROUNDS);
    figures.push({
      name: `resume of ${EFFECTS} effects of ${size}`,
      value,
      unit: "ms",
      floor: { name: "bare list of the same values", value: floor },
      target: "< 150 ms",
      reached: value < 150,
    });
  }
  return figures;
}

/** From the answer of all children's model calls to the parent's next line, and to the end on disk. */
export async function benchJoin(): Promise<Figure[]> {
  let answers: ((text: string) => void)[] = [];
  let joined = () => {};
  const harness = await fileHarness({
    forgetCalls: true,
    model: () => new Promise<string>((resolve) => answers.push(resolve)),
    agents: {
      child: agent("child", async (ctx) => (await ctx.model(said("go"), { stream: false })).text),
      parent: agent("parent", async (ctx) => {
        const all = Array.from({ length: CHILDREN }, (_, n) => ctx.spawn("child", n));
        const texts = await Promise.all(all);
        joined();
        return texts.length;
      }),
    },
  });
  const bare = await bareKv();
  const stored: number[] = [];
  const floors: number[] = [];
  const joins: number[] = [];
  for (let round = 0; round < ROUNDS * 4; round++) {
    answers = [];
    const runId = await harness.start("parent");
    while (answers.length < CHILDREN) await new Promise((resolve) => setTimeout(resolve, 1));
    const ended = harness.engine.ended(runId);
    const goneOn = new Promise<void>((resolve) => joined = resolve);
    const from = performance.now();
    for (const answer of answers) answer("done");
    await goneOn;
    joins.push(performance.now() - from);
    await ended;
    stored.push(performance.now() - from);
    floors.push(await bareJoin(bare.kv, round));
  }
  await bare.end();
  await harness[Symbol.asyncDispose]();
  const floor = { name: "one bare commit of as many records", value: percentile(floors, 0.5) };
  const value = percentile(joins, 0.5);
  return [
    {
      name: `join of ${CHILDREN} children, p50`,
      value,
      unit: "ms",
      floor,
      target: "< 5 ms",
      reached: value < 5,
    },
    {
      name: "the same until the run's end is stored, p50",
      value: percentile(stored, 0.5),
      unit: "ms",
      floor,
      target: "-",
      reached: true,
    },
  ];
}

async function bareJoin(kv: Deno.Kv, round: number): Promise<number> {
  const from = performance.now();
  const atomic = kv.atomic();
  for (let n = 0; n < CHILDREN; n++) {
    atomic.set(["step", round, n], JSON.stringify({ status: "completed", output: "done" }));
  }
  await atomic.set(["run", round], "joined").commit();
  return performance.now() - from;
}

const waiting = agent("waiting", (ctx) => ctx.model(said("answer"), { stream: false }));

/** A model that never answers, and a promise of its being asked by that many runs. */
function waitingModel() {
  let asked = 0;
  let all = Promise.withResolvers<void>();
  const model = () => {
    if (++asked === OWNED) all.resolve();
    return never();
  };
  return {
    options: { agents: { waiting }, model, forgetCalls: true },
    all: () => all.promise,
    again: () => {
      asked = 0;
      all = Promise.withResolvers();
    },
  };
}

/** From the new process's first line to all its runs asking their models again. */
async function restart(): Promise<[number, number]> {
  const folder = await Deno.makeTempDir({ prefix: "muster-bench-" });
  const asked = waitingModel();
  const options = { ...asked.options, path: `${folder}/kv.sqlite` };
  const first = await engineHarness(options);
  for (let n = 0; n < OWNED; n++) await first.start("waiting");
  await asked.all();
  asked.again();
  await first.die();
  const from = performance.now();
  const second = await engineHarness(options);
  await asked.all();
  const ms = performance.now() - from;
  await second.die();
  await Deno.remove(folder, { recursive: true });
  return [ms, await bareClaims()];
}

async function bareClaims(): Promise<number> {
  const folder = await Deno.makeTempDir({ prefix: "muster-floor-" });
  const path = `${folder}/kv.sqlite`;
  let kv = await Deno.openKv(path);
  for (let n = 0; n < OWNED; n++) await kv.set(["run", n], "theirs");
  kv.close();
  const from = performance.now();
  kv = await Deno.openKv(path);
  await Promise.all(Array.from({ length: OWNED }, async (_, n) => {
    const { versionstamp, key } = await kv.get(["run", n]);
    await kv.atomic().check({ key, versionstamp }).set(key, "mine").commit();
  }));
  const ms = performance.now() - from;
  kv.close();
  await Deno.remove(folder, { recursive: true });
  return ms;
}

/** The second instance is there when the first dies, and waits for its lease to run out. */
async function succession(): Promise<number | null> {
  await using denokv = await startDenoKv();
  if (!denokv) return null;
  const asked = waitingModel();
  const options = { ...asked.options, path: denokv.url };
  const first = await engineHarness(options);
  const second = await engineHarness(options);
  for (let n = 0; n < OWNED; n++) await first.start("waiting");
  await asked.all();
  asked.again();
  const from = performance.now();
  await first.die();
  await asked.all();
  const ms = performance.now() - from;
  await second.die();
  return ms;
}

export async function benchTakeOver(): Promise<Figure[]> {
  const [value, floor] = await rounds(restart);
  const between = await succession();
  const limitMs = INSTANCE_TTL_MS + 500;
  return [
    {
      name: `take-over of ${OWNED} runs on a file`,
      value,
      unit: "ms",
      floor: { name: "bare openKv and as many claims", value: floor },
      target: "< 100 ms",
      reached: value < 100,
    },
    {
      name: `take-over between instances${between === null ? ": denokv not built" : ""}`,
      value: between ?? NaN,
      unit: "ms",
      floor: { name: "the lease itself", value: INSTANCE_TTL_MS },
      target: `≤ ${limitMs} ms`,
      reached: between !== null && between <= limitMs,
    },
  ];
}

export const SCALE_BENCHES: Readonly<Record<string, () => Promise<Figure[]>>> = {
  resume: benchResume,
  join: benchJoin,
  "take-over": benchTakeOver,
};

if (import.meta.main) {
  for (const [name, bench] of Object.entries(SCALE_BENCHES)) {
    if (Deno.args.length === 0 || Deno.args.includes(name)) printFigures(await bench());
  }
  Deno.exit(0);
}
