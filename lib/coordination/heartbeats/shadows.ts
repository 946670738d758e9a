/** Who watches whom: registering a shadow from either side, and its times. */
import type { AppContext } from "../../kernel/context.ts";
import { AppError } from "../../kernel/core/errors.ts";
import { transact, type Tx } from "../../kernel/kv/mod.ts";
import { stageSeen } from "../agents/mod.ts";
import type { Call } from "../call.ts";
import { readSettings } from "../settings/mod.ts";
import { agentStream } from "../streams.ts";
import { type HeartbeatHead, type ShadowRecord, stallsAt, type Timing } from "./decide.ts";
import { heartbeatHeadKey, shadowKey, shadowOfKey } from "./keys.ts";
import type { Shadow } from "./schema.ts";
import { getShadow } from "./store.ts";
import { shadowWatch } from "./take_over.ts";

type TimingInput = {
  readonly [name in keyof Timing]?: number | undefined;
};

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

/** The same from the shadow's side: `conflict` when another watches the agent already. */
export async function becomeShadow(
  ctx: AppContext,
  call: Call,
  input: TimingInput & { readonly agentId: string; readonly primaryAgent: string },
): Promise<Shadow> {
  const { agentId, primaryAgent, ...timing } = input;
  await watch(ctx, call, { primaryAgent, shadowId: agentId, timing, replaces: false });
  return await getShadow(ctx, call.workspaceId, agentId);
}

/** Times of the agent's watch; those left out stay. */
export async function configureShadow(
  ctx: AppContext,
  call: Call,
  input: TimingInput & { readonly agentId: string },
): Promise<Shadow> {
  const { agentId, ...timing } = input;
  const { heartbeats } = await readSettings(ctx, call.workspaceId);
  await transact(ctx, call.workspaceId, async (tx) => {
    const before = await tx.get<ShadowRecord>(shadowKey(call.workspaceId, agentId));
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
  readonly replaces: boolean;
}

async function watch(
  ctx: AppContext,
  call: Call,
  { primaryAgent, shadowId, timing, replaces }: Watching,
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
function given({ stallThresholdMs, heartbeatIntervalMs }: TimingInput): TimingInput {
  return {
    ...(stallThresholdMs !== undefined && { stallThresholdMs }),
    ...(heartbeatIntervalMs !== undefined && { heartbeatIntervalMs }),
  };
}
