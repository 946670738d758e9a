/** What the killed server, its driver and the receiver of effects agree on. */

export interface ServerOptions {
  /** A file, or the URL of a denokv server. */
  readonly store: string;
  readonly receiver: string;
  /** Text for `parseFaults`. */
  readonly faults: string;
  /** Runs that must exist; those that do not are started. */
  readonly start: readonly string[];
  /** Default `campaign`. */
  readonly agent?: string;
  readonly ttlMs?: number;
}

/** Model calls of the agent `long`, one after another, each this slow at the receiver. */
export const LONG = { calls: 60, delayMs: 40 } as const;

/** One thing that arrived at the receiver. */
export interface Received {
  readonly kind: "model" | "tool";
  readonly name: string;
  readonly key: string;
  /** Epoch ms of arrival. */
  readonly at: number;
}

/** Model calls, tool calls and children one campaign run makes. */
export const EXPECTED = { models: 8, tools: 5, children: 3 } as const;
