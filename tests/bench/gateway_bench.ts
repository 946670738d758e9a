/**
 * A model call directly, through a bare Hono pass-through and through the whole program, taken in turns in one run:
 * `deno run -A tests/bench/gateway_bench.ts [gateway|gateway-memory]`. Every request is another one, so that the
 * cache answers none. Figures are ratios; the added times stand beside them.
 */
import { type Figure, percentile, printFigures } from "./figure.ts";
import { type Host, host } from "./gateway_hosts.ts";

const WIDTHS = [1, 16, 64];
const DELAYS = [0, 50];
const ROUNDS = 8;
const RATIO_MAX = 1.3;
const FIRST_TOKEN_MS = 2;
const MEMORY_REQUESTS = 100_000;

interface Point {
  readonly width: number;
  readonly delayMs: number;
  readonly stream: boolean;
}

interface Times {
  readonly total: number[];
  readonly first: number[];
}

/** Medians of the quietest of all rounds. */
interface Best {
  total: number;
  first: number;
}

let asked = 0;

async function ask(url: string, { delayMs, stream }: Point, times: Times): Promise<void> {
  const body = JSON.stringify({
    model: "gpt-4o-mini",
    stream,
    user: `d${delayMs}`,
    max_tokens: 300,
    messages: [
      { role: "system", content: "You answer briefly and to the point." },
      { role: "user", content: `Question ${asked++}: what is the height of the tower in metres?` },
    ],
  });
  const started = performance.now();
  const response = await fetch(`${url}/v1/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body,
  });
  const reader = response.body!.getReader();
  let size = (await reader.read()).value?.length ?? 0;
  times.first.push(performance.now() - started);
  for (let step = await reader.read(); !step.done; step = await reader.read()) {
    size += step.value.length;
  }
  times.total.push(performance.now() - started);
  if (response.status !== 200 || size < 500) throw new Error(`${url} answered ${response.status}`);
}

async function batch(url: string, point: Point, count: number, times: Times): Promise<void> {
  let left = count;
  await Promise.all(Array.from({ length: Math.min(point.width, count) }, async () => {
    while (left-- > 0) await ask(url, point, times);
  }));
}

/** The three in turns, so that whatever else the machine does falls on all of them alike. */
async function compare(urls: readonly string[], point: Point): Promise<Best[]> {
  const best: Best[] = urls.map(() => ({ total: Infinity, first: Infinity }));
  const count = point.delayMs > 0 ? Math.max(8, point.width * 2) : Math.max(60, point.width * 6);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [i, url] of urls.entries()) {
      const times: Times = { total: [], first: [] };
      await batch(url, point, count, times);
      best[i]!.total = Math.min(best[i]!.total, p50(times.total));
      best[i]!.first = Math.min(best[i]!.first, p50(times.first));
    }
  }
  return best;
}

const p50 = (values: readonly number[]) => percentile(values, 0.5);

function figuresOf(point: Point, [direct, bare, muster]: readonly Best[]): Figure[] {
  const [floor, through, ours] = [direct!.total, bare!.total, muster!.total];
  const added = (value: number) => `+${(value - floor).toFixed(2)} ms`;
  const kind = point.stream ? "streamed" : "whole";
  const name = `${kind}, ${point.width} at once, ${point.delayMs} ms upstream`;
  const total: Figure = {
    name: `${name}: total p50 (bare ${added(through)}, Muster ${added(ours)} on direct)`,
    value: ours,
    unit: "ms",
    floor: { name: "bare Hono pass-through", value: through },
    target: `≤ ${RATIO_MAX} ×`,
    reached: ours <= RATIO_MAX * through,
  };
  if (!point.stream || point.width > 1) return [total];
  const later = muster!.first - direct!.first;
  return [total, {
    name: `${name}: first token after the upstream's, p50`,
    value: later,
    unit: "ms",
    target: `≤ ${FIRST_TOKEN_MS} ms`,
    reached: later <= FIRST_TOKEN_MS,
  }];
}

async function withHosts<T>(work: (urls: string[], muster: Host) => Promise<T>): Promise<T> {
  await using server = await host("upstream");
  await using bare = await host("bare", server.url);
  await using muster = await host("muster", server.url);
  return await work([server.url, bare.url, muster.url], muster);
}

export function benchGateway(): Promise<Figure[]> {
  return withHosts(async (urls) => {
    const warm = { width: 16, delayMs: 0 };
    for (const url of urls) {
      for (const stream of [false, true]) {
        await batch(url, { ...warm, stream }, 1_500, { total: [], first: [] });
      }
    }
    const figures: Figure[] = [];
    for (const stream of [false, true]) {
      for (const delayMs of DELAYS) {
        for (const width of WIDTHS) {
          const point = { width, delayMs, stream };
          figures.push(...figuresOf(point, await compare(urls, point)));
        }
      }
    }
    return figures;
  });
}

/** Resident memory after a fifth of the requests beside that after all; half of them streamed. */
export function benchGatewayMemory(): Promise<Figure[]> {
  return withHosts(async ([, , url], muster) => {
    const part = async (count: number) => {
      for (const stream of [false, true]) {
        const times = { total: [], first: [] };
        await batch(url!, { width: 16, delayMs: 0, stream }, count / 2, times);
      }
      return await muster.memory();
    };
    const early = await part(MEMORY_REQUESTS / 5);
    let late = early;
    for (let i = 1; i < 5; i++) late = await part(MEMORY_REQUESTS / 5);
    const mib = (bytes: number) => bytes / 1_048_576;
    return [{
      name: `memory after ${MEMORY_REQUESTS.toLocaleString("en")} requests`,
      value: mib(late),
      unit: "MiB",
      floor: { name: "after a fifth of them", value: mib(early) },
      target: "≤ 1.25 ×",
      reached: late <= 1.25 * early,
    }];
  });
}

export const GATEWAY_BENCHES: Readonly<Record<string, () => Promise<Figure[]>>> = {
  gateway: benchGateway,
  "gateway-memory": benchGatewayMemory,
};

if (import.meta.main) {
  const wanted = Deno.args.length > 0 ? Deno.args : ["gateway"];
  for (const name of wanted) printFigures(await GATEWAY_BENCHES[name]!());
  Deno.exit(0);
}
