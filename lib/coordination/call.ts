/** Who asks, as every command of this slice is told. Edges make it; nothing here looks at HTTP. */

export interface Call {
  readonly workspaceId: string;
  /** Stands in events: `agent:phoenix` where somebody acts as an agent, else the caller's own id. */
  readonly actor: string;
}

const AGENT = "agent:";

/** The agent that acts, where one does. */
export function agentOf({ actor }: Call): string | undefined {
  return actor.startsWith(AGENT) ? actor.slice(AGENT.length) : undefined;
}
