/** Cold start: from the process to the first answer, beside a bare server that opens a store. */
import { type Figure, percentile, printFigures } from "./figure.ts";

const MAIN = decodeURIComponent(new URL("../../main.ts", import.meta.url).pathname);
const CONFIG = decodeURIComponent(new URL("../../deno.json", import.meta.url).pathname);
const BARE = `
  const kv = await Deno.openKv(Deno.env.get("MUSTER_KV"));
  await kv.get(["a"]);
  Deno.serve(
    { port: Number(Deno.env.get("PORT")), hostname: "127.0.0.1", onListen: () => {} },
    () => new Response("{}"),
  );
`;
const STARTS = 7;
const TARGET_MS = 400;

export async function benchStart(): Promise<Figure[]> {
  const folder = await Deno.makeTempDir({ prefix: "muster-bench-" });
  await Deno.writeTextFile(`${folder}/bare.ts`, BARE);
  const ours: number[] = [];
  const bare: number[] = [];
  for (let i = 0; i < STARTS; i++) {
    bare.push(await timeToAnswer(`${folder}/bare.ts`, `${folder}/bare${i}.kv`));
    ours.push(await timeToAnswer(MAIN, `${folder}/ours${i}.kv`));
  }
  await Deno.remove(folder, { recursive: true });
  const value = percentile(ours, 0.5);
  return [{
    name: "cold start to the first answer, p50",
    value,
    unit: "ms",
    floor: { name: "bare Deno.serve with a store", value: percentile(bare, 0.5) },
    target: `< ${TARGET_MS} ms`,
    reached: value < TARGET_MS,
  }];
}

async function timeToAnswer(script: string, kvPath: string): Promise<number> {
  const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const port = listener.addr.port;
  listener.close();
  const startedAt = performance.now();
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--config", CONFIG, script],
    cwd: kvPath.slice(0, kvPath.lastIndexOf("/")),
    env: { PORT: String(port), MUSTER_KV: kvPath, MUSTER_DEFAULT_MODEL: "muster/offline" },
    stdout: "null",
    stderr: "null",
  }).spawn();
  while (!await answers(`http://127.0.0.1:${port}/health`)) {
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

if (import.meta.main) printFigures(await benchStart());
