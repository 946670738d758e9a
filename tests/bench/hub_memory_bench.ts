/**
 * Search over 15 000 memories of 30 agents: loading the index, a query through HTTP, a query right after a
 * save. Alone: `deno run -A tests/bench/hub_memory_bench.ts`.
 */
import { recallMemories, saveMemory } from "../../lib/coordination/memory/mod.ts";
import { createSearchIndexes } from "../../lib/coordination/search/mod.ts";
import { testApp } from "../harness/test_app.ts";
import { type Figure, percentile, printFigures } from "./figure.ts";

const ENTRIES = 15_000;
const AGENTS = 30;
const QUERIES = 400;
const WS = "default";

const PARTS = {
  subject: [
    "parser",
    "scheduler",
    "session cache",
    "lock queue",
    "migration",
    "upload worker",
    "rate limiter",
    "search index",
    "token bucket",
    "event stream",
    "retry policy",
    "build script",
  ],
  verb: [
    "fails on",
    "depends on",
    "must not touch",
    "is faster with",
    "times out without",
    "was rewritten for",
    "leaks memory under",
    "ignores",
  ],
  object: [
    "unicode paths",
    "empty bodies",
    "two writers at once",
    "windows line endings",
    "clock skew",
    "large files",
    "nested transactions",
    "expired leases",
    "null bytes",
  ],
  place: ["src/auth", "lib/kernel", "routes/api", "tests/flows", "the deploy job", "staging"],
} as const;

const pick = <T>(list: readonly T[], n: number): T => list[n % list.length]!;

/** Text as agents write it: a finding of common words and a name or number that is its own. */
function finding(n: number): string {
  const { subject, verb, object, place } = PARTS;
  const own = (n * 7_919 % 104_729).toString(36);
  return `The ${pick(subject, n)} ${pick(verb, n >> 3)} ${pick(object, n >> 5)} in ${
    pick(place, n >> 2)
  }; see ${own}.ts and commit ${own}${n}. Seen by run ${n}, checked twice, ${
    n % 3 ? "fixed by a guard" : "still open, ask before you change it"
  }.`;
}

function question(n: number): string {
  const { subject, object, place } = PARTS;
  const own = (n * 31 * 7_919 % 104_729).toString(36);
  return pick([
    `${pick(subject, n)} ${pick(object, n >> 1)}`,
    `why does the ${pick(subject, n)} fail in ${pick(place, n)}`,
    `${own} ${pick(object, n)}`,
    pick(object, n).slice(0, 6),
    `${pick(subject, n)} guard ${pick(place, n >> 2)} ${own}`,
  ], n);
}

async function search(): Promise<Figure[]> {
  await using app = await testApp({ kv: "file" });
  const save = (n: number) =>
    saveMemory(app.ctx, { workspaceId: WS, actor: "bench" }, `agent-${n % AGENTS}`, {
      content: finding(n),
      tags: [pick(PARTS.place, n), `batch${n % 50}`],
    });
  for (let from = 0; from < ENTRIES; from += 250) {
    await Promise.all(Array.from({ length: 250 }, (_, n) => save(from + n)));
  }
  const searched = { ctx: app.ctx, search: createSearchIndexes(app.ctx) };
  const loading = performance.now();
  await recallMemories(searched, WS, { query: "parser" });
  const loadMs = performance.now() - loading;
  const times = { team: [] as number[], http: [] as number[], saved: [] as number[] };
  const timed = async (list: number[], work: () => Promise<unknown>) => {
    const began = performance.now();
    await work();
    list.push(performance.now() - began);
  };
  const own = (n: number) =>
    `/agent/agent-${n % AGENTS}/memory?query=${encodeURIComponent(question(n))}`;
  await app.json("GET", own(0));
  for (let n = 0; n < QUERIES; n++) {
    await timed(times.team, () => recallMemories(searched, WS, { query: question(n) }));
    await timed(times.http, () => app.json("GET", own(n)));
    await save(ENTRIES + n);
    await timed(times.saved, () => recallMemories(searched, WS, { query: question(n) }));
  }
  const figure = (name: string, list: readonly number[]): Figure => {
    const value = percentile(list, 0.95);
    return { name, value, unit: "ms", target: "≤ 10 ms", reached: value <= 10 };
  };
  return [
    figure(`memory search over ${ENTRIES} entries, p95`, times.team),
    figure("the same for one agent, over HTTP, p95", times.http),
    figure("the same right after a save, p95", times.saved),
    {
      name: "loading that index",
      value: loadMs,
      unit: "ms",
      target: "≤ 2 000 ms",
      reached: loadMs <= 2_000,
    },
  ];
}

export const HUB_MEMORY_BENCHES: Readonly<Record<string, () => Promise<Figure[]>>> = {
  "memory-search": search,
};

if (import.meta.main) {
  for (const bench of Object.values(HUB_MEMORY_BENCHES)) printFigures(await bench());
  Deno.exit(0);
}
