/** Reads of the registry. */
import type { AppContext } from "../../kernel/context.ts";
import { AppError } from "../../kernel/core/errors.ts";
import type { Entry } from "../../kernel/kv/mod.ts";
import {
  type AgentRecord,
  type ConnectionEntry,
  type ConnectionsRecord,
  decidePresence,
  type HostRecord,
  type Hosts,
  type SeenRecord,
  shownAgent,
} from "./decide.ts";
import { agentKey, connectionsKey, hostKey, seenKey } from "./keys.ts";
import type { Agent, AgentStatus } from "./schema.ts";

type ReadContext = Pick<AppContext, "kv" | "clock">;

export interface AgentFilter {
  /** Leaves out who is offline. */
  readonly online?: boolean | undefined;
  readonly status?: AgentStatus | undefined;
}

export async function agentExists(
  ctx: Pick<AppContext, "kv">,
  workspaceId: string,
  agentId: string,
): Promise<boolean> {
  return (await ctx.kv.get(agentKey(workspaceId, agentId))).value !== null;
}

export async function getAgent(
  ctx: ReadContext,
  workspaceId: string,
  agentId: string,
): Promise<Agent | null> {
  const [record, seen, held] = await ctx.kv.getMany([
    agentKey(workspaceId, agentId),
    seenKey(workspaceId, agentId),
    connectionsKey(workspaceId, agentId),
  ]) as [Entry<AgentRecord>, Entry<SeenRecord>, Entry<ConnectionsRecord>];
  if (!record.value) return null;
  const connections = held.value?.connections ?? [];
  const hosts = await readHosts(ctx, workspaceId, connections);
  const presence = decidePresence(record.value, seen.value, connections, hosts, ctx.clock.now());
  return shownAgent(record.value, presence);
}

/** Throws `not_found`. */
export async function requireAgent(
  ctx: ReadContext,
  workspaceId: string,
  agentId: string,
): Promise<Agent> {
  const found = await getAgent(ctx, workspaceId, agentId);
  if (found) return found;
  throw new AppError("not_found", {
    detail: `There is no agent "${agentId}"; it appears once it registers`,
  });
}

/** All of a workspace, newest `lastSeen` first. */
export async function listAgents(
  ctx: ReadContext,
  workspaceId: string,
  filter: AgentFilter = {},
): Promise<Agent[]> {
  const found = (await listRegistered(ctx, workspaceId)).map(({ agent }) => agent).filter((agent) =>
    (!filter.online || agent.status !== "offline") &&
    (filter.status === undefined || agent.status === filter.status)
  );
  return found.sort((a, b) =>
    a.lastSeen === b.lastSeen ? compare(a.agentId, b.agentId) : compare(b.lastSeen, a.lastSeen)
  );
}

/** With the time of registration, which never moves: what pages are made by. */
export async function listRegistered(
  ctx: ReadContext,
  workspaceId: string,
): Promise<{ readonly agent: Agent; readonly registeredAtMs: number }[]> {
  const [records, seen, held, hosts] = await Promise.all([
    valuesOf<AgentRecord>(ctx, agentKey.prefix(workspaceId)),
    valuesOf<SeenRecord>(ctx, seenKey.prefix(workspaceId)),
    valuesOf<ConnectionsRecord>(ctx, connectionsKey.prefix(workspaceId)),
    valuesOf<HostRecord>(ctx, hostKey.prefix(workspaceId)),
  ]);
  const nowMs = ctx.clock.now();
  return [...records].map(([agentId, record]) => {
    const connections = held.get(agentId)?.connections ?? [];
    const presence = decidePresence(record, seen.get(agentId) ?? null, connections, hosts, nowMs);
    return { agent: shownAgent(record, presence), registeredAtMs: record.registeredAtMs };
  });
}

/** The hosts these connections hang on; one that is gone is left out. */
export async function readHosts(
  ctx: Pick<AppContext, "kv">,
  workspaceId: string,
  connections: readonly ConnectionEntry[],
): Promise<Hosts> {
  const ids = [...new Set(connections.map(({ hostId }) => hostId))];
  if (ids.length === 0) return NO_HOSTS;
  const entries = await ctx.kv.getMany<HostRecord>(ids.map((id) => hostKey(workspaceId, id)));
  return new Map(entries.flatMap(({ value }) => value ? [[value.hostId, value]] : []));
}

const NO_HOSTS: Hosts = new Map();

async function valuesOf<T>(
  ctx: Pick<AppContext, "kv">,
  prefix: ReturnType<typeof agentKey>,
): Promise<Map<string, T>> {
  const values = new Map<string, T>();
  for await (const { key, value } of ctx.kv.list<T>({ prefix })) {
    values.set(String(key.at(-1)), value);
  }
  return values;
}

const compare = (a: string, b: string) => a < b ? -1 : a > b ? 1 : 0;
