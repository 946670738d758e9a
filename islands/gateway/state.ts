/** What the gateway's page shows: a snapshot and the events after its cursor, folded. Pure. */
import type { BreakerView } from "../../lib/gateway/breakers/schema.ts";
import type { BudgetView } from "../../lib/gateway/budgets/schema.ts";
import type { CacheStats } from "../../lib/gateway/cache/schema.ts";
import type { ModelView, ProviderView } from "../../lib/gateway/directory/schema.ts";
import type { GatewayCall, UsageReport } from "../../lib/gateway/ledger/schema.ts";

export const PERIODS = ["24h", "7d", "30d"] as const;
export type Period = (typeof PERIODS)[number];

export interface GatewaySnapshot {
  readonly cursor: string;
  readonly nowMs: number;
  readonly workspaceId: string;
  readonly period: Period;
  readonly providers: readonly ProviderView[];
  readonly models: readonly ModelView[];
  readonly breakers: readonly BreakerView[];
  /** By hour or day, of the period. */
  readonly usage: UsageReport;
  /** The same by model. */
  readonly shares: UsageReport;
  readonly cache: CacheStats;
  readonly budgets: readonly BudgetView[];
  /** Newest first. */
  readonly calls: readonly GatewayCall[];
  readonly live: readonly GatewayCall[];
}

export interface GatewayEvent {
  readonly breaker?: BreakerView;
}

/** A breaker shows at once; what calls add up to is asked for anew by `live.ts`. */
export function applyEvents(
  data: GatewaySnapshot,
  events: readonly GatewayEvent[],
): GatewaySnapshot {
  return events.reduce(
    (before, { breaker }) =>
      breaker ? { ...before, breakers: put(before.breakers, breaker) } : before,
    data,
  );
}

function put(known: readonly BreakerView[], breaker: BreakerView): readonly BreakerView[] {
  const others = known.filter((one) =>
    one.provider !== breaker.provider || one.model !== breaker.model
  );
  return [...others, breaker];
}

/** Breakers of a provider that are not closed, or that saw failures lately. */
export function troubleOf(data: GatewaySnapshot, provider: string): readonly BreakerView[] {
  return data.breakers.filter((breaker) =>
    breaker.provider === provider && (breaker.state !== "closed" || breaker.failures > 0)
  );
}

/** Points of the chart: every hour or day of the period, also those without a call. */
export function costPoints(usage: UsageReport): { readonly at: number; readonly micros: number }[] {
  const stepMs = usage.step === "hour" ? 3_600_000 : 86_400_000;
  const known = new Map(
    usage.groups.map(({ value, sums }) => [Date.parse(value), sums.costMicros]),
  );
  const points: { at: number; micros: number }[] = [];
  const end = Date.parse(usage.to);
  for (let at = Math.floor(Date.parse(usage.from) / stepMs) * stepMs; at < end; at += stepMs) {
    points.push({ at, micros: known.get(at) ?? 0 });
  }
  return points;
}
