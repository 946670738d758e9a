/** Calls added up, and what the sums say. Pure. */
import type { CallRecord } from "../calls/schema.ts";
import type { UsageSums } from "./schema.ts";

/** A call as it is stored. */
export interface StoredCall extends Omit<CallRecord, "workspaceId"> {
  readonly v: 1;
  /** The same tokens at the flagship's price; the call's own cost where the comparison means nothing. */
  readonly flagshipMicros: number;
}

export interface Tally {
  calls: number;
  failed: number;
  cut: number;
  canceled: number;
  refused: number;
  cached: number;
  retries: number;
  inputTokens: number;
  outputTokens: number;
  costMicros: number;
  flagshipMicros: number;
  latencySumMs: number;
  firstTokens: number;
  firstTokenSumMs: number;
  speeds: number;
  speedSum: number;
  /** Answered calls by latency: bucket n holds those from STEP^n up to STEP^(n+1) ms. */
  latencies: Record<string, number>;
}

/** Of a latency, from one bucket to the next; its middle is at most a tenth away. */
const STEP = 1.2;
const CACHED = new Set<string>(["hit", "semantic", "joined"]);

export function newTally(): Tally {
  return {
    calls: 0,
    failed: 0,
    cut: 0,
    canceled: 0,
    refused: 0,
    cached: 0,
    retries: 0,
    inputTokens: 0,
    outputTokens: 0,
    costMicros: 0,
    flagshipMicros: 0,
    latencySumMs: 0,
    firstTokens: 0,
    firstTokenSumMs: 0,
    speeds: 0,
    speedSum: 0,
    latencies: {},
  };
}

export function addCall(tally: Tally, call: StoredCall): void {
  tally.calls++;
  if (isRefused(call)) tally.refused++;
  else if (call.status === "failed") tally.failed++;
  if (call.status === "cut") tally.cut++;
  if (call.status === "canceled") tally.canceled++;
  if (CACHED.has(call.cache)) tally.cached++;
  tally.retries += Math.max(0, asked(call) - 1);
  tally.inputTokens += call.usage?.inputTokens ?? 0;
  tally.outputTokens += call.usage?.outputTokens ?? 0;
  tally.costMicros += call.costMicros ?? 0;
  tally.flagshipMicros += call.flagshipMicros;
  if (call.status === "done" && call.latencyMs !== undefined) {
    tally.latencySumMs += call.latencyMs;
    const bucket = bucketOf(call.latencyMs);
    tally.latencies[bucket] = (tally.latencies[bucket] ?? 0) + 1;
  }
  if (call.firstTokenMs !== undefined) {
    tally.firstTokens++;
    tally.firstTokenSumMs += call.firstTokenMs;
  }
  if (call.tokensPerSecond !== undefined) {
    tally.speeds++;
    tally.speedSum += call.tokensPerSecond;
  }
}

export function addTally(into: Tally, from: Tally): void {
  for (const [name, value] of Object.entries(from)) {
    if (name !== "latencies") into[name as Exclude<keyof Tally, "latencies">] += value as number;
  }
  for (const [bucket, count] of Object.entries(from.latencies)) {
    into.latencies[bucket] = (into.latencies[bucket] ?? 0) + count;
  }
}

export function sumsOf(tally: Tally): UsageSums {
  const answered = Object.values(tally.latencies).reduce((total, count) => total + count, 0);
  const { calls, failed, cut, canceled, refused, cached, retries } = tally;
  const { inputTokens, outputTokens, costMicros, flagshipMicros } = tally;
  return {
    ...{ calls, failed, cut, canceled, refused, cached, retries },
    ...{ inputTokens, outputTokens, costMicros, flagshipMicros },
    savedMicros: flagshipMicros - costMicros,
    latencyMs: answered === 0 ? null : {
      mean: round(tally.latencySumMs / answered),
      p50: percentile(tally, answered, 0.5),
      p95: percentile(tally, answered, 0.95),
      p99: percentile(tally, answered, 0.99),
    },
    firstTokenMs: mean(tally.firstTokenSumMs, tally.firstTokens),
    tokensPerSecond: mean(tally.speedSum, tally.speeds),
  };
}

/** No provider was asked and none answered before. */
function isRefused(call: StoredCall): boolean {
  return call.status === "failed" && asked(call) === 0;
}

function asked(call: StoredCall): number {
  return call.attempts.reduce((n, { outcome }) => outcome === "skipped" ? n : n + 1, 0);
}

function bucketOf(ms: number): number {
  return Math.max(0, Math.floor(Math.log(Math.max(1, ms)) / Math.log(STEP)));
}

function percentile(tally: Tally, answered: number, share: number): number {
  let left = Math.ceil(answered * share);
  const buckets = Object.entries(tally.latencies).map(([n, count]) => [Number(n), count] as const)
    .sort(([a], [b]) => a - b);
  for (const [n, count] of buckets) {
    left -= count;
    if (left <= 0) return round(STEP ** (n + 0.5));
  }
  return 0;
}

function mean(sum: number, count: number): { mean: number } | null {
  return count === 0 ? null : { mean: round(sum / count) };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
