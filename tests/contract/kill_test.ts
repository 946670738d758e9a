/** SIGKILL just before and just after a commit: nothing acknowledged is lost, nothing is half there. */
import { assert, assertEquals } from "@std/assert";
import { systemClock } from "../../lib/kernel/core/clock.ts";
import { readEvents } from "../../lib/kernel/events/mod.ts";
import { openStore } from "../../lib/kernel/kv/mod.ts";
import { record, TOTAL } from "./kill_child.ts";

async function runChild(
  path: string,
  faults: string,
): Promise<{ acknowledged: number[]; killed: boolean }> {
  const child = new URL("./kill_child.ts", import.meta.url).pathname;
  const { stdout, signal, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", child, path, faults],
    stdout: "piped",
    stderr: "piped",
  }).output();
  const lines = new TextDecoder().decode(stdout).split("\n").filter(Boolean);
  const killed = signal === "SIGKILL";
  assert(killed || lines.length === TOTAL, new TextDecoder().decode(stderr));
  return { acknowledged: lines.map(Number), killed };
}

async function stored(path: string): Promise<{ records: number[]; events: number[] }> {
  await using kv = await openStore({ path, clock: systemClock, log: { warn() {} } });
  const records = await Array.fromAsync(kv.list<{ n: number }>({ prefix: record.prefix("w") }));
  const events = await readEvents({ kv }, "w", "s");
  return {
    records: records.map((entry) => entry.value.n),
    events: events.map((event) => JSON.parse(event.json).n).toSorted((a, b) => a - b),
  };
}

for (
  const faults of [
    "kill-before:1",
    "kill-after:1",
    "kill-before:4",
    "kill-after:4",
    "kill-before:9",
    "kill-after:9",
  ]
) {
  Deno.test(`a process killed at ${faults} leaves whole transactions and all it acknowledged`, async () => {
    const folder = await Deno.makeTempDir({ prefix: "muster-kill-" });
    const path = `${folder}/kv.sqlite`;
    const { acknowledged, killed } = await runChild(path, `${faults},throw-after:3`);
    assertEquals(killed, true);
    const { records, events } = await stored(path);
    assertEquals(events, records);
    for (const n of acknowledged) assert(records.includes(n), `${n} was acknowledged and is lost`);
    await Deno.remove(folder, { recursive: true });
  });
}
