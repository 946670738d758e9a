/** A sign that the agent works: kept, counted, and shown in the registry. */
import type { AppContext } from "../../kernel/context.ts";
import { transact } from "../../kernel/kv/mod.ts";
import { stageAgent } from "../agents/mod.ts";
import type { Call, Staged } from "../call.ts";
import { readSettings } from "../settings/mod.ts";
import { stageTokensUsed } from "../tallies/mod.ts";
import { type HeartbeatHead, type HeartbeatRecord, KEPT, type ShadowRecord } from "./decide.ts";
import { heartbeatHeadKey, heartbeatKey, shadowKey } from "./keys.ts";
import type { HeartbeatInput, HeartbeatReceipt } from "./schema.ts";

/** Registers an unknown agent. One that was taken over from is told with its first heartbeat afterwards. */
export async function recordHeartbeat(
  ctx: AppContext,
  call: Call,
  input: HeartbeatInput & { readonly agentId: string },
  staged?: Staged<HeartbeatReceipt>,
): Promise<HeartbeatReceipt> {
  const { workspaceId } = call;
  const { agentId, tokensUsed, currentTask, status } = input;
  const { offlineAfterMs } = (await readSettings(ctx, workspaceId)).agents;
  const id = ctx.ids.next("heartbeat");
  return await transact(ctx, workspaceId, async (tx) => {
    const headKey = heartbeatHeadKey(workspaceId, agentId);
    const head = await tx.get<HeartbeatHead>(headKey);
    const nowMs = ctx.clock.now();
    const number = (head?.number ?? 0) + 1;
    const said = { agentId, ...(status && { status }), ...(currentTask && { currentTask }) };
    const { agent } = await stageAgent(tx, call.actor, said, { nowMs, offlineAfterMs });
    tx.set(headKey, { v: 1, lastMs: nowMs, number } satisfies HeartbeatHead);
    const record: HeartbeatRecord = {
      v: 1,
      id,
      atMs: nowMs,
      status: agent.status,
      tokensUsed,
      currentTask,
    };
    tx.set(heartbeatKey(workspaceId, agentId, number), record);
    if (number > KEPT) tx.delete(heartbeatKey(workspaceId, agentId, number - KEPT));
    if (tokensUsed) stageTokensUsed(tx, agentId, tokensUsed, nowMs);
    const shadow = await tx.get<ShadowRecord>(shadowKey(workspaceId, agentId));
    const isNews = shadow?.status === "taken-over" && !shadow.isTold;
    if (isNews) tx.set(shadowKey(workspaceId, agentId), { ...shadow, isTold: true });
    const receipt: HeartbeatReceipt = {
      id,
      timestamp: new Date(nowMs).toISOString(),
      ...(isNews && { takenOver: lossOf(shadow) }),
    };
    await staged?.(tx, receipt);
    return receipt;
  });
}

function lossOf({ shadowId, takeoverAtMs }: ShadowRecord): HeartbeatReceipt["takenOver"] {
  const at = new Date(takeoverAtMs!).toISOString();
  return {
    by: shadowId!,
    at,
    message:
      `${shadowId} took over your locks, claims and tasks at ${at}; your tokens are stale. ` +
      `Ask ${shadowId} before you go on, and register a shadow again`,
  };
}
