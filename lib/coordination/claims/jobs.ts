/** The job that forgets a claim long after it went stale. One waits per claim, renewed or not. */
import { z } from "zod";
import type { AppContext } from "../../kernel/context.ts";
import { defineJob, type RunningJob } from "../../kernel/jobs/mod.ts";
import { transact } from "../../kernel/kv/mod.ts";
import { readSettings } from "../settings/mod.ts";
import { forgetAt } from "./decide.ts";
import { claimKey, type StoredClaim } from "./keys.ts";
import { stageClaim } from "./store.ts";

export const claimForget = defineJob<{ id: string }, AppContext>("claim.forget", {
  schema: z.object({ id: z.string() }),
  handler: (ctx, { id }, job) => forgetClaim(ctx, id, job),
});

async function forgetClaim(ctx: AppContext, id: string, job: RunningJob): Promise<void> {
  const { workspaceId } = job;
  const { staleAfterMs, keepStaleMs } = (await readSettings(ctx, workspaceId)).claims;
  await transact(ctx, workspaceId, async (tx) => {
    job.complete(tx);
    const claim = await tx.get<StoredClaim>(claimKey(workspaceId, id));
    if (!claim) return;
    const nowMs = ctx.clock.now();
    const dueAt = forgetAt(claim, staleAfterMs, keepStaleMs);
    if (dueAt > nowMs) return tx.enqueue(claimForget, { id }, { id, dueAt });
    stageClaim(tx, claim, null, { type: "claim.released", actor: "system", nowMs, staleAfterMs });
  });
}
