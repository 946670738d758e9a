/**
 * Runs as people see them and what people do to them: lists, views with their steps and effects, the
 * commands, the answers to what a run asks. The engine executes; this slice reads its records and log.
 */
export { answerApproval, expireApproval } from "./answer_approval.ts";
export {
  cancelRun,
  forkRun,
  injectMessage,
  overrideStep,
  pauseRun,
  replayRun,
  resumeRun,
  retryRun,
  retryStep,
  rewindRun,
  startRun,
} from "./commands.ts";
export type { RunsContext, StagedWith } from "./context.ts";
export { acceptCovenant, patchCovenant, requireCovenant } from "./covenants.ts";
export { listEffects, requireEffect } from "./effects.ts";
export { exportRun } from "./export_run.ts";
export { getRuns, getRunView, listRuns, listSteps, requireRun, requireStep } from "./views.ts";
