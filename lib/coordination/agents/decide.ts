/** Whether an agent is here, and what an upsert makes of its record. Pure. */
import type { Agent, AgentInput, AgentStatus } from "./schema.ts";

export interface AgentRecord {
  readonly v: 1;
  readonly agentId: string;
  /** As it said; `offline` only when it said so itself. */
  readonly status: AgentStatus;
  readonly currentTask?: string | undefined;
  readonly workingOn?: string | undefined;
  readonly capabilities: readonly string[];
  readonly offers: readonly string[];
  readonly needs: readonly string[];
  readonly registeredAtMs: number;
}

export interface SeenRecord {
  readonly v: 1;
  readonly atMs: number;
  /** Its last connection ended, or its silence was announced; later signs of life remove it. */
  readonly leftMs?: number | undefined;
  /** A watch job waits until then; 0: none. */
  readonly watchMs: number;
  /** The setting as the last watch found it. */
  readonly offlineAfterMs: number;
}

export interface ConnectionEntry {
  readonly id: string;
  readonly hostId: string;
  readonly openedAtMs: number;
}

export interface ConnectionsRecord {
  readonly v: 1;
  readonly connections: readonly ConnectionEntry[];
}

export interface HostRecord {
  readonly v: 1;
  readonly hostId: string;
  readonly aliveAtMs: number;
  readonly untilMs: number;
}

export type Hosts = ReadonlyMap<string, HostRecord>;

export interface Presence {
  readonly isOnline: boolean;
  readonly lastSeenMs: number;
  /** Holds a connection whose host is alive. */
  readonly isConnected: boolean;
}

/**
 * Offline: said so itself; or no living connection and its last one ended (closed, or its host lapsed) after
 * it was last heard; or no living connection and not heard for `offlineAfterMs`.
 */
export function decidePresence(
  record: Pick<AgentRecord, "status">,
  seen: SeenRecord | null,
  connections: readonly ConnectionEntry[],
  hosts: Hosts,
  nowMs: number,
): Presence {
  const atMs = seen?.atMs ?? 0;
  const living = connections.filter((entry) => isHostAlive(hosts, entry.hostId, nowMs));
  if (living.length > 0) {
    const heard = living.map((entry) =>
      Math.max(entry.openedAtMs, hosts.get(entry.hostId)!.aliveAtMs)
    );
    return {
      isOnline: record.status !== "offline",
      isConnected: true,
      lastSeenMs: Math.max(atMs, ...heard),
    };
  }
  const ended = connections.map((entry) => hosts.get(entry.hostId)?.untilMs ?? entry.openedAtMs);
  const leftMs = Math.max(seen?.leftMs ?? -Infinity, ...ended);
  const silent = nowMs - atMs >= (seen?.offlineAfterMs ?? 0);
  return {
    isOnline: record.status !== "offline" && leftMs < atMs && !silent,
    isConnected: false,
    lastSeenMs: atMs,
  };
}

export function isHostAlive(hosts: Hosts, hostId: string, nowMs: number): boolean {
  const host = hosts.get(hostId);
  return host !== undefined && host.untilMs > nowMs;
}

/** Absent fields keep their value; an empty `currentTask` or `workingOn` clears it. */
export function mergeAgent(
  before: AgentRecord | null,
  input: AgentInput,
  nowMs: number,
): AgentRecord {
  const { currentTask, workingOn } = input;
  return {
    v: 1,
    agentId: input.agentId,
    status: input.status ?? before?.status ?? "active",
    currentTask: (currentTask ?? before?.currentTask) || undefined,
    workingOn: (workingOn ?? before?.workingOn) || undefined,
    capabilities: input.capabilities ?? before?.capabilities ?? [],
    offers: input.offers ?? before?.offers ?? [],
    needs: input.needs ?? before?.needs ?? [],
    registeredAtMs: before?.registeredAtMs ?? nowMs,
  };
}

export function isSameAgent(a: AgentRecord, b: AgentRecord): boolean {
  return JSON.stringify(fieldsOf(a)) === JSON.stringify(fieldsOf(b));
}

const fieldsOf = (record: AgentRecord) => [
  record.status,
  record.currentTask,
  record.workingOn,
  record.capabilities,
  record.offers,
  record.needs,
];

export function shownAgent(
  record: AgentRecord,
  presence: Pick<Presence, "isOnline" | "lastSeenMs">,
): Agent {
  const { currentTask, workingOn } = record;
  return {
    agentId: record.agentId,
    status: presence.isOnline ? record.status : "offline",
    ...(currentTask !== undefined && { currentTask }),
    ...(workingOn !== undefined && { workingOn }),
    lastSeen: new Date(presence.lastSeenMs).toISOString(),
    capabilities: [...record.capabilities],
    offers: [...record.offers],
    needs: [...record.needs],
  };
}
