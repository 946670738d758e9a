/** An agent keeps something it learned. */
import type { AppContext } from "../../kernel/context.ts";
import { transact, type Tx } from "../../kernel/kv/mod.ts";
import { stageSeen } from "../agents/mod.ts";
import type { Call } from "../call.ts";
import { agentStream } from "../streams.ts";
import { categoryKey, MEMORIES_STREAM, memoryKey, memoryOfKey } from "./keys.ts";
import type { Memory, MemoryInput } from "./schema.ts";
import { shownMemory, type StoredMemory } from "./store.ts";

export async function saveMemory(
  ctx: AppContext,
  call: Call,
  agentId: string,
  input: MemoryInput,
  options: { readonly staged?: (tx: Tx, memory: Memory) => Promise<void> } = {},
): Promise<Memory> {
  const { category = "learning", content, tags = [] } = input;
  return await transact(ctx, call.workspaceId, async (tx) => {
    await stageSeen(tx, agentId, ctx.clock.now());
    // From here to the commit nothing is waited for: ids rise in the order of the log.
    const stored: StoredMemory = {
      v: 1,
      id: ctx.ids.next("memory"),
      agentId,
      category,
      content,
      tags: [...new Set(tags)],
      at: ctx.clock.now(),
    };
    const memory = shownMemory(stored);
    tx.set(memoryKey(call.workspaceId, stored.id), stored);
    tx.set(memoryOfKey(call.workspaceId, agentId, stored.id), 1);
    tx.set(categoryKey(call.workspaceId, agentId, category, stored.id), 1);
    tx.emit(agentStream(agentId), { type: "memory.saved", actor: call.actor, memory });
    tx.emit(MEMORIES_STREAM, { type: "memory.delta", memoryId: stored.id });
    await options.staged?.(tx, memory);
    return memory;
  });
}
