/** A message to one agent's inbox. */
import type { AppContext } from "../../kernel/context.ts";
import { transact, type Tx } from "../../kernel/kv/mod.ts";
import { stageSeen } from "../agents/mod.ts";
import type { Call } from "../call.ts";
import { newestId } from "../rising_id.ts";
import { inboxKey } from "./keys.ts";
import type { InboxInput, InboxMessage } from "./schema.ts";
import { stageMessage } from "./store.ts";

/** To any agent id, registered or not yet: it finds the message when it comes. */
export async function sendMessage(
  ctx: AppContext,
  call: Call,
  to: string,
  input: InboxInput,
  options: { readonly staged?: (tx: Tx, message: InboxMessage) => Promise<void> } = {},
): Promise<InboxMessage> {
  const { from, message, type = "note" } = input;
  return await transact(ctx, call.workspaceId, async (tx) => {
    await stageSeen(tx, from, ctx.clock.now());
    const newest = await newestId(ctx, inboxKey.prefix(call.workspaceId, to));
    const sent = stageMessage(tx, ctx, call.actor, { to, from, message, type }, newest);
    await options.staged?.(tx, sent);
    return sent;
  });
}
