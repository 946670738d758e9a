/** One measured figure beside its floor, so that a bench can be read on any machine. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** The bare thing doing the same work in the same run. */
  readonly floor?: { readonly name: string; readonly value: number };
  readonly target: string;
  readonly reached: boolean;
}

export function printFigures(figures: readonly Figure[]): void {
  for (const { name, value, unit, floor, target, reached } of figures) {
    const beside = floor
      ? `, floor ${format(floor.value)} (${floor.name}), ratio ${(value / floor.value).toFixed(2)}`
      : "";
    console.log(
      `${reached ? "  " : "! "}${name}: ${format(value)} ${unit}${beside}; target ${target}`,
    );
  }
}

const format = (value: number) =>
  value >= 100 ? Math.round(value).toLocaleString("en") : value.toFixed(2);

export function percentile(values: readonly number[], share: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN;
}

/** Runs `work` until `total` calls are done, `width` at a time; returns calls per second. */
export async function rate(
  total: number,
  width: number,
  work: (n: number) => Promise<unknown>,
): Promise<number> {
  let next = 0;
  const started = performance.now();
  await Promise.all(Array.from({ length: width }, async () => {
    while (next < total) await work(next++);
  }));
  return total / (performance.now() - started) * 1_000;
}
