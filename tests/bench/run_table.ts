/** Medians over rounds, as a table with each figure beside its floor. */
export interface Row {
  readonly thinkMs: number;
  readonly atOnce: number;
  readonly system: string;
  readonly runsPerSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly addedMs: number;
  readonly note: string;
}

export function percentile(values: readonly number[], p: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(p * sorted.length))] ?? 0;
}

/** Runs `n` tasks, `atOnce` at a time; returns how long all took in ms. */
export async function pool(
  n: number,
  atOnce: number,
  task: (i: number) => Promise<unknown>,
): Promise<number> {
  let next = 0;
  const started = performance.now();
  await Promise.all(Array.from({ length: atOnce }, async () => {
    while (next < n) await task(next++);
  }));
  return performance.now() - started;
}

export function runTable(rows: readonly Row[]): string {
  const groups = Map.groupBy(rows, (row) => `${row.thinkMs} ms, ${row.atOnce} at once`);
  const lines = ["model, at once | system | runs/s | p50 ms | p99 ms | added ms | note"];
  for (const [group, all] of groups) {
    for (const [system, ofSystem] of Map.groupBy(all, (row) => row.system)) {
      const median = (pick: (row: Row) => number) => percentile(ofSystem.map(pick), 0.5);
      lines.push([
        group,
        system,
        median((r) => r.runsPerSecond).toFixed(0),
        median((r) => r.p50).toFixed(2),
        median((r) => r.p99).toFixed(2),
        median((r) => r.addedMs).toFixed(2),
        ofSystem[0]!.note,
      ].join(" | "));
    }
  }
  return lines.join("\n");
}
