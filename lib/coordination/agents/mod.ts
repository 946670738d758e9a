/**
 * The registry of agents Muster does not run, and their presence: what they said of themselves, when they
 * were last heard, which WebSockets they hold. Presence is decided on read from stored times; events say
 * when it changes.
 */
import { connectionsExpire } from "./connection_records.ts";
import { agentWatch } from "./presence.ts";

export type { Agent, AgentInput, AgentStatus } from "./schema.ts";
export { registerAgent, type Registered, stageAgent } from "./register_agent.ts";
export { stageSeen } from "./presence.ts";
export {
  agentExists,
  type AgentFilter,
  getAgent,
  listAgents,
  listRegistered,
  requireAgent,
} from "./store.ts";
export {
  type Connection,
  type Connections,
  createConnections,
  type Opening,
  type SocketEnd,
} from "./connections.ts";
export { frame } from "./frames.ts";
export { agentsKeys } from "./keys.ts";

export const agentsJobs = [agentWatch, connectionsExpire];
