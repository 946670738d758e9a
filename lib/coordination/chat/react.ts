/** Reactions: an emoji of somebody on a message, once. */
import type { AppContext } from "../../kernel/context.ts";
import { AppError } from "../../kernel/core/errors.ts";
import { transact, type Tx } from "../../kernel/kv/mod.ts";
import { stageSeen } from "../agents/mod.ts";
import type { Call } from "../call.ts";
import { readSettings } from "../settings/mod.ts";
import { CHAT_STREAM } from "../streams.ts";
import { reactionsKey } from "./keys.ts";
import type { Message, Reaction, ReactionInput } from "./schema.ts";
import { requireMessage, requireStored, shownReaction, type StoredReactions } from "./store.ts";

/** Again changes nothing. Throws `not_found`, or `conflict` when the message has as many as there can be. */
export async function react(
  ctx: AppContext,
  call: Call,
  input: ReactionInput,
): Promise<{ message: Message; reaction: Reaction }> {
  await requireStored(ctx, call.workspaceId, input.messageId);
  const { chat } = await readSettings(ctx, call.workspaceId);
  const reaction = await transact(
    ctx,
    call.workspaceId,
    (tx) => stageReaction(tx, ctx, call.actor, input, chat.maxReactions),
  );
  return { message: await requireMessage(ctx, call.workspaceId, input.messageId), reaction };
}

/** The new reaction, or the one there is. */
export async function stageReaction(
  tx: Tx,
  ctx: Pick<AppContext, "clock">,
  actor: string,
  { messageId, emoji, by }: ReactionInput,
  max: number,
): Promise<Reaction> {
  const key = reactionsKey(tx.workspaceId, messageId);
  const list = (await tx.get<StoredReactions>(key))?.list ?? [];
  const known = list.find(([its, whose]) => its === emoji && whose === by);
  if (known) return shownReaction(known);
  if (list.length >= max) {
    throw new AppError("conflict", {
      detail: `Message "${messageId}" has ${list.length} reactions, as many as there can be`,
    });
  }
  const added = [emoji, by, ctx.clock.now()] as const;
  tx.set(key, { v: 1, list: [...list, added] } satisfies StoredReactions);
  const reaction = shownReaction(added);
  tx.emit(CHAT_STREAM, { type: "chat.reacted", actor, messageId, reaction });
  await stageSeen(tx, by, ctx.clock.now());
  return reaction;
}

/** Takes a reaction back; one that is not there changes nothing. Throws `not_found` for the message. */
export async function unreact(
  ctx: AppContext,
  call: Call,
  { messageId, emoji, by }: ReactionInput,
): Promise<{ message: Message }> {
  await requireStored(ctx, call.workspaceId, messageId);
  await transact(ctx, call.workspaceId, async (tx) => {
    const key = reactionsKey(call.workspaceId, messageId);
    const list = (await tx.get<StoredReactions>(key))?.list ?? [];
    const taken = list.find(([its, whose]) => its === emoji && whose === by);
    if (!taken) return;
    tx.set(key, { v: 1, list: list.filter((one) => one !== taken) } satisfies StoredReactions);
    tx.emit(CHAT_STREAM, {
      type: "chat.reacted",
      actor: call.actor,
      messageId,
      reaction: shownReaction(taken),
      removed: true,
    });
    await stageSeen(tx, by, ctx.clock.now());
  });
  return { message: await requireMessage(ctx, call.workspaceId, messageId) };
}
