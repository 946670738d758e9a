/** Connections as the store knows them: opened, closed, lost with the process that held them. */
import { z } from "zod";
import type { AppContext } from "../../kernel/context.ts";
import { AppError } from "../../kernel/core/errors.ts";
import { defineJob, type RunningJob } from "../../kernel/jobs/mod.ts";
import { transact, type Tx } from "../../kernel/kv/mod.ts";
import type { Call } from "../call.ts";
import { readSettings } from "../settings/mod.ts";
import {
  type AgentRecord,
  type ConnectionEntry,
  type ConnectionsRecord,
  type HostRecord,
  isHostAlive,
  type SeenRecord,
} from "./decide.ts";
import { agentKey, connectionsKey, hostKey, seenKey } from "./keys.ts";
import { stageOffline } from "./presence.ts";
import { stageAgent } from "./register_agent.ts";
import type { Agent } from "./schema.ts";
import { readHosts } from "./store.ts";

/** Due when a host lapses, unless it moved its time on. */
export const connectionsExpire = defineJob<{ hostId: string }, AppContext>("connections.expire", {
  schema: z.object({ hostId: z.string() }),
  handler: (ctx, { hostId }, job) => expireHost(ctx, hostId, job),
});

/**
 * Moves the host's time on. False: it had lapsed (or is new), so its connections may have been taken off
 * and must be stored again.
 */
export async function renewHost(
  ctx: AppContext,
  workspaceId: string,
  hostId: string,
): Promise<boolean> {
  const { pingIntervalMs, missedPings } = (await readSettings(ctx, workspaceId)).agents;
  return await transact(ctx, workspaceId, async (tx) => {
    const key = hostKey(workspaceId, hostId);
    const before = await tx.get<HostRecord>(key);
    const nowMs = ctx.clock.now();
    const untilMs = nowMs + pingIntervalMs * missedPings;
    tx.set(key, { v: 1, hostId, aliveAtMs: nowMs, untilMs } satisfies HostRecord);
    if (!before) tx.enqueue(connectionsExpire, { hostId }, { id: hostId, dueAt: untilMs });
    return before !== null && before.untilMs > nowMs;
  });
}

export interface NewConnection {
  readonly agentId: string;
  readonly connectionId: string;
  readonly hostId: string;
}

/** Stores the connection and marks its agent here. Throws `rate_limited` above the agent's limit. */
export async function addConnection(
  ctx: AppContext,
  call: Call,
  { agentId, connectionId, hostId }: NewConnection,
): Promise<Agent> {
  const { workspaceId } = call;
  const { maxConnectionsPerAgent, offlineAfterMs } = (await readSettings(ctx, workspaceId)).agents;
  return await transact(ctx, workspaceId, async (tx) => {
    const key = connectionsKey(workspaceId, agentId);
    const known = (await tx.get<ConnectionsRecord>(key))?.connections ?? [];
    const hosts = await readHosts(ctx, workspaceId, known);
    const nowMs = ctx.clock.now();
    const others = known.filter((entry) =>
      entry.id !== connectionId && isHostAlive(hosts, entry.hostId, nowMs)
    );
    if (others.length >= maxConnectionsPerAgent) {
      throw new AppError("rate_limited", {
        detail:
          `Agent "${agentId}" has ${others.length} connections open, as many as one may; close one`,
        retryAfterMs: 1_000,
      });
    }
    const entry: ConnectionEntry = { id: connectionId, hostId, openedAtMs: nowMs };
    tx.set(key, { v: 1, connections: [...others, entry] } satisfies ConnectionsRecord);
    const said = await tx.get<AgentRecord>(agentKey(workspaceId, agentId));
    const status = !said || said.status === "offline" ? "active" as const : undefined;
    const input = { agentId, ...(status && { status }) };
    return (await stageAgent(tx, call.actor, input, { nowMs, offlineAfterMs })).agent;
  });
}

/** Takes the connection off; the agent is offline at once unless it holds another. */
export async function removeConnection(
  ctx: AppContext,
  workspaceId: string,
  agentId: string,
  connectionId: string,
): Promise<void> {
  await transact(
    ctx,
    workspaceId,
    (tx) => stageConnectionsGone(ctx, tx, agentId, (entry) => entry.id === connectionId),
  );
}

async function stageConnectionsGone(
  ctx: AppContext,
  tx: Tx,
  agentId: string,
  isGone: (entry: ConnectionEntry) => boolean,
): Promise<void> {
  const { workspaceId } = tx;
  const key = connectionsKey(workspaceId, agentId);
  const known = (await tx.get<ConnectionsRecord>(key))?.connections ?? [];
  const rest = known.filter((entry) => !isGone(entry));
  if (rest.length === known.length) return;
  if (rest.length > 0) tx.set(key, { v: 1, connections: rest } satisfies ConnectionsRecord);
  else tx.delete(key);
  const hosts = await readHosts(ctx, workspaceId, known);
  const nowMs = ctx.clock.now();
  if (rest.some((entry) => isHostAlive(hosts, entry.hostId, nowMs))) return;
  const record = await tx.get<AgentRecord>(agentKey(workspaceId, agentId));
  const seen = await tx.get<SeenRecord>(seenKey(workspaceId, agentId));
  if (!record || !seen || seen.leftMs !== undefined) return;
  // Whoever was heard after its connections' host lapsed is here without them.
  const ends = known.map((entry) => hosts.get(entry.hostId)?.untilMs ?? entry.openedAtMs);
  const leftMs = Math.min(nowMs, Math.max(...ends));
  if (seen.atMs > leftMs) return;
  const aliveAtMs = known.map((entry) => hosts.get(entry.hostId)?.aliveAtMs ?? entry.openedAtMs);
  stageOffline(tx, record, seen, { leftMs, lastSeenMs: Math.max(seen.atMs, ...aliveAtMs) });
}

async function expireHost(ctx: AppContext, hostId: string, job: RunningJob): Promise<void> {
  const { workspaceId } = job;
  const key = hostKey(workspaceId, hostId);
  const host = (await ctx.kv.get<HostRecord>(key)).value;
  if (!host) return;
  if (host.untilMs <= ctx.clock.now()) await expireConnections(ctx, workspaceId, hostId);
  await transact(ctx, workspaceId, async (tx) => {
    job.complete(tx);
    const now = await tx.get<HostRecord>(key);
    if (!now) return;
    if (now.untilMs <= ctx.clock.now()) tx.delete(key);
    else tx.enqueue(connectionsExpire, { hostId }, { id: hostId, dueAt: now.untilMs });
  });
}

async function expireConnections(
  ctx: AppContext,
  workspaceId: string,
  hostId: string,
): Promise<void> {
  const prefix = connectionsKey.prefix(workspaceId);
  for await (const { key, value } of ctx.kv.list<ConnectionsRecord>({ prefix })) {
    if (!value.connections.some((entry) => entry.hostId === hostId)) continue;
    await transact(ctx, workspaceId, async (tx) => {
      // Checked: a host that comes back stores its connections again, after this or instead of it.
      const host = await tx.get<HostRecord>(hostKey(workspaceId, hostId));
      if (host && host.untilMs > ctx.clock.now()) return;
      await stageConnectionsGone(ctx, tx, String(key.at(-1)), (entry) => entry.hostId === hostId);
    });
  }
}
