/**
 * Heartbeats and shadows: whether an agent still works, who watches it, and the takeover that hands what a
 * stalled agent holds to its shadow.
 */
import type { AppContext } from "../../kernel/context.ts";
import type { Call } from "../call.ts";
import type {
  Heartbeat,
  HeartbeatHealth,
  HeartbeatInput,
  HeartbeatReceipt,
  Shadow,
  Takeover,
} from "./schema.ts";

export type {
  Heartbeat,
  HeartbeatHealth,
  HeartbeatInput,
  HeartbeatReceipt,
  Shadow,
  Takeover,
} from "./schema.ts";

interface Timing {
  readonly stallThresholdMs?: number | undefined;
  readonly heartbeatIntervalMs?: number | undefined;
}

/** Registers an unknown agent. */
export function recordHeartbeat(
  _ctx: AppContext,
  _call: Call,
  _input: HeartbeatInput & { readonly agentId: string },
): Promise<HeartbeatReceipt> {
  throw new Error("not built yet");
}

export function getHeartbeat(
  _ctx: Pick<AppContext, "kv" | "clock">,
  _workspaceId: string,
  _agentId: string,
): Promise<HeartbeatHealth> {
  throw new Error("not built yet");
}

/** Newest first, at most the last 100. */
export function listHeartbeats(
  _ctx: Pick<AppContext, "kv">,
  _workspaceId: string,
  _agentId: string,
  _options?: { readonly sinceMs?: number; readonly limit?: number },
): Promise<Heartbeat[]> {
  throw new Error("not built yet");
}

export function getShadow(
  _ctx: Pick<AppContext, "kv" | "clock">,
  _workspaceId: string,
  _agentId: string,
): Promise<Shadow> {
  throw new Error("not built yet");
}

/** `agentId` is watched by `shadowId` from now on. */
export function registerShadow(
  _ctx: AppContext,
  _call: Call,
  _input: Timing & { readonly agentId: string; readonly shadowId: string },
): Promise<Shadow> {
  throw new Error("not built yet");
}

/** The same from the shadow's side: `conflict` when another watches the agent already. */
export function becomeShadow(
  _ctx: AppContext,
  _call: Call,
  _input: Timing & { readonly agentId: string; readonly primaryAgent: string },
): Promise<Shadow> {
  throw new Error("not built yet");
}

export function configureShadow(
  _ctx: AppContext,
  _call: Call,
  _input: Timing & { readonly agentId: string },
): Promise<Shadow> {
  throw new Error("not built yet");
}

/** `agentId` is the stalled agent or its shadow. `conflict` when it is not stalled and not forced. */
export function takeOver(
  _ctx: AppContext,
  _call: Call,
  _input: { readonly agentId: string; readonly force?: boolean | undefined },
): Promise<Takeover> {
  throw new Error("not built yet");
}
