/** Mentions on their way to inboxes. Those that do not fit into the message's own commit follow as jobs. */
import { z } from "zod";
import type { AppContext } from "../../kernel/context.ts";
import { defineJob } from "../../kernel/jobs/mod.ts";
import { transact, type Tx } from "../../kernel/kv/mod.ts";
import { stageMessage } from "../inbox/mod.ts";
import { shortened } from "../shortened.ts";
import { chatKey } from "./keys.ts";
import type { StoredMessage } from "./store.ts";

/** A longer text is cut in inboxes: the message it stands in is named beside it. */
const TEXT_MAX = 2_000;

export function mentionText(text: string): string {
  return shortened(text, TEXT_MAX);
}

export function stageMentions(
  tx: Tx,
  ctx: Pick<AppContext, "ids" | "clock">,
  actor: string,
  { id, author, message }: StoredMessage,
  agentIds: readonly string[],
): void {
  const delivery = {
    from: author,
    message: mentionText(message),
    type: "mention",
    chatMessageId: id,
  } as const;
  for (const to of agentIds) stageMessage(tx, ctx, actor, { ...delivery, to });
}

const data = z.object({ messageId: z.string(), actor: z.string(), to: z.array(z.string()) });

/** One part of a message's recipients; the job is completed in the commit that tells them. */
export const chatDeliver = defineJob<z.infer<typeof data>, AppContext>("chat.deliver", {
  schema: data,
  handler: async (ctx, { messageId, actor, to }, job) => {
    await transact(ctx, job.workspaceId, async (tx) => {
      // Never changed, never deleted: no check is needed.
      const stored = await tx.peek<StoredMessage>(chatKey(job.workspaceId, messageId));
      if (stored) stageMentions(tx, ctx, actor, stored, to);
      job.complete(tx);
    });
  },
});
