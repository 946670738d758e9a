/** What a breaker does with what it hears. Pure: every instance folds the same facts into the same record. */
import type { BreakersSettings, BreakerState, BreakerView } from "./schema.ts";

export interface BreakerRecord {
  readonly v: 1;
  readonly provider: string;
  readonly model: string;
  readonly state: BreakerState;
  /** In a row. */
  readonly failures: number;
  readonly lastFailureAt?: number;
  readonly reason?: string;
  readonly changedAt?: number;
  readonly retryAt?: number;
  /** Tries in a row that failed; each doubles the wait. */
  readonly reopened: number;
  /** Counts the changes, so that what is heard late is known as old. */
  readonly rev: number;
  /** Who tries while it is half open, and until when that counts. */
  readonly probe?: { readonly by: string; readonly until: number };
}

export type Heard =
  | { readonly kind: "failure"; readonly at: number; readonly reason: string }
  | { readonly kind: "success"; readonly at: number }
  /** The try was stopped before it told anything. */
  | { readonly kind: "dropped"; readonly at: number }
  /** Somebody closes it by hand. */
  | { readonly kind: "reset"; readonly at: number };

export function newBreaker(provider: string, model: string): BreakerRecord {
  return { v: 1, provider, model, state: "closed", failures: 0, reopened: 0, rev: 0 };
}

export function afterHearing(
  record: BreakerRecord,
  heard: Heard,
  settings: BreakersSettings,
): BreakerRecord {
  switch (heard.kind) {
    case "failure":
      return afterFailure(record, heard, settings);
    case "success":
    case "reset":
      if (record.state === "closed") {
        return record.failures === 0 ? record : { ...record, failures: 0 };
      }
      return closed(record, heard.at);
    case "dropped":
      return record.state === "half_open"
        ? { ...without(record), state: "open", retryAt: heard.at, changedAt: heard.at }
        : record;
  }
}

function afterFailure(
  record: BreakerRecord,
  { at, reason }: { readonly at: number; readonly reason: string },
  settings: BreakersSettings,
): BreakerRecord {
  const inRow = record.lastFailureAt !== undefined &&
    at - record.lastFailureAt <= settings.windowMs;
  const failures = inRow || record.state !== "closed" ? record.failures + 1 : 1;
  const counted = { ...record, failures, lastFailureAt: at, reason };
  switch (record.state) {
    case "open":
      // Of a call that was under way when it opened.
      return counted;
    case "half_open":
      return opened({ ...counted, reopened: record.reopened + 1 }, at, settings);
    case "closed":
      return settings.enabled && failures >= settings.failures
        ? opened(counted, at, settings)
        : counted;
  }
}

function opened(record: BreakerRecord, at: number, settings: BreakersSettings): BreakerRecord {
  const waitMs = Math.min(settings.openMaxMs, settings.openMs * 2 ** Math.min(20, record.reopened));
  return { ...without(record), state: "open", changedAt: at, retryAt: at + waitMs };
}

function closed(record: BreakerRecord, at: number): BreakerRecord {
  const { provider, model, lastFailureAt, reason, rev } = record;
  return {
    ...newBreaker(provider, model),
    rev,
    changedAt: at,
    ...(lastFailureAt === undefined ? {} : { lastFailureAt }),
    ...(reason === undefined ? {} : { reason }),
  };
}

/** Without what belongs to the state it leaves. */
function without(record: BreakerRecord): BreakerRecord {
  const { probe: _probe, retryAt: _retryAt, ...rest } = record;
  return rest;
}

/** A probe that says nothing for so long is given up: its process may be gone. */
const PROBE_MS = 60_000;

/** The record with `by` trying, or null: it is not time, or somebody else tries. */
export function takeProbe(record: BreakerRecord, by: string, now: number): BreakerRecord | null {
  const due = record.state === "open"
    ? now >= (record.retryAt ?? 0)
    : record.state === "half_open" && now >= (record.probe?.until ?? 0);
  if (!due) return null;
  return {
    ...without(record),
    state: "half_open",
    changedAt: record.state === "half_open" ? record.changedAt ?? now : now,
    probe: { by, until: now + PROBE_MS },
  };
}

/** How long a call that is refused now should wait. */
export function waitMs(record: BreakerRecord, now: number): number {
  const until = record.state === "half_open" ? now + 1_000 : record.retryAt ?? now;
  return Math.max(1, until - now);
}

export function viewOf(record: BreakerRecord): BreakerView {
  const { provider, model, state, failures, reason, changedAt, retryAt } = record;
  return {
    provider,
    model,
    state,
    failures,
    ...(reason === undefined ? {} : { reason }),
    ...(changedAt === undefined ? {} : { changedAt }),
    ...(retryAt === undefined ? {} : { retryAt }),
  };
}
