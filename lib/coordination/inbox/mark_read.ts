/** An agent has read messages of its inbox. */
import type { AppContext } from "../../kernel/context.ts";
import { transact } from "../../kernel/kv/mod.ts";
import { stageSeen } from "../agents/mod.ts";
import type { Call } from "../call.ts";
import { agentStream } from "../streams.ts";
import { unreadKey } from "./keys.ts";

/**
 * Answers those that were unread until now; ids that name nothing, or were read before, are passed over.
 * Unchecked: two that mark one message at once both delete the same key.
 */
export async function markRead(
  ctx: AppContext,
  call: Call,
  agentId: string,
  messageIds: readonly string[],
): Promise<{ messageIds: string[] }> {
  const ids = [...new Set(messageIds)];
  return await transact(ctx, call.workspaceId, async (tx) => {
    const keys = ids.map((id) => unreadKey(call.workspaceId, agentId, id));
    const unread = await ctx.kv.getMany(keys);
    const marked = ids.filter((_, at) => unread[at]!.versionstamp !== null);
    if (marked.length === 0) return { messageIds: [] };
    for (const id of marked) tx.delete(unreadKey(call.workspaceId, agentId, id));
    tx.emit(agentStream(agentId), {
      type: "message.read",
      actor: call.actor,
      messageIds: marked,
    });
    await stageSeen(tx, agentId, ctx.clock.now());
    return { messageIds: marked };
  });
}
