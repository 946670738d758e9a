/** A memory that is no longer true. */
import type { AppContext } from "../../kernel/context.ts";
import { isId } from "../../kernel/core/ids.ts";
import { transact } from "../../kernel/kv/mod.ts";
import type { Call } from "../call.ts";
import { agentStream } from "../streams.ts";
import { categoryKey, MEMORIES_STREAM, memoryKey, memoryOfKey } from "./keys.ts";
import { memoryNotFound, type StoredMemory } from "./store.ts";

/** Throws `not_found`. */
export async function deleteMemory(
  ctx: AppContext,
  call: Call,
  agentId: string,
  memoryId: string,
): Promise<void> {
  if (!isId("memory", memoryId)) throw memoryNotFound(agentId, memoryId);
  await transact(ctx, call.workspaceId, async (tx) => {
    const key = memoryKey(call.workspaceId, memoryId);
    const stored = await tx.get<StoredMemory>(key);
    if (stored?.agentId !== agentId) throw memoryNotFound(agentId, memoryId);
    tx.delete(key);
    tx.delete(memoryOfKey(call.workspaceId, agentId, memoryId));
    tx.delete(categoryKey(call.workspaceId, agentId, stored.category, memoryId));
    tx.emit(agentStream(agentId), {
      type: "memory.deleted",
      actor: call.actor,
      agentId,
      memoryId,
    });
    tx.emit(MEMORIES_STREAM, { type: "memory.delta", memoryId });
  });
}
