/** What agents did, counted: escalations, help, tokens, tasks of a day. Only what happened is counted. */
export { talliesKeys } from "./keys.ts";
export {
  type DayTallies,
  getDayTallies,
  getTallies,
  stageDayTally,
  stagePeerHelped,
  stageTally,
  stageTokensUsed,
  type Tallies,
} from "./store.ts";
