/** Who asks, as every command of this slice is told. Edges make it; nothing here looks at HTTP. */
import type { Tx } from "../kernel/kv/mod.ts";

export interface Call {
  readonly workspaceId: string;
  /** Stands in events: `agent:phoenix` where somebody acts as an agent, else the caller's own id. */
  readonly actor: string;
}

/** What an edge adds to a command's commit: the answer to a request that may come again. */
export type Staged<T> = (tx: Tx, result: T) => Promise<void>;

const AGENT = "agent:";

/** The agent that acts, where one does. */
export function agentOf({ actor }: Call): string | undefined {
  return actor.startsWith(AGENT) ? actor.slice(AGENT.length) : undefined;
}
