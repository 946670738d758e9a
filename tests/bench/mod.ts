/**
 * Every figure the program promises, each beside its floor in the same run, as one table:
 * `deno task bench [group or bench …]`. Each bench is a process of its own, so that none inherits another's
 * heap, and one that hangs is ended; what does not fit into eight minutes is shown as not measured.
 */
import { COLD_START_BENCHES } from "./cold_start_bench.ts";
import type { Figure } from "./figure.ts";
import { GATEWAY_BENCHES } from "./gateway_bench.ts";
import { HTTP_BENCHES } from "./http_bench.ts";
import { HUB_CHAT_BENCHES } from "./hub_chat_bench.ts";
import { HUB_LOCKS_BENCHES } from "./hub_locks_bench.ts";
import { HUB_MEMORY_BENCHES } from "./hub_memory_bench.ts";
import { HUB_SOCKET_BENCHES } from "./hub_socket_bench.ts";
import { KERNEL_BENCHES } from "./kernel_bench.ts";
import { MCP_BENCHES } from "./mcp_bench.ts";
import { RUN_BENCHES } from "./run_bench.ts";
import { SCALE_BENCHES } from "./scale_bench.ts";

type Benches = Readonly<Record<string, () => Promise<Figure[]>>>;

const GROUPS: Readonly<Record<string, Benches>> = {
  kernel: KERNEL_BENCHES,
  run: RUN_BENCHES,
  scale: SCALE_BENCHES,
  http: HTTP_BENCHES,
  hub: { ...HUB_LOCKS_BENCHES, ...HUB_CHAT_BENCHES, ...HUB_MEMORY_BENCHES, ...HUB_SOCKET_BENCHES },
  gateway: GATEWAY_BENCHES,
  mcp: MCP_BENCHES,
  start: COLD_START_BENCHES,
};
const LIMIT_MS = 480_000;
const FIGURES = "--figures";

/** The bench's figures from a process of its own, or why there are none. */
async function measure(group: string, bench: string, leftMs: number): Promise<Figure[] | string> {
  if (leftMs <= 0) return "no time was left";
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", import.meta.filename!, FIGURES, group, bench],
    env: { MUSTER_DEFAULT_MODEL: "muster/offline" },
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const late = setTimeout(() => child.kill("SIGKILL"), leftMs);
  const { code, signal, stdout, stderr } = await child.output();
  clearTimeout(late);
  if (signal) return "took too long";
  const decoder = new TextDecoder();
  const lines = decoder.decode(stdout).trim().split("\n");
  // JSON has no NaN, which stands for a figure that could not be taken.
  if (code === 0) return JSON.parse(lines.at(-1)!, (_, value) => value ?? NaN);
  return decoder.decode(stderr).trim().split("\n").find((line) => line.includes("rror")) ??
    `ended with ${code}`;
}

const COLUMNS = ["", "figure", "measured", "floor", "ratio", "target", "beside"] as const;

function cells({ name, value, unit, floor, target, reached }: Figure): string[] {
  const measured = Number.isNaN(value) ? "not measured" : `${short(value)} ${unit}`;
  const mark = target === "-" ? "" : reached ? "yes" : "NO";
  if (!floor) return [mark, name, measured, "", "", target, ""];
  const ratio = (value / floor.value).toFixed(2);
  return [mark, name, measured, short(floor.value), ratio, target, floor.name];
}

function short(value: number): string {
  if (Number.isInteger(value) || value >= 100) return Math.round(value).toLocaleString("en");
  return value.toFixed(2);
}

function printTable(rows: readonly (readonly string[])[]): void {
  const widths = COLUMNS.map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  for (const row of rows) {
    const padded = row.map((cell, i) =>
      i >= 2 && i <= 4 ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!)
    );
    console.log(padded.join("  ").trimEnd());
  }
}

async function table(wanted: readonly string[]): Promise<void> {
  const until = performance.now() + LIMIT_MS;
  const rows: (readonly string[])[] = [COLUMNS];
  for (const [group, benches] of Object.entries(GROUPS)) {
    for (const bench of Object.keys(benches)) {
      if (wanted.length > 0 && !wanted.includes(group) && !wanted.includes(bench)) continue;
      const from = performance.now();
      const result = await measure(group, bench, until - from);
      const seconds = ((performance.now() - from) / 1_000).toFixed(0);
      console.error(`${group} ${bench}: ${seconds} s`);
      if (typeof result === "string") rows.push(["NO", `${group} ${bench}`, result]);
      else rows.push(...result.map(cells));
    }
  }
  const missed = rows.filter(([mark]) => mark === "NO").length;
  const held = rows.filter(([mark]) => mark === "yes").length;
  console.log(
    `\nDeno ${Deno.version.deno}, ${navigator.hardwareConcurrency} cores; first column: target reached\n`,
  );
  printTable(rows);
  console.log(
    `\n${held} targets reached, ${missed} not. Figures vary with what else the machine does.`,
  );
}

if (import.meta.main) {
  if (Deno.args[0] === FIGURES) {
    const [, group, bench] = Deno.args;
    const figures = await GROUPS[group!]![bench!]!();
    console.log(JSON.stringify(figures));
    Deno.exit(0);
  }
  await table(Deno.args);
}
