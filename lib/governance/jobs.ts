/** The job that closes an approval nobody answered in time. */
import { z } from "zod";
import { defineJob } from "../kernel/jobs/mod.ts";

/** What the worker's context brings: delivering the outcome wakes the run, which is not this slice's to do. */
export interface ApprovalJobs {
  expireApproval(workspaceId: string, approvalId: string): Promise<void>;
}

export const approvalExpire = defineJob<{ approvalId: string }, ApprovalJobs>("approval.expire", {
  schema: z.object({ approvalId: z.string() }),
  handler: (app, { approvalId }, job) => app.expireApproval(job.workspaceId, approvalId),
});
