/**
 * Runs as people see them: lists, views with their steps and effects, their covenants, and the answers to what a run asks. Operations on a run are methods of the engine; this slice reads its log.
 */
export { answerApproval, expireApproval } from "./answer_approval.ts";
export type { RunsContext, StagedWith } from "./context.ts";
export { acceptCovenant, patchCovenant, requireCovenant } from "./covenants.ts";
export { listEffects, requireEffect } from "./effects.ts";
export { exportRun } from "./export_run.ts";
export { startRun } from "./start_run.ts";
export { getRuns, getRunView, listRuns, listSteps, requireRun, requireStep } from "./views.ts";
export { listWorkflows, startWorkflow } from "./workflows.ts";
