/** Offers work to one agent or to whoever takes it; the one it is meant for finds it in its inbox. */
import type { AppContext } from "../../kernel/context.ts";
import { transact, type Tx } from "../../kernel/kv/mod.ts";
import { stageSeen } from "../agents/mod.ts";
import type { Call } from "../call.ts";
import { stageMessage } from "../inbox/mod.ts";
import { requireSize } from "../record_size.ts";
import { shortened } from "../shortened.ts";
import { type Handoff, HANDOFF_LIMITS, type HandoffInput, handoffInput } from "./schema.ts";
import { stageHandoff } from "./store.ts";

const NOTICE_CONTEXT = 500;

/** `staged` joins the commit. */
export async function createHandoff(
  ctx: Pick<AppContext, "kv" | "clock" | "ids">,
  call: Call,
  input: HandoffInput & { readonly fromAgent: string },
  staged?: (tx: Tx, handoff: Handoff) => Promise<void>,
): Promise<Handoff> {
  const nowMs = ctx.clock.now();
  const handoff: Handoff = {
    id: ctx.ids.next("handoff"),
    ...handoffInput.parse(input),
    fromAgent: input.fromAgent,
    status: "pending",
    createdAt: new Date(nowMs).toISOString(),
  };
  requireSize("handoff", handoff, HANDOFF_LIMITS.recordBytes);
  return await transact(ctx, call.workspaceId, async (tx) => {
    stageHandoff(tx, null, handoff, { type: "handoff.created", actor: call.actor });
    if (handoff.toAgent !== undefined) {
      stageMessage(tx, ctx, call.actor, {
        to: handoff.toAgent,
        from: handoff.fromAgent,
        type: "handoff",
        message: noticeOf(handoff),
        handoffId: handoff.id,
      });
    }
    await stageSeen(tx, handoff.fromAgent, nowMs);
    await staged?.(tx, handoff);
    return handoff;
  });
}

function noticeOf({ id, title, context }: Handoff): string {
  return `Handoff "${title}": ${shortened(context, NOTICE_CONTEXT + 1)}\nClaim it as ${id}.`;
}
