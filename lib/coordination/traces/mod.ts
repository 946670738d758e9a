/**
 * Traces: an agent's work step by step, what the steps say about its being stuck (escalations) or in
 * flow, and what came of it.
 */
export { addStep } from "./add_step.ts";
export { completeTrace, type CountedTrace, stageCounted } from "./complete_trace.ts";
export { tracesKeys } from "./keys.ts";
export { resolveEscalation } from "./resolve_escalation.ts";
export { startTrace } from "./start_trace.ts";
export {
  countOpenEscalations,
  getFlow,
  getFlows,
  getTrace,
  listEscalations,
  listNewestSteps,
  listOpenEscalations,
  listSteps,
  listTraces,
  requireTrace,
} from "./store.ts";
