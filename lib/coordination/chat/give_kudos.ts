/** Kudos: thanks that count. Once per giver, receiver and UTC day, never to oneself. */
import type { AppContext } from "../../kernel/context.ts";
import { AppError } from "../../kernel/core/errors.ts";
import type { Page, PageQuery } from "../../kernel/core/page.ts";
import { listPage, transact, type Tx } from "../../kernel/kv/mod.ts";
import { stageSeen } from "../agents/mod.ts";
import type { Call } from "../call.ts";
import { stageMessage } from "../inbox/mod.ts";
import { readSettings } from "../settings/mod.ts";
import { CHAT_STREAM } from "../streams.ts";
import { stagePeerHelped } from "../tallies/mod.ts";
import { kudosDayKey, kudosKey } from "./keys.ts";
import { stageReaction } from "./react.ts";
import type { Kudos, KudosInput } from "./schema.ts";
import { requireStored } from "./store.ts";

const EMOJI = "👏";

interface StoredKudos extends Omit<Kudos, "timestamp"> {
  readonly v: 1;
  readonly at: number;
}

/**
 * Raises the receiver's `peersHelped`, tells its inbox and, for a message, leaves a reaction, in one
 * commit. Throws `invalid_input` for oneself, `conflict` for the second of a day, `not_found` for a
 * message that is not there.
 */
export async function giveKudos(
  ctx: AppContext,
  call: Call,
  input: KudosInput,
  options: { readonly staged?: (tx: Tx, kudos: Kudos) => Promise<void> } = {},
): Promise<Kudos> {
  const { from, to, note, messageId } = input;
  if (from === to) {
    throw new AppError("invalid_input", {
      detail: `Agent "${from}" cannot give kudos to itself; name another in "to"`,
      fields: [{ path: "to", message: "must be another agent" }],
    });
  }
  if (messageId !== undefined) await requireStored(ctx, call.workspaceId, messageId);
  const { chat } = await readSettings(ctx, call.workspaceId);
  return await transact(ctx, call.workspaceId, async (tx) => {
    const at = ctx.clock.now();
    const day = new Date(at).toISOString().slice(0, 10);
    const dayKey = kudosDayKey(call.workspaceId, from, to, day);
    if (await tx.get(dayKey) !== null) throw alreadyGiven(from, to, day);
    const stored: StoredKudos = {
      v: 1,
      id: ctx.ids.next("kudos"),
      from,
      to,
      note,
      ...(messageId === undefined ? {} : { messageId }),
      day,
      at,
    };
    if (messageId !== undefined) {
      const reaction = { messageId, emoji: EMOJI, by: from };
      await stageReaction(tx, ctx, call.actor, reaction, chat.maxReactions);
    }
    stagePeerHelped(tx, to);
    await stageSeen(tx, from, at);
    tx.set(dayKey, stored.id);
    tx.set(kudosKey(call.workspaceId, stored.id), stored);
    const kudos = shownKudos(stored);
    tx.emit(CHAT_STREAM, { type: "kudos.given", actor: call.actor, kudos });
    stageMessage(tx, ctx, call.actor, {
      to,
      from,
      type: "note",
      message: `${EMOJI} Kudos from ${from}: ${note}`,
      ...(messageId === undefined ? {} : { chatMessageId: messageId }),
    });
    await options.staged?.(tx, kudos);
    return kudos;
  });
}

/** Newest first. */
export async function listKudos(
  ctx: Pick<AppContext, "kv">,
  workspaceId: string,
  query: Partial<PageQuery> & {
    readonly from?: string | undefined;
    readonly to?: string | undefined;
  },
): Promise<Page<Kudos>> {
  const { from, to, limit, cursor } = query;
  const page = await listPage<StoredKudos>(ctx, {
    prefix: kudosKey.prefix(workspaceId),
    query: `kudos:${from ?? ""}:${to ?? ""}`,
    limit,
    cursor,
    where: ({ value }) => {
      const one = value as StoredKudos;
      return (from === undefined || one.from === from) && (to === undefined || one.to === to);
    },
  });
  return { ...page, items: page.items.map(shownKudos) };
}

function shownKudos({ v: _, at, ...kudos }: StoredKudos): Kudos {
  return { ...kudos, timestamp: new Date(at).toISOString() };
}

function alreadyGiven(from: string, to: string, day: string): AppError {
  return new AppError("conflict", {
    detail:
      `Agent "${from}" already gave kudos to "${to}" on ${day}; the next counts from 00:00 UTC`,
    extension: { from, to, day },
    retryable: false,
  });
}
