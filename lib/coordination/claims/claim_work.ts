/** Claims, renews, takes over what went stale, releases. Of any number that claim one thing, one gets it. */
import type { AppContext } from "../../kernel/context.ts";
import { AppError } from "../../kernel/core/errors.ts";
import { transact } from "../../kernel/kv/mod.ts";
import { stageSeen } from "../agents/mod.ts";
import type { Call } from "../call.ts";
import { readSettings } from "../settings/mod.ts";
import { decideClaim, decideRelease, forgetAt } from "./decide.ts";
import { claimForget } from "./jobs.ts";
import { claimId, claimKey, normalizeWhat, type StoredClaim } from "./keys.ts";
import type { Claim } from "./schema.ts";
import { shownClaim, stageClaim } from "./store.ts";

type Ctx = Pick<AppContext, "kv" | "clock">;

export interface WorkClaim {
  readonly what: string;
  readonly by: string;
  readonly description?: string | undefined;
}

/** `conflict` with `claim` while another's is fresh. */
export async function claimWork(ctx: Ctx, call: Call, input: WorkClaim): Promise<Claim> {
  const { by } = input;
  const what = normalizeWhat(input.what);
  const id = claimId(what);
  const { staleAfterMs, keepStaleMs } = (await readSettings(ctx, call.workspaceId)).claims;
  return await transact(ctx, call.workspaceId, async (tx) => {
    const before = await tx.get<StoredClaim>(claimKey(call.workspaceId, id));
    const nowMs = ctx.clock.now();
    const { kind } = decideClaim(before, by, nowMs, staleAfterMs);
    if (kind === "deny") throw alreadyClaimed(shownClaim(before!, nowMs, staleAfterMs));
    const own = before?.by === by ? before : null;
    const description = input.description ?? own?.description;
    const after: StoredClaim = {
      v: 1,
      what,
      by,
      ...(description && { description }),
      claimedAt: kind === "renew" ? before!.claimedAt : nowMs,
      renewedAt: nowMs,
    };
    const claim = stageClaim(tx, before, after, {
      type: "claim.claimed",
      actor: call.actor,
      nowMs,
      staleAfterMs,
      takenFrom: own ? undefined : before?.by,
    });
    // A renewed or replaced one is waited for already.
    if (kind === "take") {
      tx.enqueue(claimForget, { id }, { id, dueAt: forgetAt(after, staleAfterMs, keepStaleMs) });
    }
    await stageSeen(tx, by, nowMs);
    return claim;
  });
}

/** `not_found`; `forbidden` when it is another's. Without `by` anybody's: the edge asked for the right to. */
export async function releaseWork(
  ctx: Ctx,
  call: Call,
  input: { readonly what: string; readonly by?: string | undefined },
): Promise<Claim> {
  const { by } = input;
  const what = normalizeWhat(input.what);
  const { staleAfterMs } = (await readSettings(ctx, call.workspaceId)).claims;
  return await transact(ctx, call.workspaceId, async (tx) => {
    const claim = await tx.get<StoredClaim>(claimKey(call.workspaceId, claimId(what)));
    const decision = decideRelease(claim, by);
    if (!claim || decision === "absent") {
      throw new AppError("not_found", { detail: `Nobody claims "${what.slice(0, 200)}"` });
    }
    const nowMs = ctx.clock.now();
    if (decision === "forbidden") {
      throw new AppError("forbidden", {
        detail: `"${what.slice(0, 200)}" is claimed by "${claim.by}", not by "${by}"`,
        extension: { claim: shownClaim(claim, nowMs, staleAfterMs) },
      });
    }
    if (by !== undefined) await stageSeen(tx, by, nowMs);
    return stageClaim(tx, claim, null, {
      type: "claim.released",
      actor: call.actor,
      nowMs,
      staleAfterMs,
    });
  });
}

function alreadyClaimed(claim: Claim): AppError {
  return new AppError("conflict", {
    detail:
      `Already claimed by "${claim.by}" until ${claim.staleAt} unless renewed; take other work or ask "${claim.by}"`,
    extension: { claim },
    retryable: false,
  });
}
