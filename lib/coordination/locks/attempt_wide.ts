/**
 * One try to get a glob, or more paths than one commit can check. The caller's place in the gate, stored
 * before, keeps later grants away from everything it overlaps; whatever is given or taken past it, or finds
 * its time over, changes the gate. So what is read after the gate is free as long as the gate is the same, and
 * the commit checks that alone.
 */
import { transact, type Tx } from "../../kernel/kv/mod.ts";
import { readSettings } from "../settings/mod.ts";
import { type Attempt, attemptPaths, DIRECT_PATHS_MAX, stagePath } from "./attempt_paths.ts";
import { hasExpired, isLive } from "./alive.ts";
import { closeGate, dropWide, type GateDraft, nextGlobToken, openGate } from "./gate.ts";
import {
  type Asker,
  decideAll,
  decideGate,
  decidePath,
  type Decision,
  EMPTY_GATE,
  type PathState,
  pruneGate,
} from "./decide.ts";
import { endExpiredPaths } from "./expire.ts";
import { planSweep } from "./jobs.ts";
import { type Gate, lockGateKey, type LockRecord, type StoredLock } from "./keys.ts";
import { requireAbilities } from "./policy.ts";
import type { Place } from "./queue.ts";
import { type LockRequest, termsOf } from "./request.ts";
import {
  type LockContext,
  newRecord,
  recordKey,
  stageEnd,
  stageGrant,
  stageRenewal,
  type Terms,
} from "./stage.ts";
import { readCovered, readPaths } from "./states.ts";

/** Whether the request goes through the gate even when everything is free. */
export function isWide({ target }: LockRequest): boolean {
  return target.kind === "glob" || target.paths.length > DIRECT_PATHS_MAX;
}

export async function attempt(
  ctx: LockContext,
  request: LockRequest,
  place: Place | null,
): Promise<Attempt> {
  return isWide(request)
    ? await attemptWide(ctx, request, place!)
    : await attemptPaths(ctx, request, place);
}

async function attemptWide(
  ctx: LockContext,
  request: LockRequest,
  place: Place,
): Promise<Attempt> {
  const { workspaceId, target, input } = request;
  const asker: Asker = { agentId: input.agentId, ticket: place };
  // Before the reads: what is given or taken after changes it.
  const gate = await ctx.kv.get<Gate>(lockGateKey(workspaceId));
  const states = target.kind === "glob"
    ? await readCovered(ctx, workspaceId, target.glob)
    : await readPaths(ctx, workspaceId, target.paths);
  const nowMs = ctx.clock.now();
  const expired = states.filter(({ record }) => record?.held && hasExpired(record.held, nowMs));
  if (expired.length > 0) {
    await endExpiredPaths(ctx, workspaceId, expired.map(({ path }) => path));
    return await attemptWide(ctx, request, place);
  }
  const decisions = states.map((state) => decidePath(state, EMPTY_GATE, asker, nowMs));
  const seen = pruneGate(gate.value ?? EMPTY_GATE, nowMs);
  const found = decideAll([...decisions, decideGate(target, seen, asker, nowMs)]);
  if (found.kind === "blocked" || found.kind === "unsettled") return found;
  return await commitWide(ctx, request, place, {
    states,
    decisions,
    gate: gate.versionstamp,
  });
}

interface Findings {
  readonly states: readonly PathState[];
  readonly decisions: readonly Decision[];
  /** Its version, from before the reads. */
  readonly gate: string | null;
}

async function commitWide(
  ctx: LockContext,
  request: LockRequest,
  place: Place,
  { states, decisions, gate }: Findings,
): Promise<Attempt> {
  const { workspaceId, target, input } = request;
  return await transact(ctx, workspaceId, async (tx) => {
    const nowMs = ctx.clock.now();
    const [{ locks: settings }, draft] = await Promise.all([
      readSettings(ctx, workspaceId),
      openGate(tx, nowMs),
    ]);
    if (!draft.value.wide.some(({ id }) => id === place.id)) return { kind: "lost" };
    if (draft.versionstamp !== gate) return { kind: "unsettled" };
    await requireAbilities(ctx, workspaceId, settings.policies, input.agentId, target);
    const terms = termsOf(request, settings);
    dropWide(draft, place.id);
    if (target.kind === "glob") {
      return await stageGlob(ctx, tx, target.glob, draft, { terms, place, nowMs });
    }
    const locks = states.map((state, i) =>
      stagePath(ctx, tx, state, decisions[i]!, draft, { terms, place, nowMs })
    );
    closeGate(tx, draft);
    return { kind: "done", locks, renewed: decisions.every(({ kind }) => kind === "renew") };
  }, { aggregate: "lock" });
}

interface Granting {
  readonly terms: Terms;
  readonly place: Place;
  readonly nowMs: number;
}

async function stageGlob(
  ctx: LockContext,
  tx: Tx,
  glob: string,
  draft: GateDraft,
  { terms, place, nowMs }: Granting,
): Promise<Attempt> {
  const known = draft.value.globs.find(({ path, agentId }) =>
    path === glob && agentId === terms.agentId
  );
  const renewed = isLive(known, nowMs);
  let lock: StoredLock;
  if (renewed) lock = stageRenewal(tx, known, terms, nowMs);
  else {
    const key = recordKey(tx.workspaceId, "glob", glob);
    let record = await tx.get<LockRecord>(key) ?? newRecord(glob);
    if (known) {
      const expired = { why: "expired", actor: "system" } as const;
      record = stageEnd(ctx, tx, record, known, expired, draft, nowMs);
    }
    const { token, floor, high } = nextGlobToken(draft.value);
    draft.value = { ...draft.value, floor, high };
    const grant = { id: place.id, kind: "glob", token } as const;
    lock = stageGrant(tx, record, grant, terms, draft, nowMs).held;
    tx.set(key, { ...record, last: token });
  }
  draft.value = {
    ...draft.value,
    globs: [...draft.value.globs.filter((other) => other !== known), lock],
  };
  planSweep(ctx, tx, { held: lock, listedUntil: 0 }, nowMs);
  closeGate(tx, draft);
  return { kind: "done", locks: [lock], renewed };
}
