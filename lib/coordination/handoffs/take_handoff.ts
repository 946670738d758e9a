/** Claims and completes a handoff; a sender withdraws one nobody took. */
import type { AppContext } from "../../kernel/context.ts";
import { AppError } from "../../kernel/core/errors.ts";
import { transact } from "../../kernel/kv/mod.ts";
import { stageSeen } from "../agents/mod.ts";
import type { Call, Staged } from "../call.ts";
import { stageGuard } from "../locks/mod.ts";
import { decideClaim, decideComplete, decideDelete, type HandoffDecision } from "./decide.ts";
import type { Handoff } from "./schema.ts";
import { requireHandoffIn, stageHandoff } from "./store.ts";

type Ctx = Pick<AppContext, "kv" | "clock">;

export interface HandoffClaim {
  readonly handoffId: string;
  readonly agentId: string;
}

export interface HandoffCompletion extends HandoffClaim {
  readonly token?: number | undefined;
  readonly resourcePath?: string | undefined;
}

/** `not_found`; `conflict` with `claimedBy`, `toAgent`, `handoffStatus` when it is not pending or meant for another. */
export async function claimHandoff(
  ctx: Ctx,
  call: Call,
  input: HandoffClaim,
  staged?: Staged<Handoff>,
): Promise<Handoff> {
  const { handoffId, agentId } = input;
  return await transact(ctx, call.workspaceId, async (tx) => {
    const before = await requireHandoffIn(tx, handoffId);
    requireAllowed(decideClaim(before, agentId));
    const nowMs = ctx.clock.now();
    const after: Handoff = {
      ...before,
      status: "claimed",
      claimedBy: agentId,
      claimedAt: new Date(nowMs).toISOString(),
    };
    stageHandoff(tx, before, after, { type: "handoff.claimed", actor: call.actor });
    await stageSeen(tx, agentId, nowMs);
    await staged?.(tx, after);
    return after;
  });
}

/** `not_found`; `conflict` when it is not claimed, or by another, or the token is stale. */
export async function completeHandoff(
  ctx: Ctx,
  call: Call,
  input: HandoffCompletion,
  staged?: Staged<Handoff>,
): Promise<Handoff> {
  const { handoffId, agentId, token } = input;
  return await transact(ctx, call.workspaceId, async (tx) => {
    const before = await requireHandoffIn(tx, handoffId);
    requireAllowed(decideComplete(before, agentId));
    const nowMs = ctx.clock.now();
    if (token !== undefined) {
      await stageGuard(tx, { resourcePath: guardedPath(before, input.resourcePath), token }, nowMs);
    }
    const after: Handoff = {
      ...before,
      status: "completed",
      completedAt: new Date(nowMs).toISOString(),
    };
    stageHandoff(tx, before, after, { type: "handoff.completed", actor: call.actor });
    await stageSeen(tx, agentId, nowMs);
    await staged?.(tx, after);
    return after;
  });
}

/** Withdraws one: by its sender, or anybody's without `agentId`: the edge asked for the right to. */
export async function deleteHandoff(
  ctx: Ctx,
  call: Call,
  input: { readonly handoffId: string; readonly agentId?: string | undefined },
): Promise<void> {
  const { handoffId, agentId } = input;
  await transact(ctx, call.workspaceId, async (tx) => {
    const handoff = await requireHandoffIn(tx, handoffId);
    requireAllowed(decideDelete(handoff, agentId));
    stageHandoff(tx, handoff, null, { type: "handoff.deleted", actor: call.actor });
    if (agentId !== undefined) await stageSeen(tx, agentId, ctx.clock.now());
  });
}

function guardedPath(handoff: Handoff, given: string | undefined): string {
  const path = given ?? handoff.filePath;
  if (path !== undefined) return path;
  throw new AppError("invalid_input", {
    detail:
      `resourcePath required: handoff "${handoff.id}" has no filePath, say what the token is for`,
    fields: [{ path: "resourcePath", message: "is required with a token" }],
  });
}

function requireAllowed(decision: HandoffDecision): void {
  if (decision.kind === "allow") return;
  throw new AppError(decision.code, {
    detail: decision.reason,
    extension: decision.extension,
    // The same request would be refused again.
    retryable: false,
  });
}
