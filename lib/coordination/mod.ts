/**
 * Coordination of agents Muster does not run: who is here, who holds what, what is to be done, what was
 * said and learnt. Each area is a folder with the files of a slice; areas use each other through their
 * `mod.ts`. Every door (canonical API, compatibility surface, WebSockets, MCP) calls these functions.
 */
import type { AnyJob } from "../kernel/jobs/mod.ts";
import { agentsJobs, agentsKeys } from "./agents/mod.ts";
import { chatDeliver, chatKeys } from "./chat/mod.ts";
import { checkpointsKeys } from "./checkpoints/mod.ts";
import { inboxKeys } from "./inbox/mod.ts";
import { claimForget, claimKeys } from "./claims/mod.ts";
import { handoffKeys } from "./handoffs/mod.ts";
import { taskKeys } from "./tasks/mod.ts";
import { zoneKeys } from "./zones/mod.ts";
import { heartbeatsJobs, heartbeatsKeys } from "./heartbeats/mod.ts";
import { holdingsKey } from "./keys.ts";
import { lockJobs, lockKeys } from "./locks/mod.ts";
import { memoryKeys } from "./memory/mod.ts";
import { settingsKey } from "./settings/mod.ts";
import { soulsKeys } from "./souls/mod.ts";
import { talliesKeys } from "./tallies/mod.ts";
import { tracesKeys } from "./traces/mod.ts";

export type { Call } from "./call.ts";
export { agentStream, BOARD_STREAM, CHAT_STREAM } from "./streams.ts";

export const coordinationKeys = [
  ...taskKeys,
  ...zoneKeys,
  ...claimKeys,
  ...handoffKeys,
  ...agentsKeys,
  ...heartbeatsKeys,
  ...chatKeys,
  holdingsKey,
  ...inboxKeys,
  ...lockKeys,
  ...memoryKeys,
  ...checkpointsKeys,
  ...soulsKeys,
  ...talliesKeys,
  ...tracesKeys,
  settingsKey,
];

export const coordinationJobs: readonly AnyJob[] = [
  claimForget,
  ...agentsJobs,
  ...heartbeatsJobs,
  chatDeliver,
  ...lockJobs,
];
