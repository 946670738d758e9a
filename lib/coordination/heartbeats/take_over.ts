/**
 * A shadow takes over from a stalled agent: by command, or by the job that waits for the moment of the
 * stall. Locks (with new tokens), claims and tasks in progress change hands in the commit that ends the
 * watch, so of two takeovers one wins. What one commit does not take follows in further ones, by whoever
 * took over, or by a job when that process dies.
 */
import { z } from "zod";
import type { AppContext } from "../../kernel/context.ts";
import { AppError } from "../../kernel/core/errors.ts";
import { defineJob, type RunningJob } from "../../kernel/jobs/mod.ts";
import { transact, type Tx } from "../../kernel/kv/mod.ts";
import type { Call } from "../call.ts";
import { stageMessage } from "../inbox/mod.ts";
import { announceHandOver } from "../locks/mod.ts";
import { type CoordinationSettings, readSettings } from "../settings/mod.ts";
import { agentStream } from "../streams.ts";
import {
  decideTakeover,
  type HeartbeatHead,
  type ShadowRecord,
  stallsAt,
  type TakeoverDecision,
} from "./decide.ts";
import { type HandedOver, stageHandOver } from "./hand_over.ts";
import { heartbeatHeadKey, shadowKey } from "./keys.ts";
import type { Takeover } from "./schema.ts";
import { readWatchedBy } from "./store.ts";

/** Due when the agent would stall. */
export const shadowWatch = defineJob<{ primaryAgent: string }, AppContext>("shadow.watch", {
  schema: z.object({ primaryAgent: z.string() }),
  handler: (ctx, { primaryAgent }, job) => watchPrimary(ctx, primaryAgent, job),
});

/** The rest of a takeover that one commit did not take. */
export const shadowHandOver = defineJob<{ primaryAgent: string }, AppContext>("shadow.hand_over", {
  schema: z.object({ primaryAgent: z.string() }),
  handler: async (ctx, { primaryAgent }, job) => {
    await handOverRest(ctx, { workspaceId: job.workspaceId, actor: SYSTEM }, primaryAgent);
  },
});

/** Later than the command that took over needs to move the rest itself. */
const REST_DELAY_MS = 5_000;
const SYSTEM = "system";
/** Holdings and characters of each that the record of an automatic takeover lists. */
const LISTED = 40;
const LISTED_CHARS = 300;

/**
 * `agentId` is the stalled agent or, when nobody watches it, the shadow of one. `conflict` without a shadow,
 * after a takeover, and when it is not stalled unless `force`, which the edge asked for the right to.
 */
export async function takeOver(
  ctx: AppContext,
  call: Call,
  input: { readonly agentId: string; readonly force?: boolean | undefined },
): Promise<Takeover> {
  const { workspaceId } = call;
  const primaryAgent = await findPrimary(ctx, workspaceId, input.agentId);
  const settings = await readSettings(ctx, workspaceId);
  await announceHandOver(ctx, workspaceId, primaryAgent);
  const first = await transact(ctx, workspaceId, async (tx) => {
    const { record, head } = await readWatch(tx, primaryAgent);
    const nowMs = ctx.clock.now();
    const decision = decideTakeover(record, head, settings.heartbeats, !!input.force, nowMs);
    if (decision.kind === "deny") throw refused(primaryAgent, decision, record, head, nowMs);
    if (decision.kind === "made") {
      tx.set(shadowKey(workspaceId, primaryAgent), { ...record, automatic: undefined });
      return { ...decision.takeover, complete: true };
    }
    return await stageTakeover(ctx, tx, call.actor, record!, decision, settings);
  }, { aggregate: "takeover" });
  if (first.complete) return first;
  return addRest(first, await handOverRest(ctx, call, primaryAgent));
}

async function watchPrimary(
  ctx: AppContext,
  primaryAgent: string,
  job: RunningJob,
): Promise<void> {
  const { workspaceId } = job;
  const settings = await readSettings(ctx, workspaceId);
  const look = (isAnnounced: boolean) =>
    transact(ctx, workspaceId, async (tx) => {
      const { record, head } = await readWatch(tx, primaryAgent);
      const nowMs = ctx.clock.now();
      const decision = decideTakeover(record, head, settings.heartbeats, false, nowMs);
      if (decision.kind === "allow" && !isAnnounced) return "stalled" as const;
      job.complete(tx);
      if (decision.kind === "allow") {
        return await stageTakeover(ctx, tx, SYSTEM, record!, decision, settings);
      }
      const dueAt = record && stallsAt(head, record, settings.heartbeats);
      if (dueAt != null) tx.enqueue(shadowWatch, { primaryAgent }, { id: primaryAgent, dueAt });
      return null;
    }, { aggregate: "takeover" });
  let taken = await look(false);
  // Most agents were heard meanwhile: only for one that is stalled are locks told to mind its fence.
  if (taken === "stalled") {
    await announceHandOver(ctx, workspaceId, primaryAgent);
    taken = await look(true);
  }
  if (taken && taken !== "stalled" && !taken.complete) {
    await handOverRest(ctx, { workspaceId, actor: SYSTEM }, primaryAgent);
  }
}

async function readWatch(
  tx: Tx,
  primaryAgent: string,
): Promise<{ readonly record: ShadowRecord | null; readonly head: HeartbeatHead | null }> {
  // Both checked: of a heartbeat and a takeover at once, one sees the other.
  return {
    record: await tx.get<ShadowRecord>(shadowKey(tx.workspaceId, primaryAgent)),
    head: await tx.get<HeartbeatHead>(heartbeatHeadKey(tx.workspaceId, primaryAgent)),
  };
}

/** Names the path's agent when it has a shadow, else the one it watches. */
async function findPrimary(ctx: AppContext, workspaceId: string, agentId: string): Promise<string> {
  const own = (await ctx.kv.get<ShadowRecord>(shadowKey(workspaceId, agentId))).value;
  if (own?.shadowId) return agentId;
  return (await readWatchedBy(ctx, workspaceId, agentId))?.primaryAgent ?? agentId;
}

async function stageTakeover(
  ctx: AppContext,
  tx: Tx,
  actor: string,
  record: ShadowRecord,
  { shadowId, forced }: Extract<TakeoverDecision, { kind: "allow" }>,
  settings: CoordinationSettings,
): Promise<Takeover> {
  const { workspaceId } = tx;
  const { primaryAgent } = record;
  const nowMs = ctx.clock.now();
  const moved = await stageHandOver(ctx, tx, {
    fromAgent: primaryAgent,
    toAgent: shadowId,
    // All that is seen behind the fence, also where another instance's clock is ahead.
    heldByMs: Infinity,
    nowMs,
    actor,
    claimStaleAfterMs: settings.claims.staleAfterMs,
  });
  if (!moved.complete) {
    const dueAt = nowMs + REST_DELAY_MS;
    tx.enqueue(shadowHandOver, { primaryAgent }, { id: primaryAgent, dueAt });
  }
  const takeover: Takeover = {
    primaryAgent,
    shadowId,
    takeoverAt: new Date(nowMs).toISOString(),
    previousStatus: record.status,
    forced,
    automatic: actor === SYSTEM,
    ...moved,
    commits: 1,
  };
  const takenOver: ShadowRecord = {
    ...record,
    status: "taken-over",
    takeoverAtMs: nowMs,
    automatic: takeover.automatic ? shortened(takeover) : undefined,
  };
  tx.set(shadowKey(workspaceId, primaryAgent), takenOver);
  stageNews(ctx, tx, actor, takeover);
  return takeover;
}

/** Small enough for a record; the lists of locks, claims and tasks show the rest. */
function shortened(takeover: Takeover): Takeover {
  const { locks, claims, tasks } = takeover;
  const first = <T>(items: readonly T[]) => items.slice(0, LISTED);
  const isShort = (text: string) => text.length <= LISTED_CHARS;
  return {
    ...takeover,
    locks: first(locks.filter(({ resourcePath }) => isShort(resourcePath))),
    claims: first(claims.filter(isShort)),
    tasks: first(tasks),
  };
}

/** Both are told: in their inboxes, and by an event whoever listens to them. */
function stageNews(ctx: AppContext, tx: Tx, actor: string, takeover: Takeover): void {
  const { primaryAgent, shadowId, takeoverAt } = takeover;
  const what = holdingsText(takeover);
  stageMessage(tx, ctx, actor, {
    to: primaryAgent,
    from: shadowId,
    type: "status",
    message: `${shadowId} took over from you at ${takeoverAt}: ${what}. Your tokens are stale`,
  });
  stageMessage(tx, ctx, actor, {
    to: shadowId,
    from: primaryAgent,
    type: "status",
    message: `You took over from ${primaryAgent} at ${takeoverAt}: ${what}`,
  });
  const { locks, claims, tasks, ...rest } = takeover;
  const counts = { locks: locks.length, claims: claims.length, tasks: tasks.length };
  for (const agentId of [primaryAgent, shadowId]) {
    tx.emit(agentStream(agentId), {
      type: "shadow.taken_over",
      actor,
      takeover: { ...rest, ...counts },
    });
  }
}

function holdingsText({ locks, claims, tasks, complete }: HandedOver): string {
  const parts = [
    [locks.length, "lock"],
    [claims.length, "claim"],
    [tasks.length, "task"],
  ] as const;
  const text = parts.filter(([count]) => count > 0)
    .map(([count, noun]) => `${count} ${noun}${count === 1 ? "" : "s"}`).join(", ");
  return `${text || "nothing was held"}${complete ? "" : ", more follows"}`;
}

/** Commit after commit until nothing is left of what the agent held at the takeover. May run twice. */
async function handOverRest(
  ctx: AppContext,
  call: Call,
  primaryAgent: string,
): Promise<HandedOver & { readonly commits: number }> {
  const { workspaceId, actor } = call;
  const { claims } = await readSettings(ctx, workspaceId);
  const all: HandedOver = { locks: [], claims: [], tasks: [], complete: true };
  for (let commits = 1;; commits++) {
    await announceHandOver(ctx, workspaceId, primaryAgent);
    const part = await transact(ctx, workspaceId, async (tx) => {
      const { record } = await readWatch(tx, primaryAgent);
      if (record?.status !== "taken-over" || record.shadowId === null) return null;
      return await stageHandOver(ctx, tx, {
        fromAgent: primaryAgent,
        toAgent: record.shadowId,
        heldByMs: record.takeoverAtMs!,
        nowMs: ctx.clock.now(),
        actor,
        claimStaleAfterMs: claims.staleAfterMs,
      });
    }, { aggregate: "takeover" });
    if (!part) return { ...all, complete: true, commits };
    all.locks.push(...part.locks);
    all.claims.push(...part.claims);
    all.tasks.push(...part.tasks);
    if (part.complete) return { ...all, commits };
    if (part.locks.length + part.claims.length + part.tasks.length === 0) {
      throw new AppError("internal", {
        detail: `What "${primaryAgent}" holds does not fit into a commit`,
      });
    }
  }
}

function addRest(first: Takeover, rest: HandedOver & { readonly commits: number }): Takeover {
  return {
    ...first,
    locks: [...first.locks, ...rest.locks],
    claims: [...first.claims, ...rest.claims],
    tasks: [...first.tasks, ...rest.tasks],
    complete: rest.complete,
    commits: first.commits + rest.commits,
  };
}

function refused(
  primaryAgent: string,
  decision: Extract<TakeoverDecision, { kind: "deny" }>,
  record: ShadowRecord | null,
  head: HeartbeatHead | null,
  nowMs: number,
): AppError {
  const iso = (ms: number | null | undefined) => ms == null ? null : new Date(ms).toISOString();
  const said = { primaryAgent, shadowId: record?.shadowId ?? null };
  switch (decision.reason) {
    case "no_shadow":
      return new AppError("conflict", {
        detail: `"${primaryAgent}" has no shadow; register one first (register-shadow)`,
        extension: said,
      });
    case "taken_over":
      return new AppError("conflict", {
        detail: `"${record!.shadowId}" took over from "${primaryAgent}" at ${
          iso(record!.takeoverAtMs)
        }; a shadow must be registered again before the next takeover`,
        extension: { ...said, takeoverAt: iso(record!.takeoverAtMs) },
      });
    case "not_stalled": {
      const stallsAtMs = decision.stallsAtMs!;
      return new AppError("conflict", {
        detail: `"${primaryAgent}" is not stalled: it counts as stalled at ${iso(stallsAtMs)} ` +
          `unless a heartbeat comes before; wait until then, or force it as an operator`,
        extension: { ...said, lastHeartbeat: iso(head?.lastMs), stallsAt: iso(stallsAtMs) },
        retryAfterMs: stallsAtMs - nowMs,
      });
    }
  }
}
