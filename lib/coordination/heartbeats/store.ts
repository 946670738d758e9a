/** Reads of heartbeats and shadows. */
import type { AppContext } from "../../kernel/context.ts";
import { readSettings } from "../settings/mod.ts";
import {
  decideHealth,
  type HeartbeatHead,
  type HeartbeatRecord,
  KEPT,
  type ShadowRecord,
  timingOf,
} from "./decide.ts";
import { heartbeatHeadKey, heartbeatKey, shadowKey, shadowOfKey } from "./keys.ts";
import type { Heartbeat, HeartbeatHealth, Shadow } from "./schema.ts";

type ReadContext = Pick<AppContext, "kv" | "clock">;

const RECENT = 10;

export async function getHeartbeat(
  ctx: ReadContext,
  workspaceId: string,
  agentId: string,
): Promise<HeartbeatHealth> {
  const [{ head, record }, { heartbeats }, recentHeartbeats] = await Promise.all([
    readWatched(ctx, workspaceId, agentId),
    readSettings(ctx, workspaceId),
    listHeartbeats(ctx, workspaceId, agentId, { limit: RECENT }),
  ]);
  return {
    lastHeartbeat: isoOrNull(head?.lastMs),
    ...decideHealth(head, record, heartbeats, ctx.clock.now()),
    heartbeatCount: Math.min(head?.number ?? 0, KEPT),
    recentHeartbeats,
  };
}

/** Newest first, at most the last 100. */
export async function listHeartbeats(
  ctx: Pick<AppContext, "kv">,
  workspaceId: string,
  agentId: string,
  options: { readonly sinceMs?: number; readonly limit?: number } = {},
): Promise<Heartbeat[]> {
  const { sinceMs = -Infinity, limit = KEPT } = options;
  const prefix = heartbeatKey.prefix(workspaceId, agentId);
  const found: Heartbeat[] = [];
  const entries = ctx.kv.list<HeartbeatRecord>({ prefix }, {
    reverse: true,
    limit: Math.min(limit, KEPT),
  });
  for await (const { value } of entries) {
    if (value.atMs < sinceMs) break;
    found.push(shownHeartbeat(value));
  }
  return found;
}

/** Both sides of it: who watches the agent, and whom it watches. */
export async function getShadow(
  ctx: ReadContext,
  workspaceId: string,
  agentId: string,
): Promise<Shadow> {
  const [{ head, record }, { heartbeats }, watched] = await Promise.all([
    readWatched(ctx, workspaceId, agentId),
    readSettings(ctx, workspaceId),
    readWatchedBy(ctx, workspaceId, agentId),
  ]);
  const timed = record ?? watched;
  const told = record?.shadowId ? record : watched;
  return {
    hasShadow: record?.shadowId != null,
    shadowId: record?.shadowId ?? null,
    shadowStatus: told?.status ?? "none",
    isShadow: watched !== null,
    primaryAgent: watched?.primaryAgent ?? null,
    lastHeartbeat: isoOrNull(head?.lastMs),
    isHealthy: decideHealth(head, record, heartbeats, ctx.clock.now()).isHealthy,
    ...timingOf(timed, heartbeats),
    registeredAt: isoOrNull(told?.registeredAtMs),
    takeoverAt: isoOrNull(told?.takeoverAtMs),
  };
}

/** The newest of the agents it watches. */
export async function readWatchedBy(
  ctx: Pick<AppContext, "kv">,
  workspaceId: string,
  shadowId: string,
): Promise<ShadowRecord | null> {
  let newest: { readonly primaryAgent: string; readonly atMs: number } | null = null;
  const prefix = shadowOfKey.prefix(workspaceId, shadowId);
  for await (const { key, value } of ctx.kv.list<number>({ prefix })) {
    if (!newest || value > newest.atMs) newest = { primaryAgent: String(key.at(-1)), atMs: value };
  }
  if (!newest) return null;
  const { value } = await ctx.kv.get<ShadowRecord>(shadowKey(workspaceId, newest.primaryAgent));
  return value?.shadowId === shadowId ? value : null;
}

async function readWatched(
  ctx: Pick<AppContext, "kv">,
  workspaceId: string,
  agentId: string,
): Promise<{ readonly head: HeartbeatHead | null; readonly record: ShadowRecord | null }> {
  const [head, record] = await Promise.all([
    ctx.kv.get<HeartbeatHead>(heartbeatHeadKey(workspaceId, agentId)),
    ctx.kv.get<ShadowRecord>(shadowKey(workspaceId, agentId)),
  ]);
  return { head: head.value, record: record.value };
}

function shownHeartbeat({ id, atMs, status, tokensUsed, currentTask }: HeartbeatRecord): Heartbeat {
  return {
    id,
    timestamp: new Date(atMs).toISOString(),
    status,
    ...(tokensUsed !== undefined && { tokensUsed }),
    ...(currentTask !== undefined && { currentTask }),
  };
}

const isoOrNull = (ms: number | null | undefined) => ms == null ? null : new Date(ms).toISOString();
