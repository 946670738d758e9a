/**
 * `["w", ws, "approval", id]` – the record. `["w", ws, "apr_open", id]` and
 * `["w", ws, "apr_run", runId, id]` – pointers (value 1) to the open ones and to those of a run.
 * Lifecycle: staged open by a run's suspending commit; closed once, by an answer, by expiry, or with its
 * run; kept as evidence. Trade-off: a list by any other status walks all approvals, newest first.
 */
import { defineKey } from "../kernel/kv/mod.ts";

const slice = "governance";
export const approvalKey = defineKey("approval", { slice, version: 1, retention: "keep" });
export const openApprovalKey = defineKey("apr_open", { slice, version: 1, retention: "keep" });
export const runApprovalKey = defineKey("apr_run", { slice, version: 1, retention: "keep" });

export const governanceKeys = [approvalKey, openApprovalKey, runApprovalKey];
