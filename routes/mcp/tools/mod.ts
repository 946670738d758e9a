/** Every tool, in the order clients list them. */
import type { Tool } from "../tool.ts";
import { groupChat, kudosTool, threadTool } from "./chat.ts";
import { checkpoint } from "./checkpoints.ts";
import { handoff } from "./handoffs.ts";
import { heartbeat, shadowAgent } from "./heartbeats.ts";
import { digest, message } from "./inbox.ts";
import { resource } from "./locks.ts";
import { memory } from "./memory.ts";
import { agentStatusTool } from "./presence.ts";
import { approve, orchestrate, runStatusTool } from "./runs.ts";
import { dashboard, soul } from "./souls.ts";
import { task } from "./tasks.ts";
import { trace } from "./traces.ts";
import { hotStart, onboard, sessionResume, work } from "./views.ts";
import { workflow } from "./workflows.ts";
import { claim, zone } from "./zones.ts";

export const TOOLS: readonly Tool[] = [
  work,
  hotStart,
  onboard,
  agentStatusTool,
  groupChat,
  message,
  handoff,
  checkpoint,
  memory,
  task,
  zone,
  claim,
  resource,
  trace,
  soul,
  dashboard,
  heartbeat,
  shadowAgent,
  sessionResume,
  digest,
  threadTool,
  kudosTool,
  workflow,
  orchestrate,
  runStatusTool,
  approve,
];
