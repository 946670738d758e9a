/** When an agent counts as stalled, and whether its shadow may take over. Pure. */
import type { AgentStatus } from "../agents/schema.ts";
import type { HeartbeatHealth, ShadowStatus, Takeover } from "./schema.ts";

export interface HeartbeatRecord {
  readonly v: 1;
  readonly id: string;
  readonly atMs: number;
  readonly status: AgentStatus;
  readonly tokensUsed?: number | undefined;
  readonly currentTask?: string | undefined;
}

export interface HeartbeatHead {
  readonly v: 1;
  readonly lastMs: number;
  /** Of the last heartbeat, from 1. */
  readonly number: number;
}

export interface ShadowRecord {
  readonly v: 1;
  readonly primaryAgent: string;
  /** Null: times were configured before anybody watches. */
  readonly shadowId: string | null;
  readonly status: ShadowStatus;
  readonly registeredAtMs: number | null;
  readonly takeoverAtMs: number | null;
  /** The agent came back and was told what it lost. */
  readonly isTold: boolean;
  /** A takeover the server made that nobody has asked for since: the first who does is told of it. */
  readonly automatic?: Takeover | undefined;
  /** Where they differ from the settings. */
  readonly stallThresholdMs?: number | undefined;
  readonly heartbeatIntervalMs?: number | undefined;
}

export interface Timing {
  readonly stallThresholdMs: number;
  readonly heartbeatIntervalMs: number;
}

/** Heartbeats kept. */
export const KEPT = 100;

export function timingOf(record: ShadowRecord | null, settings: Timing): Timing {
  return {
    stallThresholdMs: record?.stallThresholdMs ?? settings.stallThresholdMs,
    heartbeatIntervalMs: record?.heartbeatIntervalMs ?? settings.heartbeatIntervalMs,
  };
}

/**
 * Whether a stall may be noticed this soon: whoever watches an agent must not make it look stalled, so
 * sooner than until now only the agent itself says, or somebody who may use force.
 */
export function decideTiming(
  record: ShadowRecord | null,
  given: Partial<Timing>,
  settings: Timing,
  mayShorten: boolean,
): { readonly kind: "allow" } | { readonly kind: "deny"; readonly stallThresholdMs: number } {
  const { stallThresholdMs } = timingOf(record, settings);
  const isShorter = (given.stallThresholdMs ?? stallThresholdMs) < stallThresholdMs;
  return isShorter && !mayShorten ? { kind: "deny", stallThresholdMs } : { kind: "allow" };
}

/**
 * Silence is counted from the last heartbeat, for a watched agent from the beginning of the watch at the
 * earliest. Null: nobody waits for it.
 */
export function silentSince(
  head: Pick<HeartbeatHead, "lastMs"> | null,
  record: ShadowRecord | null,
): number | null {
  const watched = record?.status === "monitoring" ? record.registeredAtMs : null;
  if (head === null) return watched;
  return Math.max(head.lastMs, watched ?? 0);
}

export function decideHealth(
  head: Pick<HeartbeatHead, "lastMs"> | null,
  record: ShadowRecord | null,
  settings: Timing,
  nowMs: number,
): Pick<HeartbeatHealth, "isHealthy" | "stalledForMs" | "stalledForMinutes"> {
  const since = silentSince(head, record);
  const stalledForMs = since === null ? 0 : Math.max(0, nowMs - since);
  return {
    isHealthy: stalledForMs < timingOf(record, settings).stallThresholdMs,
    stalledForMs,
    stalledForMinutes: Math.round(stalledForMs / 6_000) / 10,
  };
}

/** When it stalls unless a heartbeat comes; null: nobody waits for it. */
export function stallsAt(
  head: Pick<HeartbeatHead, "lastMs"> | null,
  record: ShadowRecord,
  settings: Timing,
): number | null {
  if (record.status !== "monitoring") return null;
  return silentSince(head, record)! + timingOf(record, settings).stallThresholdMs;
}

export type TakeoverDecision =
  | { readonly kind: "allow"; readonly shadowId: string; readonly forced: boolean }
  | { readonly kind: "made"; readonly takeover: Takeover }
  | {
    readonly kind: "deny";
    readonly reason: "no_shadow" | "taken_over" | "not_stalled";
    readonly stallsAtMs?: number;
  };

/**
 * One takeover for each registration of a shadow, of a stalled agent unless forced. Where the server was
 * first, the first who asks has it: the shadow cannot know that it need not.
 */
export function decideTakeover(
  record: ShadowRecord | null,
  head: Pick<HeartbeatHead, "lastMs"> | null,
  settings: Timing,
  force: boolean,
  nowMs: number,
): TakeoverDecision {
  if (!record || record.shadowId === null) return { kind: "deny", reason: "no_shadow" };
  if (record.status === "taken-over") {
    return record.automatic
      ? { kind: "made", takeover: record.automatic }
      : { kind: "deny", reason: "taken_over" };
  }
  const stallsAtMs = stallsAt(head, record, settings)!;
  const isStalled = nowMs >= stallsAtMs;
  if (!isStalled && !force) return { kind: "deny", reason: "not_stalled", stallsAtMs };
  return { kind: "allow", shadowId: record.shadowId, forced: !isStalled };
}
