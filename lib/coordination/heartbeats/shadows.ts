/** Who watches whom: registering a shadow from either side, and its times. */
import type { AppContext } from "../../kernel/context.ts";
import { AppError } from "../../kernel/core/errors.ts";
import { transact, type Tx } from "../../kernel/kv/mod.ts";
import { stageSeen } from "../agents/mod.ts";
import { agentOf, type Call } from "../call.ts";
import { readSettings } from "../settings/mod.ts";
import { agentStream } from "../streams.ts";
import {
  decideTiming,
  type HeartbeatHead,
  type ShadowRecord,
  stallsAt,
  type Timing,
} from "./decide.ts";
import { heartbeatHeadKey, shadowKey, shadowOfKey } from "./keys.ts";
import type { Shadow } from "./schema.ts";
import { getShadow } from "./store.ts";
import { shadowWatch } from "./take_over.ts";

type TimingInput = {
  readonly [name in keyof Timing]?: number | undefined;
};

interface OfAnother {
  /** The edge asked for the right to use force: also another's stall may be noticed sooner. */
  readonly mayForce?: boolean | undefined;
}

/** `agentId` is watched by `shadowId` from now on, whoever watched it before. */
export async function registerShadow(
  ctx: AppContext,
  call: Call,
  input: TimingInput & { readonly agentId: string; readonly shadowId: string },
): Promise<Shadow> {
  const { agentId, shadowId, ...timing } = input;
  await watch(ctx, call, { primaryAgent: agentId, shadowId, timing, replaces: true });
  return await getShadow(ctx, call.workspaceId, agentId);
}

/**
 * The same from the shadow's side: `conflict` when another watches the agent already, `forbidden` when the
 * agent would stall sooner than until now.
 */
export async function becomeShadow(
  ctx: AppContext,
  call: Call,
  input: TimingInput & OfAnother & { readonly agentId: string; readonly primaryAgent: string },
): Promise<Shadow> {
  const { agentId, primaryAgent, mayForce, ...timing } = input;
  const shadowId = agentId;
  await watch(ctx, call, { primaryAgent, shadowId, timing, mayForce, replaces: false });
  return await getShadow(ctx, call.workspaceId, agentId);
}

/** Times of the agent's watch; those left out stay. `forbidden` as above for anybody but the agent. */
export async function configureShadow(
  ctx: AppContext,
  call: Call,
  input: TimingInput & OfAnother & { readonly agentId: string },
): Promise<Shadow> {
  const { agentId, mayForce, ...timing } = input;
  const { heartbeats } = await readSettings(ctx, call.workspaceId);
  await transact(ctx, call.workspaceId, async (tx) => {
    const before = await tx.get<ShadowRecord>(shadowKey(call.workspaceId, agentId));
    requireTiming(call, agentId, before, timing, heartbeats, mayForce);
    const record = { ...(before ?? unwatched(agentId)), ...given(timing) };
    tx.set(shadowKey(call.workspaceId, agentId), record);
    await stageWatch(tx, record, heartbeats);
    await stageSeen(tx, agentId, ctx.clock.now());
  });
  return await getShadow(ctx, call.workspaceId, agentId);
}

interface Watching {
  readonly primaryAgent: string;
  readonly shadowId: string;
  readonly timing: TimingInput;
  readonly mayForce?: boolean | undefined;
  readonly replaces: boolean;
}

async function watch(
  ctx: AppContext,
  call: Call,
  { primaryAgent, shadowId, timing, mayForce, replaces }: Watching,
): Promise<void> {
  const { workspaceId } = call;
  if (primaryAgent === shadowId) {
    throw new AppError("invalid_input", {
      detail: `"${shadowId}" cannot be its own shadow`,
      fields: [{ path: replaces ? "shadowId" : "primaryAgent", message: "is the agent itself" }],
    });
  }
  const { heartbeats } = await readSettings(ctx, workspaceId);
  await transact(ctx, workspaceId, async (tx) => {
    const key = shadowKey(workspaceId, primaryAgent);
    const before = await tx.get<ShadowRecord>(key);
    const other = before?.shadowId ?? null;
    if (!replaces && before?.status === "monitoring" && other !== shadowId) {
      throw new AppError("conflict", {
        detail: `"${primaryAgent}" is watched by "${other}" already; ` +
          `it can register another shadow itself`,
        extension: { shadowId: other },
      });
    }
    requireTiming(call, primaryAgent, before, timing, heartbeats, mayForce);
    const nowMs = ctx.clock.now();
    const record: ShadowRecord = {
      ...(before ?? unwatched(primaryAgent)),
      ...given(timing),
      shadowId,
      status: "monitoring",
      registeredAtMs: nowMs,
      takeoverAtMs: null,
      isTold: false,
      automatic: undefined,
    };
    tx.set(key, record);
    if (other !== null && other !== shadowId) {
      tx.delete(shadowOfKey(workspaceId, other, primaryAgent));
    }
    tx.set(shadowOfKey(workspaceId, shadowId, primaryAgent), nowMs);
    await stageWatch(tx, record, heartbeats);
    await stageSeen(tx, replaces ? primaryAgent : shadowId, nowMs);
    const { stallThresholdMs, heartbeatIntervalMs } = { ...heartbeats, ...given(record) };
    const shadow = { primaryAgent, shadowId, stallThresholdMs, heartbeatIntervalMs };
    for (const agentId of [primaryAgent, shadowId]) {
      tx.emit(agentStream(agentId), { type: "shadow.registered", actor: call.actor, shadow });
    }
  });
}

/** A job looks at the agent at the moment it would stall. */
async function stageWatch(tx: Tx, record: ShadowRecord, settings: Timing): Promise<void> {
  const { workspaceId } = tx;
  // Unchecked: a heartbeat meanwhile only moves the moment, which the job asks for again.
  const head = await tx.peek<HeartbeatHead>(heartbeatHeadKey(workspaceId, record.primaryAgent));
  const dueAt = stallsAt(head, record, settings);
  if (dueAt === null) return;
  const { primaryAgent } = record;
  tx.enqueue(shadowWatch, { primaryAgent }, { id: primaryAgent, dueAt });
}

function requireTiming(
  call: Call,
  primaryAgent: string,
  before: ShadowRecord | null,
  timing: TimingInput,
  settings: Timing,
  mayForce = false,
): void {
  const mayShorten = mayForce || agentOf(call) === primaryAgent;
  const decision = decideTiming(before, given(timing), settings, mayShorten);
  if (decision.kind === "allow") return;
  const { stallThresholdMs } = decision;
  throw new AppError("forbidden", {
    detail: `"${primaryAgent}" counts as stalled after ${stallThresholdMs} ms; sooner only it ` +
      "can say itself, or an operator",
    extension: { primaryAgent, stallThresholdMs },
  });
}

function unwatched(primaryAgent: string): ShadowRecord {
  return {
    v: 1,
    primaryAgent,
    shadowId: null,
    status: "none",
    registeredAtMs: null,
    takeoverAtMs: null,
    isTold: false,
  };
}

/** Only the times that are set: an absent one must not clear what is stored. */
function given({ stallThresholdMs, heartbeatIntervalMs }: TimingInput): Partial<Timing> {
  return {
    ...(stallThresholdMs !== undefined && { stallThresholdMs }),
    ...(heartbeatIntervalMs !== undefined && { heartbeatIntervalMs }),
  };
}
