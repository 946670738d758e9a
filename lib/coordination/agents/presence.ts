/**
 * Signs of life and their absence. While an agent is online one watch job waits in the queue for the
 * moment its silence would make it offline; it looks at what is stored then, and waits again if there was
 * a sign meanwhile. Hearing an agent is a blind write, so commands made as it never wait for each other.
 */
import { z } from "zod";
import type { AppContext } from "../../kernel/context.ts";
import { defineJob, type RunningJob } from "../../kernel/jobs/mod.ts";
import { transact, type Tx } from "../../kernel/kv/mod.ts";
import { readSettings } from "../settings/mod.ts";
import { BOARD_STREAM } from "../streams.ts";
import {
  type AgentRecord,
  type ConnectionsRecord,
  decidePresence,
  type SeenRecord,
  shownAgent,
} from "./decide.ts";
import { agentKey, connectionsKey, seenKey } from "./keys.ts";
import { readHosts } from "./store.ts";

export const agentWatch = defineJob<{ agentId: string }, AppContext>("agent.watch", {
  schema: z.object({ agentId: z.string() }),
  handler: (ctx, { agentId }, job) => watchAgent(ctx, agentId, job),
});

/**
 * In every command made as an agent: it was heard now. One unchecked read and a blind write; when the agent
 * was offline also what brings it back (event, watch). Unregistered ids are left alone. Await it.
 */
export async function stageSeen(tx: Tx, agentId: string, nowMs: number): Promise<void> {
  // Unchecked: of two signs of life at once either may win.
  const seen = await tx.peek<SeenRecord>(seenKey(tx.workspaceId, agentId));
  if (!seen) return;
  const heard = stageHeard(tx, agentId, seen, seen.offlineAfterMs, nowMs);
  if (seen.leftMs === undefined) return;
  const record = await tx.peek<AgentRecord>(agentKey(tx.workspaceId, agentId));
  if (!record || record.status === "offline") return;
  const agent = shownAgent(record, { isOnline: true, lastSeenMs: heard.atMs });
  tx.emit(BOARD_STREAM, { type: "agent.updated", actor: `agent:${agentId}`, agent });
}

/** Writes the sign of life, with a watch if none waits. */
export function stageHeard(
  tx: Tx,
  agentId: string,
  before: SeenRecord | null,
  offlineAfterMs: number,
  nowMs: number,
): SeenRecord {
  const isWatched = before !== null && before.leftMs === undefined && before.watchMs > nowMs;
  const watchMs = isWatched ? before.watchMs : nowMs + offlineAfterMs;
  const seen: SeenRecord = { v: 1, atMs: nowMs, watchMs, offlineAfterMs };
  tx.touch(seenKey(tx.workspaceId, agentId), seen);
  if (!isWatched) tx.enqueue(agentWatch, { agentId }, { id: agentId, dueAt: watchMs });
  return seen;
}

/** Marks the agent gone and says so; its record says what it is shown as besides. */
export function stageOffline(
  tx: Tx,
  record: AgentRecord,
  seen: SeenRecord,
  times: { readonly leftMs: number; readonly lastSeenMs: number },
): void {
  const { leftMs, lastSeenMs } = times;
  const gone: SeenRecord = { ...seen, atMs: lastSeenMs, leftMs, watchMs: 0 };
  tx.set(seenKey(tx.workspaceId, record.agentId), gone);
  if (record.status === "offline") return;
  const agent = shownAgent(record, { isOnline: false, lastSeenMs });
  tx.emit(BOARD_STREAM, { type: "agent.offline", actor: "system", agent });
}

async function watchAgent(ctx: AppContext, agentId: string, job: RunningJob): Promise<void> {
  const { workspaceId } = job;
  const { offlineAfterMs } = (await readSettings(ctx, workspaceId)).agents;
  await transact(ctx, workspaceId, async (tx) => {
    job.complete(tx);
    const [record, stored, held] = [
      await tx.get<AgentRecord>(agentKey(workspaceId, agentId)),
      await tx.get<SeenRecord>(seenKey(workspaceId, agentId)),
      await tx.get<ConnectionsRecord>(connectionsKey(workspaceId, agentId)),
    ];
    // Announced already: by the end of its last connection.
    if (!record || !stored || stored.leftMs !== undefined) return;
    const seen = { ...stored, offlineAfterMs };
    const connections = held?.connections ?? [];
    const hosts = await readHosts(ctx, workspaceId, connections);
    const nowMs = ctx.clock.now();
    const presence = decidePresence({ status: "active" }, seen, connections, hosts, nowMs);
    if (!presence.isOnline) {
      stageOffline(tx, record, seen, { leftMs: nowMs, lastSeenMs: presence.lastSeenMs });
      return;
    }
    const watchMs = (presence.isConnected ? nowMs : seen.atMs) + offlineAfterMs;
    tx.set(seenKey(workspaceId, agentId), { ...seen, watchMs } satisfies SeenRecord);
    tx.enqueue(agentWatch, { agentId }, { id: agentId, dueAt: watchMs });
  });
}
