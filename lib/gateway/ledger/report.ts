/** What calls add up to, from the rows of hours and days. */
import { AppError } from "../../kernel/core/errors.ts";
import type { Key, WorkspaceKey } from "../../kernel/kv/mod.ts";
import type { Ledger, LedgerContext } from "./create.ts";
import { usageDayKey, usageHourKey } from "./keys.ts";
import { dayOf, hourOf } from "./rows.ts";
import type { UsageGroup, UsageReport, UsageStep } from "./schema.ts";
import { addTally, newTally, sumsOf, type Tally } from "./tally.ts";

export interface UsageQuery {
  /** Epoch ms. Default: a day back by hours, 30 days back by days. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  /** Default: hours up to three days, else days. */
  readonly step?: UsageStep | undefined;
  readonly by: UsageGroup;
  readonly model?: string | undefined;
  readonly provider?: string | undefined;
  readonly keyId?: string | undefined;
  readonly agentId?: string | undefined;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
const RANGE_MAX = { hour: 60 * DAY_MS, day: 800 * DAY_MS };

const LAST_MS = Date.UTC(9999, 0, 1);

interface Span {
  readonly key: WorkspaceKey;
  readonly step: UsageStep;
  readonly stepMs: number;
  readonly from: number;
  readonly to: number;
  readonly nameOf: (ms: number) => string;
}

/** Whole hours or days, those that `from` and `to` fall into included. Throws `invalid_input`. */
export async function getUsage(
  ctx: LedgerContext,
  ledger: Ledger,
  workspaceId: string,
  query: UsageQuery,
): Promise<UsageReport> {
  const span = spanOf(query, ctx.clock.now());
  await ledger.flush();
  const total = newTally();
  const groups = new Map<string, Tally>();
  if (query.by === "time") {
    for (let at = span.from; at < span.to; at += span.stepMs) groups.set(startOf(at), newTally());
  }
  const selector = {
    start: span.key(workspaceId, span.nameOf(span.from)),
    end: span.key(workspaceId, span.nameOf(span.to)),
  };
  for await (const { key, value } of ctx.kv.list<Tally>(selector)) {
    const row = aboutOf(key);
    if (!fits(row, query)) continue;
    addTally(total, value);
    const name = query.by === "time" ? startOf(bucketStart(row.bucket)) : row[query.by];
    let group = groups.get(name);
    if (!group) groups.set(name, group = newTally());
    addTally(group, value);
  }
  const named = [...groups].map(([value, tally]) => ({ value, sums: sumsOf(tally) }));
  if (query.by !== "time") {
    named.sort((a, b) => b.sums.costMicros - a.sums.costMicros || b.sums.calls - a.sums.calls);
  }
  return {
    from: startOf(span.from),
    to: startOf(span.to),
    step: span.step,
    by: query.by,
    total: sumsOf(total),
    groups: named,
    flagship: ledger.flagship(workspaceId)?.id ?? null,
  };
}

function spanOf(query: UsageQuery, now: number): Span {
  const to = query.to ?? now + 1;
  const from = query.from ?? to - (query.step === "day" ? 30 * DAY_MS : DAY_MS);
  if (!(from < to)) throw badRange("`from` must be before `to`", "from");
  // Names of hours and days sort as long as a year has four digits.
  if (from < 0 || to > LAST_MS) throw badRange("times lie between 1970 and 9998", "to");
  const step = query.step ?? (to - from <= 3 * DAY_MS ? "hour" : "day");
  if (to - from > RANGE_MAX[step]) {
    throw badRange(`at most ${RANGE_MAX[step] / DAY_MS} days by the ${step}`, "from");
  }
  const stepMs = step === "hour" ? HOUR_MS : DAY_MS;
  return {
    key: step === "hour" ? usageHourKey : usageDayKey,
    step,
    stepMs,
    from: Math.floor(from / stepMs) * stepMs,
    to: Math.ceil(to / stepMs) * stepMs,
    nameOf: step === "hour" ? hourOf : dayOf,
  };
}

function badRange(message: string, path: string): AppError {
  return new AppError("invalid_input", {
    detail: `The range is not valid: ${message}`,
    fields: [{ path, message }],
  });
}

function aboutOf(key: Key) {
  const [bucket, model, provider, tier, keyId, agent] = key.slice(3).map(String);
  return {
    bucket: bucket!,
    model: model!,
    provider: provider!,
    tier: tier!,
    key: keyId!,
    agent: agent!,
  };
}

function fits(row: ReturnType<typeof aboutOf>, query: UsageQuery): boolean {
  return (query.model === undefined || query.model === row.model) &&
    (query.provider === undefined || query.provider === row.provider) &&
    (query.keyId === undefined || query.keyId === row.key) &&
    (query.agentId === undefined || query.agentId === row.agent);
}

function bucketStart(bucket: string): number {
  return Date.parse(bucket.length === 10 ? `${bucket}T00:00:00Z` : `${bucket}:00:00Z`);
}

const startOf = (ms: number) => new Date(ms).toISOString();
