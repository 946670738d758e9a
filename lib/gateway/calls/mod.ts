/** A model call through everything: attempts, fallback, one deadline, honest streams, settlement. */
export { createCalls } from "./complete.ts";
export { OpenAttempts } from "./open_attempts.ts";
export { sseBody } from "./sse_body.ts";
export type { Parts } from "./stages.ts";
