/**
 * Cold start: from the process to the first answer, beside a bare server that opens a store. Both are what
 * an operator would start, on a new file store, with the page built.
 */
import { build } from "../../scripts/build.ts";
import { type Figure, percentile, printFigures } from "./figure.ts";

const pathOf = (name: string) => decodeURIComponent(new URL(name, import.meta.url).pathname);
const MAIN = pathOf("../../main.ts");
const CONFIG = pathOf("../../deno.json");
const BARE = `
  const kv = await Deno.openKv(Deno.env.get("MUSTER_KV"));
  await kv.set(["a"], 1);
  await kv.get(["a"]);
  Deno.serve(
    { port: Number(Deno.env.get("PORT")), hostname: "127.0.0.1", onListen: () => {} },
    () => new Response("{}"),
  );
`;
const STARTS = 7;
const TARGET_MS = 400;

export async function benchColdStart(): Promise<Figure[]> {
  await build();
  const folder = await Deno.makeTempDir({ prefix: "muster-bench-" });
  const bareScript = `${folder}/bare.ts`;
  await Deno.writeTextFile(bareScript, BARE);
  const times = { bare: [] as number[], health: [] as number[], page: [] as number[] };
  // The first pair fills the caches of compiled code; a machine that ran Muster once has them.
  for (let i = 0; i <= STARTS; i++) {
    const kv = (name: string) => `${folder}/${name}${i}.kv`;
    const bare = await timeToAnswer(bareScript, kv("bare"), "/");
    const health = await timeToAnswer(MAIN, kv("health"), "/health");
    const page = await timeToAnswer(MAIN, kv("page"), "/");
    if (i === 0) continue;
    times.bare.push(bare);
    times.health.push(health);
    times.page.push(page);
  }
  const uncached = await timeToAnswer(MAIN, `${folder}/uncached.kv`, "/", ["--no-code-cache"]);
  await Deno.remove(folder, { recursive: true });
  const floor = { name: "bare Deno.serve with a store", value: percentile(times.bare, 0.5) };
  const figure = (what: string, value: number): Figure => ({
    name: `cold start to the first ${what}`,
    value,
    unit: "ms",
    floor,
    target: `< ${TARGET_MS} ms`,
    reached: value < TARGET_MS,
  });
  return [
    figure("answer of /health, p50", percentile(times.health, 0.5)),
    figure("page, p50", percentile(times.page, 0.5)),
    figure("page without V8's code cache, once", uncached),
  ];
}

async function timeToAnswer(
  script: string,
  kvPath: string,
  path: string,
  flags: readonly string[] = [],
): Promise<number> {
  const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const port = listener.addr.port;
  listener.close();
  const startedAt = performance.now();
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", ...flags, "--config", CONFIG, script],
    // Away from a developer's .env.
    cwd: kvPath.slice(0, kvPath.lastIndexOf("/")),
    env: { PORT: String(port), MUSTER_KV: kvPath, MUSTER_DEFAULT_MODEL: "muster/offline" },
    stdout: "null",
    stderr: "null",
  }).spawn();
  while (!await answers(`http://127.0.0.1:${port}${path}`)) {
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  const ms = performance.now() - startedAt;
  child.kill("SIGKILL");
  await child.status;
  return ms;
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url);
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}

export const COLD_START_BENCHES: Readonly<Record<string, () => Promise<Figure[]>>> = {
  "cold-start": benchColdStart,
};

if (import.meta.main) printFigures(await benchColdStart());
