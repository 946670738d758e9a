/**
 * Governance: the questions a run puts to people. A step that needs a person waits on an approval; this
 * slice makes, keeps, lists and judges them. Delivering the answer to the run is `lib/runs`' part, for
 * it wakes the engine. Policies, quorum, council, waivers and audit join here.
 */
export { type NewApproval, newApproval, stageApproval, stageApprovalClosed } from "./approval.ts";
export type { ApprovalAnswer } from "./decide.ts";
export type { Approval } from "./schema.ts";
export { stageAnswer, stageExpiry } from "./answer.ts";
export { getApproval, listApprovals, requireApproval } from "./store.ts";
export { approvalExpire } from "./jobs.ts";
export { governanceKeys } from "./keys.ts";
