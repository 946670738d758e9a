/** One try to get one path, or a few at once, in one commit that checks the record of each. */
import { AppError } from "../../kernel/core/errors.ts";
import { transact, type TransactOptions, type Tx } from "../../kernel/kv/mod.ts";
import { readSettings } from "../settings/mod.ts";
import {
  decideAll,
  decidePath,
  type Decision,
  EMPTY_GATE,
  nextPathToken,
  type Obstacles,
  type PathState,
} from "./decide.ts";
import { planSweep } from "./jobs.ts";
import {
  type Gate,
  lockGateKey,
  type LockQueue,
  type LockRecord,
  type StoredLock,
} from "./keys.ts";
import { requireAbilities } from "./policy.ts";
import { liveTickets, type Place, queueKey, stageQueue } from "./queue.ts";
import { type LockRequest, termsOf } from "./request.ts";
import {
  closeGate,
  dropWide,
  type GateDraft,
  type LockContext,
  newRecord,
  openGate,
  overtake,
  raiseHigh,
  recordKey,
  stageEnd,
  stageGrant,
  stageRenewal,
  type Terms,
} from "./stage.ts";
import { readPaths } from "./states.ts";

/** Records one commit may check, beside the gate and what the store itself checks. */
export const DIRECT_PATHS_MAX = 8;

export type Attempt =
  | { readonly kind: "done"; readonly locks: readonly StoredLock[]; readonly renewed: boolean }
  | ({ readonly kind: "blocked" } & Obstacles)
  | { readonly kind: "unsettled" }
  /** The place is no longer in the line. */
  | { readonly kind: "lost" };

/**
 * Gives all of the request's paths or none. With a place it takes it out of the line in the same commit.
 * Throws `forbidden` by policy.
 */
export async function attemptPaths(
  ctx: LockContext,
  request: LockRequest,
  place: Place | null,
): Promise<Attempt> {
  try {
    return await grantPaths(ctx, request, place, { attempts: 1 });
  } catch (error) {
    if (!isOvertaken(error)) throw error;
  }
  // Somebody was faster and most likely has it now: all who lost see that at once, without standing in
  // line to try again.
  const { target, input, workspaceId } = request;
  const paths = target.kind === "glob" ? [] : target.paths;
  const [states, gate] = await Promise.all([
    readPaths(ctx, workspaceId, paths),
    ctx.kv.get<Gate>(lockGateKey(workspaceId)),
  ]);
  const asker = { agentId: input.agentId, ticket: place ?? undefined };
  const nowMs = ctx.clock.now();
  const decision = decideAll(
    states.map((state) => decidePath(state, gate.value ?? EMPTY_GATE, asker, nowMs)),
  );
  return decision.kind === "blocked" ? decision : await grantPaths(ctx, request, place, {});
}

/** The one attempt lost against another commit; nothing else says how many there were. */
function isOvertaken(error: unknown): boolean {
  return error instanceof AppError && error.code === "conflict" && error.data?.attempts === 1;
}

async function grantPaths(
  ctx: LockContext,
  request: LockRequest,
  place: Place | null,
  options: TransactOptions,
): Promise<Attempt> {
  const { workspaceId, target, input } = request;
  if (target.kind === "glob") throw new TypeError("a glob is granted by the gate");
  return await transact(ctx, workspaceId, async (tx) => {
    const nowMs = ctx.clock.now();
    const [settings, draft, states] = await Promise.all([
      readSettings(ctx, workspaceId),
      openGate(tx, nowMs),
      Promise.all(target.paths.map((path) => readPath(tx, path))),
    ]);
    const terms = termsOf(request, settings.locks);
    const { policies } = settings.locks;
    if (policies.length > 0) {
      await requireAbilities(ctx, workspaceId, policies, input.agentId, target);
    }
    const asker = { agentId: input.agentId, ticket: place ?? undefined };
    const decisions = states.map((state) => decidePath(state, draft.value, asker, nowMs));
    const decision = decideAll(decisions);
    if (decision.kind === "blocked" || decision.kind === "unsettled") return decision;
    const locks = states.map((state, i) =>
      stagePath(ctx, tx, state, decisions[i]!, draft, { terms, place, nowMs })
    );
    if (place && target.kind === "path") await stageLeft(tx, target.paths[0], place, nowMs);
    else if (place) dropWide(draft, place.id);
    closeGate(tx, draft);
    return { kind: "done", locks, renewed: decision.kind === "renew" };
  }, { ...options, aggregate: "lock" });
}

/** The queue is not checked: it decides who comes first, never whether two may hold. */
async function readPath(tx: Tx, path: string): Promise<PathState> {
  const [record, queue] = await Promise.all([
    tx.get<LockRecord>(recordKey(tx.workspaceId, "path", path)),
    tx.peek<LockQueue>(queueKey(tx.workspaceId, path)),
  ]);
  return { path, record, queue };
}

interface Granting {
  readonly terms: Terms;
  readonly place: Place | null;
  readonly nowMs: number;
}

/** Grants or renews one path as decided; ends what expired there. */
export function stagePath(
  ctx: LockContext,
  tx: Tx,
  state: PathState,
  decision: Decision,
  draft: GateDraft,
  { terms, place, nowMs }: Granting,
): StoredLock {
  const { path } = state;
  let record = state.record ?? newRecord(path);
  let lock: StoredLock;
  if (decision.kind === "renew") lock = stageRenewal(tx, decision.lock, terms, nowMs);
  else {
    if (record.held) {
      const expired = { why: "expired", actor: "system" } as const;
      record = stageEnd(ctx, tx, record, record.held, expired, nowMs);
    }
    const { token, high } = nextPathToken(record.last, draft.value);
    raiseHigh(draft, high);
    overtake(draft, path, place?.id);
    const waiting = liveTickets(state.queue, nowMs).filter(({ id }) => id !== place?.id).length;
    const id = place && !("waits" in place) ? place.id : ctx.ids.next("lock");
    lock = stageGrant(tx, { id, kind: "path", path, token, waiting }, terms, nowMs);
  }
  planSweep(ctx, tx, lock, nowMs);
  const next: LockRecord = { ...record, last: Math.max(record.last, lock.token), held: lock };
  tx.set(recordKey(tx.workspaceId, "path", path), next);
  return lock;
}

async function stageLeft(tx: Tx, path: string, place: Place, nowMs: number): Promise<void> {
  const queue = await tx.get<LockQueue>(queueKey(tx.workspaceId, path));
  if (!queue) return;
  stageQueue(tx, path, liveTickets(queue, nowMs).filter(({ id }) => id !== place.id));
}
