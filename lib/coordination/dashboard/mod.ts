/** The dashboard of an agent: what was measured of it, put together, and what to do next. */
export type { Dashboard, Suggestion } from "./schema.ts";
export { getDashboard } from "./get_dashboard.ts";
