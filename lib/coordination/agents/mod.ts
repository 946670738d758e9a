/**
 * The registry of agents Muster does not run, and their presence: what they said of themselves, when they
 * were last heard, which WebSockets they hold. Presence is decided on read from stored times; events say
 * when it changes.
 */
import type { AppContext } from "../../kernel/context.ts";
import type { Tx } from "../../kernel/kv/mod.ts";
import type { Call } from "../call.ts";
import type { Agent, AgentInput, AgentStatus } from "./schema.ts";

export type { Agent, AgentInput, AgentStatus } from "./schema.ts";

/** Creates or updates; `created` tells which. */
export function registerAgent(
  _ctx: AppContext,
  _call: Call,
  _input: AgentInput,
): Promise<{ agent: Agent; created: boolean }> {
  throw new Error("not built yet");
}

/**
 * In every command made as an agent: it was heard now. One unchecked read and a blind write; when the agent
 * was offline also what brings it back (event, watch). Unregistered ids are left alone. **Await it.**
 */
export function stageSeen(_tx: Tx, _agentId: string, _nowMs: number): Promise<void> {
  return Promise.resolve();
}

export function getAgent(
  _ctx: Pick<AppContext, "kv" | "clock">,
  _workspaceId: string,
  _agentId: string,
): Promise<Agent | null> {
  throw new Error("not built yet");
}

export function agentExists(
  _ctx: Pick<AppContext, "kv">,
  _workspaceId: string,
  _agentId: string,
): Promise<boolean> {
  throw new Error("not built yet");
}

/** All of a workspace, newest `lastSeen` first, offline ones too; `online` leaves those out. */
export function listAgents(
  _ctx: Pick<AppContext, "kv" | "clock">,
  _workspaceId: string,
  _filter?: { readonly online?: boolean; readonly status?: AgentStatus },
): Promise<Agent[]> {
  throw new Error("not built yet");
}
