/** What a WebSocket of the hub is made of: who holds it, what it is told first, what it understands. */
import type { Opening } from "../../lib/coordination/agents/mod.ts";
import type { Call } from "../../lib/coordination/mod.ts";
import type { Caller } from "../_http/env.ts";

/** Who holds the socket, as found before the upgrade: the request is gone after it. */
export interface Holder {
  readonly agentId: string;
  readonly call: Call;
  readonly caller: Caller | undefined;
  readonly callerId: string;
  /** May change something; else it may only listen. */
  readonly mayWrite: boolean;
}

export interface Received {
  readonly holder: Holder;
  readonly payload: unknown;
  reply(type: string, payload?: unknown): void;
}

export interface SocketKind {
  readonly hears: Opening["hears"];
  /** The first frame. */
  greet(holder: Holder): Promise<{ readonly type: string; readonly payload: unknown }>;
  /** By the type of the frame; `ping` is known everywhere. */
  readonly handlers: Readonly<Record<string, (received: Received) => Promise<void> | void>>;
}
