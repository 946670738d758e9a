/** The stretch of time a budget counts in. Days and months begin in UTC. */
import type { BudgetPeriod } from "./schema.ts";

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

/** How long an account's record is kept for whoever looks back; undefined: as long as the workspace. */
export function keptMs(period: BudgetPeriod): number | undefined {
  return period === "total" ? undefined : (period === "day" ? 40 : 400) * DAY_MS;
}
