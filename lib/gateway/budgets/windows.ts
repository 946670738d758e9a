/** The stretch of time a budget counts in. Days and months begin in UTC. */
import type { BudgetPeriod, BudgetScope } from "./schema.ts";

export interface Window {
  /** `total`, `2026-11-21`, `2026-11`. */
  readonly name: string;
  /** Epoch ms; Infinity: never. */
  readonly endsAt: number;
}

const DAY_MS = 86_400_000;

export function windowOf(period: BudgetPeriod, nowMs: number): Window {
  const iso = new Date(nowMs).toISOString();
  switch (period) {
    case "total":
      return { name: "total", endsAt: Infinity };
    case "day":
      return { name: iso.slice(0, 10), endsAt: (Math.floor(nowMs / DAY_MS) + 1) * DAY_MS };
    case "month": {
      const [year, month] = [Number(iso.slice(0, 4)), Number(iso.slice(5, 7))];
      return { name: iso.slice(0, 7), endsAt: Date.UTC(year, month, 1) };
    }
  }
}

/** How long an account's record is kept after its last change; undefined: as long as the workspace. */
export function keptMs(scope: BudgetScope, period: BudgetPeriod): number | undefined {
  if (period === "day") return 40 * DAY_MS;
  // Sessions come and go; what is never asked for again need not stay.
  return period === "month" || scope === "session" ? 400 * DAY_MS : undefined;
}
