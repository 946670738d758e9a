/** An agent says who it is and what it does: creates or updates its record. */
import type { AppContext } from "../../kernel/context.ts";
import { transact, type Tx } from "../../kernel/kv/mod.ts";
import type { Call } from "../call.ts";
import { readSettings } from "../settings/mod.ts";
import { BOARD_STREAM } from "../streams.ts";
import {
  type AgentRecord,
  isSameAgent,
  mergeAgent,
  type SeenRecord,
  shownAgent,
} from "./decide.ts";
import { agentKey, seenKey } from "./keys.ts";
import { stageHeard } from "./presence.ts";
import type { Agent, AgentInput } from "./schema.ts";

export interface Registered {
  readonly agent: Agent;
  readonly created: boolean;
}

export async function registerAgent(
  ctx: AppContext,
  call: Call,
  input: AgentInput,
): Promise<Registered> {
  const { offlineAfterMs } = (await readSettings(ctx, call.workspaceId)).agents;
  return await transact(
    ctx,
    call.workspaceId,
    (tx) => stageAgent(tx, call.actor, input, { nowMs: ctx.clock.now(), offlineAfterMs }),
  );
}

/**
 * The upsert inside another command's commit. Events only where something shown changed: a registration
 * repeated as a sign of life is not news.
 */
export async function stageAgent(
  tx: Tx,
  actor: string,
  input: AgentInput,
  { nowMs, offlineAfterMs }: { readonly nowMs: number; readonly offlineAfterMs: number },
): Promise<Registered> {
  const { workspaceId } = tx;
  const before = await tx.get<AgentRecord>(agentKey(workspaceId, input.agentId));
  // Unchecked: of two signs of life at once either may win.
  const seen = await tx.peek<SeenRecord>(seenKey(workspaceId, input.agentId));
  const record = mergeAgent(before, input, nowMs);
  const isNew = before === null;
  const isChanged = isNew || !isSameAgent(before, record);
  if (isChanged) tx.set(agentKey(workspaceId, record.agentId), record);
  stageHeard(tx, record.agentId, seen, offlineAfterMs, nowMs);
  const agent = shownAgent(record, {
    isOnline: record.status !== "offline",
    lastSeenMs: nowMs,
  });
  const wasGone = before?.status === "offline" || seen?.leftMs !== undefined;
  if (isNew) tx.emit(BOARD_STREAM, { type: "agent.registered", actor, agent });
  else if (agent.status === "offline" && !wasGone) {
    tx.emit(BOARD_STREAM, { type: "agent.offline", actor, agent });
  } else if (isChanged || (wasGone && agent.status !== "offline")) {
    tx.emit(BOARD_STREAM, { type: "agent.updated", actor, agent });
  }
  return { agent, created: isNew };
}
