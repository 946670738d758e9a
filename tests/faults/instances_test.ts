/**
 * Several instances on one denokv server: a run started on one is streamed by another; its instance is killed,
 * or stopped past its lease and woken again; another finishes it, and the late one changes nothing.
 */
import { assertEquals } from "@std/assert";
import { ulid } from "@std/ulid";
import { startDenoKv } from "../harness/denokv.ts";
import type { RunView } from "../../lib/engine/schema.ts";
import { type RunEvent, type Server, startServer } from "./driver.ts";
import { LONG } from "./protocol.ts";
import { Receiver } from "./receiver.ts";

const TTL_MS = 1_500;

interface Seen extends RunEvent {
  /** Ms between staging the event there and having it here. */
  readonly lagMs: number;
}

/** Follows a run's stream on one instance until it ends; says when a third of its calls are recorded. */
async function follow(url: string, runId: string, seen: Seen[], third: () => void): Promise<void> {
  const response = await fetch(`${url}/api/v1/runs/${runId}/events`);
  assertEquals(response.status, 200);
  let text = "";
  for await (const part of response.body!.pipeThrough(new TextDecoderStream())) {
    text += part;
    const frames = text.split("\n\n");
    text = frames.pop()!;
    for (const frame of frames) {
      const data = frame.split("\n").find((line) => line.startsWith("data: "));
      if (!data || !frame.includes("id: ")) continue;
      const event = JSON.parse(data.slice(6)) as RunEvent;
      seen.push({ ...event, lagMs: Date.now() - Date.parse(event.at) });
      if (doneKeys(seen).length === LONG.calls / 3) third();
      if (event.type === "run.completed") return;
    }
  }
}

const p95 = (values: number[]) =>
  values.sort((a, b) => a - b)[Math.floor(values.length * 0.95)] ?? 0;

async function play(instances: number, how: "SIGKILL" | "SIGSTOP"): Promise<void> {
  await using denokv = await startDenoKv();
  if (!denokv) return console.log("denokv not built");
  const folder = await Deno.makeTempDir({ prefix: "muster-faults-" });
  await using receiver = new Receiver(`${folder}/received.jsonl`);
  const runId = `run_${ulid()}`;
  const base = {
    store: denokv.url,
    receiver: receiver.url,
    faults: "",
    ttlMs: TTL_MS,
    agent: "long",
  };
  const owner = await startServer({ ...base, start: [runId] });
  const others: Server[] = [];
  for (let i = 1; i < instances; i++) others.push(await startServer({ ...base, start: [] }));
  try {
    while (
      (await fetch(`${others[0]!.url}/api/v1/runs/${runId}`).then((r) =>
        r.body?.cancel().then(() => r.status)
      )) !== 200
    );
    const seen: Seen[] = [];
    const third = Promise.withResolvers<void>();
    const followed = follow(others.at(-1)!.url!, runId, seen, third.resolve);
    await third.promise;
    const live = seen.slice(20).map((event) => event.lagMs);
    const at = Date.now();
    owner.process.kill(how);
    if (how === "SIGSTOP") setTimeout(() => owner.process.kill("SIGCONT"), TTL_MS + 1_500);
    const before = seen.length;
    const recorded = doneKeys(seen);
    await followed;
    const resumedMs = Date.parse(seen[before]?.at ?? "") - at;
    console.log(
      `${instances} instances, ${how}: stream lag p95 ${
        p95(live)
      } ms, work went on after ${resumedMs} ms (ttl ${TTL_MS})`,
    );
    const view = await fetch(`${others[0]!.url}/api/v1/runs/${runId}`).then((r) =>
      r.json()
    ) as RunView;
    assertEquals(view.run.status, "completed");
    assertOnce(seen);
    for (const [key, n] of receiver.count("tool")) {
      assertEquals(n, 1, `tool ${key} happened ${n} times`);
    }
    const calls = [...receiver.count("model")];
    // What another instance had seen recorded before the owner went is never asked again.
    for (const key of recorded) {
      const n = calls.find(([call]) => call.endsWith(`/${key}`))?.[1];
      assertEquals(n, 1, `model ${key} was asked ${n} times`);
    }
    console.log(`  repeated model calls: ${calls.reduce((sum, [, n]) => sum + n - 1, 0)}`);
  } finally {
    for (const server of [owner, ...others]) {
      try {
        server.process.kill("SIGKILL");
      } catch { /* it is dead already */ }
      await server.exited;
    }
    await Deno.remove(folder, { recursive: true });
  }
}

function doneKeys(seen: readonly RunEvent[]): string[] {
  return seen.filter((event) => event.type === "effect.done")
    .map((event) => (event.effect as { key: string }).key);
}

function assertOnce(seen: readonly Seen[]): void {
  const ids = seen.map((event) => event.id);
  assertEquals(new Set(ids).size, ids.length, "an event came twice");
  const done = doneKeys(seen);
  assertEquals(new Set(done).size, LONG.calls + 1, "an effect is missing");
  assertEquals(done.length, LONG.calls + 1, "an effect was recorded twice");
}

Deno.test("two instances: the other streams a run and finishes it when its owner is killed", () =>
  play(2, "SIGKILL"));
Deno.test("three instances: another streams a run and finishes it when its owner is killed", () =>
  play(3, "SIGKILL"));
Deno.test("an owner that sleeps past its lease and wakes changes nothing", () =>
  play(2, "SIGSTOP"));
