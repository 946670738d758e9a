/**
 * The program at the sizes it promises: a run of many calls over a growing context that is killed midway,
 * and many runs open at once. Sizes, completeness and order are asserted; times are printed, since the
 * machine decides them. `SCALE_CALLS` and `SCALE_RUNS` set the sizes.
 */
import { assert, assertEquals } from "@std/assert";
import { ulid } from "@std/ulid";
import type { RunView } from "../../lib/engine/schema.ts";
import type { ScaleOptions } from "./scale_server.ts";

const CALLS = Number(Deno.env.get("SCALE_CALLS") ?? 1_000);
const RUNS = Number(Deno.env.get("SCALE_RUNS") ?? 1_000);
/** 1 000 calls of 400 + 400 bytes are 800 kB, which are about 200 000 tokens. */
const TEXT_BYTES = 400;
const STORE_MAX_BYTES = 100_000_000;

interface Server extends AsyncDisposable {
  readonly url: string;
  readonly startedAt: number;
  readonly readyMs: number;
  kill(): Promise<void>;
}

async function startServer(options: ScaleOptions): Promise<Server> {
  const startedAt = Date.now();
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-A",
      "--no-check",
      decodeURIComponent(new URL("./scale_server.ts", import.meta.url).pathname),
      JSON.stringify(options),
    ],
    env: { MUSTER_DEFAULT_MODEL: "muster/offline" },
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const lines = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const { value = "" } = await lines.read();
  let dead = false;
  const kill = async () => {
    if (!dead) child.kill("SIGKILL");
    dead = true;
    await child.status;
    await lines.cancel();
  };
  return {
    url: /ready (\S+)/.exec(value)?.[1] ?? (await kill(), ""),
    startedAt,
    readyMs: Date.now() - startedAt,
    kill,
    [Symbol.asyncDispose]: kill,
  };
}

async function tempFolder() {
  const path = await Deno.makeTempDir({ prefix: "muster-scale-" });
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

async function json<T>(url: string, body?: unknown): Promise<T> {
  const response = await fetch(url, {
    ...(body !== undefined && {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    }),
  });
  const text = await response.text();
  assert(response.ok, `${url} answered ${response.status}: ${text.slice(0, 500)}`);
  return JSON.parse(text);
}

interface SeenEvent {
  readonly id: string;
  readonly type: string;
  readonly at: string;
  readonly effect?: { readonly name: string; readonly key: string };
}

/** A run's events after a cursor, as they happen. */
async function* follow(url: string, runId: string, after = ""): AsyncGenerator<SeenEvent> {
  const from = after && `?after=${after}`;
  const response = await fetch(`${url}/api/v1/runs/${runId}/events${from}`);
  assertEquals(response.status, 200);
  let text = "";
  for await (const part of response.body!.pipeThrough(new TextDecoderStream())) {
    const frames = (text + part).split("\n\n");
    text = frames.pop()!;
    for (const frame of frames) {
      const data = frame.startsWith("id: ") && frame.split("\ndata: ")[1];
      if (data) yield JSON.parse(data);
    }
  }
}

async function folderBytes(path: string): Promise<number> {
  let bytes = 0;
  for await (const entry of Deno.readDir(path)) {
    if (entry.isFile) bytes += (await Deno.stat(`${path}/${entry.name}`)).size;
  }
  return bytes;
}

/** Runs `work` for each item, `width` at a time; returns how long each took in ms. */
async function timed<T>(
  items: readonly T[],
  width: number,
  work: (item: T) => Promise<unknown>,
): Promise<number[]> {
  const queue = items.values();
  const times: number[] = [];
  await Promise.all(Array.from({ length: width }, async () => {
    for (const item of queue) {
      const from = performance.now();
      await work(item);
      times.push(performance.now() - from);
    }
  }));
  return times;
}

function spread(times: readonly number[]): string {
  const sorted = Float64Array.from(times).sort();
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))]!.toFixed(1);
  return `p50 ${at(0.5)}, p95 ${at(0.95)}, longest ${at(1)} ms`;
}

Deno.test(`a run of ${CALLS} model calls is killed midway and finishes in order`, async () => {
  await using folder = await tempFolder();
  const runId = `run_${ulid()}`;
  const options: ScaleOptions = {
    store: `${folder.path}/muster.kv`,
    start: [runId],
    agent: "long",
    calls: CALLS,
    textBytes: TEXT_BYTES,
  };
  const half = Math.floor(CALLS / 2);
  const seen: SeenEvent[] = [];
  const done = () => seen.filter(({ type }) => type === "effect.done").length;

  const first = await startServer({ ...options, haltAt: half });
  const startedAt = Date.now();
  for await (const event of follow(first.url, runId)) {
    seen.push(event);
    if (event.type === "effect.done" && done() === half - 1) break;
  }
  const firstMs = Date.now() - startedAt;
  await first.kill();

  await using second = await startServer(options);
  for await (const event of follow(second.url, runId, seen.at(-1)!.id)) {
    seen.push(event);
    if (event.type === "run.completed") break;
  }
  const resumed = seen.find(({ at }) => Date.parse(at) >= second.startedAt)!;
  const resumedMs = Date.parse(resumed.at) - second.startedAt;
  const view = await json<RunView>(`${second.url}/api/v1/runs/${runId}`);
  const bytes = await folderBytes(folder.path);
  console.log(
    `${CALLS} calls: ${half} in ${firstMs} ms; killed; the restarted process was ready after ` +
      `${second.readyMs} ms and the run went on after ${resumedMs} ms (wanted < 1 000); ` +
      `store ${(bytes / 1e6).toFixed(1)} MB`,
  );

  assertEquals(view.run.status, "completed");
  const output = view.run.output as { turns: number[]; contextBytes: number };
  assertEquals(output.turns, Array.from({ length: CALLS }, (_, n) => n), "an answer out of order");
  assertEquals(output.contextBytes, CALLS * 2 * TEXT_BYTES);
  assertEquals(new Set(seen.map(({ id }) => id)).size, seen.length, "an event came twice");
  assertEquals(done(), CALLS);
  assert(bytes < STORE_MAX_BYTES, `the store has ${bytes} bytes`);
});

Deno.test(`${RUNS} runs are open at once, most waiting for a person`, async () => {
  await using folder = await tempFolder();
  const busy = Array.from({ length: Math.ceil(RUNS / 20) }, () => `run_${ulid()}`);
  await using server = await startServer({
    store: `${folder.path}/muster.kv`,
    start: busy,
    agent: "busy",
    calls: 0,
    textBytes: 0,
  });
  const api = `${server.url}/api/v1`;
  const strict = {
    intent: "Compare tea and coffee for an office of ten",
    covenant: { mode: "strict" },
  };
  const waiting: string[] = [];
  const openedAt = Date.now();
  await timed(Array.from({ length: RUNS - busy.length }), 32, async () => {
    const { run } = await json<{ run: { id: string } }>(`${api}/runs`, strict);
    for await (const event of follow(server.url, run.id)) {
      if (event.type === "run.waiting") break;
    }
    waiting.push(run.id);
  });
  const openedMs = Date.now() - openedAt;

  const ids = [...waiting, ...busy];
  const views = new Map<string, RunView>();
  const get = async (id: string) => views.set(id, await json<RunView>(`${api}/runs/${id}`));
  const alone = await timed(ids, 1, get);
  const atOnce = await timed(ids, 16, get);
  const first = await timed(Array.from({ length: 20 }), 1, async () => {
    const { run } = await json<{ run: { id: string } }>(`${api}/runs`, strict);
    for await (const _ of follow(server.url, run.id)) break;
  });
  const list = await timed(Array.from({ length: 5 }), 1, () => json(`${api}/runs?limit=100`));
  console.log(
    `${RUNS} runs open, ${busy.length} of them at work (${waiting.length} brought to wait in ` +
      `${openedMs} ms)\n  GET /runs/{id}: ${spread(alone)}; 16 at once: ${spread(atOnce)} ` +
      `(wanted p95 < 100)\n  first event of a new run: ${spread(first)} (wanted < 1 000)\n` +
      `  GET /runs, 100 a page: ${spread(list)}`,
  );

  assertEquals(views.size, RUNS);
  for (const id of waiting) assertEquals(views.get(id)!.run.status, "waiting");
  for (const id of busy) assertEquals(views.get(id)!.run.status, "running");
  const some = waiting.slice(0, 10);
  for (const id of some) {
    const { id: approval } = views.get(id)!.approvals.find(({ status }) => status === "open")!;
    await json(`${api}/approvals/${approval}/answer`, { decision: "approve" });
  }
  for (const id of some) {
    for await (const event of follow(server.url, id)) {
      if (event.type === "run.completed") break;
    }
    assertEquals((await json<RunView>(`${api}/runs/${id}`)).run.status, "completed");
  }
});
