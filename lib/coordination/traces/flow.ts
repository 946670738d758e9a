/** Whether an agent is in flow, free, stuck or gone, from its last steps. Pure. */
import type { Flow, FlowStatus, TracesSettings } from "./schema.ts";

export interface FlowRecord {
  readonly v: 1;
  /** Epoch ms of the newest start, step or end of a trace; 0: none yet. */
  readonly lastAtMs: number;
  /** The newest steps, oldest of them first. */
  readonly recent: readonly { readonly atMs: number; readonly productive: boolean }[];
  /** Open escalations, and why the newest of them were opened. */
  readonly openCount: number;
  readonly open: readonly { readonly id: string; readonly reason: string }[];
  /** As of the last change; time alone may have moved it on since. */
  readonly status: FlowStatus;
  readonly sinceMs: number;
}

const NO_FLOW: FlowRecord = {
  v: 1,
  lastAtMs: 0,
  recent: [],
  openCount: 0,
  open: [],
  status: "offline",
  sinceMs: 0,
};
/** The largest window a setting can ask for. */
const RECENT_STEPS = 20;
const OPEN_KEPT = 20;
const MINUTE_MS = 60_000;

/** What changes an agent's flow. `step` is absent for the start and the end of a trace. */
export interface Activity {
  readonly step?: { readonly productive: boolean };
  readonly opened?: { readonly id: string; readonly reason: string };
  /** The same escalation with another reason. */
  readonly updated?: { readonly id: string; readonly reason: string };
  readonly resolved?: string;
  /** A person or a peer resolving something is not the agent working. */
  readonly working: boolean;
}

export function foldActivity(
  known: FlowRecord | null,
  activity: Activity,
  settings: TracesSettings,
  nowMs: number,
): FlowRecord {
  const before = known ?? NO_FLOW;
  const { step, opened, updated, resolved } = activity;
  const kept = before.open.filter(({ id }) => id !== resolved)
    .map((open) => open.id === updated?.id ? updated : open);
  const record: FlowRecord = {
    v: 1,
    lastAtMs: activity.working ? Math.max(before.lastAtMs, nowMs) : before.lastAtMs,
    recent: step
      ? [...before.recent, { atMs: nowMs, productive: step.productive }].slice(-RECENT_STEPS)
      : before.recent,
    openCount: Math.max(0, before.openCount + Number(!!opened) - Number(!!resolved)),
    open: opened ? [...kept, opened].slice(-OPEN_KEPT) : kept,
    status: before.status,
    sinceMs: before.sinceMs,
  };
  const was = statusNow(before, settings, nowMs);
  const status = statusOf(record, settings, nowMs);
  return { ...record, status, sinceMs: known && status === was.status ? was.sinceMs : nowMs };
}

export function decideFlow(
  record: FlowRecord | null,
  settings: TracesSettings,
  nowMs: number,
): Flow {
  if (!record) return { status: "offline", durationMinutes: 0, respectFlow: false };
  const { status, sinceMs } = statusNow(record, settings, nowMs);
  return {
    status,
    durationMinutes: Math.max(0, Math.floor((nowMs - sinceMs) / MINUTE_MS)),
    respectFlow: status === "in_flow",
    ...(status === "stuck" && record.open.length > 0 && { reason: record.open.at(-1)!.reason }),
  };
}

/** The status now and since when, also where only time has passed since the record was written. */
function statusNow(
  record: FlowRecord,
  settings: TracesSettings,
  nowMs: number,
): { status: FlowStatus; sinceMs: number } {
  const status = statusOf(record, settings, nowMs);
  if (status === record.status) return { status, sinceMs: record.sinceMs };
  const passedMs = status === "offline"
    ? record.lastAtMs + settings.flowOfflineMs
    : flowEnd(record, settings);
  return { status, sinceMs: Math.min(nowMs, Math.max(record.sinceMs, passedMs)) };
}

function statusOf(record: FlowRecord, settings: TracesSettings, nowMs: number): FlowStatus {
  if (record.openCount > 0) return "stuck";
  if (record.lastAtMs === 0 || nowMs - record.lastAtMs >= settings.flowOfflineMs) return "offline";
  const inTime = productiveSteps(record, settings)
    .filter(({ atMs }) => nowMs - atMs <= settings.flowWindowMs);
  return inTime.length >= settings.flowProductiveSteps ? "in_flow" : "available";
}

/** When the last of the steps that made the flow grew too old. */
function flowEnd(record: FlowRecord, settings: TracesSettings): number {
  const needed = productiveSteps(record, settings).at(-settings.flowProductiveSteps);
  return (needed?.atMs ?? record.sinceMs) + settings.flowWindowMs;
}

function productiveSteps(record: FlowRecord, settings: TracesSettings) {
  return record.recent.slice(-settings.flowWindowSteps).filter(({ productive }) => productive);
}
