/** Views over all areas at once: hot start, onboarding, session resume, the state of an agent. */
export type { AgentState, Onboarding, SessionResume, Work } from "./schema.ts";
export { getWork } from "./work.ts";
export { getOnboarding } from "./onboarding.ts";
export { getSessionResume } from "./session_resume.ts";
export { getAgentState } from "./agent_state.ts";
