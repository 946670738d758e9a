/** One try to get one path, or a few at once, in one commit that checks the record of each. */
import { AppError } from "../../kernel/core/errors.ts";
import { transact, type TransactOptions, type Tx } from "../../kernel/kv/mod.ts";
import { readSettings } from "../settings/mod.ts";
import { countAlive } from "./alive.ts";
import {
  closeGate,
  dropWide,
  type GateDraft,
  nextPathToken,
  openGate,
  overtake,
  raiseHigh,
} from "./gate.ts";
import {
  decideAll,
  decidePath,
  type Decision,
  EMPTY_GATE,
  type Obstacles,
  type PathState,
} from "./decide.ts";
import { planSweep } from "./jobs.ts";
import { type Gate, lockGateKey, type LockLine, type LockRecord, type StoredLock } from "./keys.ts";
import { requireAbilities } from "./policy.ts";
import { lineKey, type Place, readTickets, stageTicketGone } from "./queue.ts";
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
      Promise.all(target.paths.map((path) => readPath(ctx, tx, path, nowMs))),
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
    if (place && "path" in place) stageTicketGone(ctx, tx, place);
    else if (place) dropWide(draft, place.id);
    closeGate(tx, draft);
    return { kind: "done", locks, renewed: decision.kind === "renew" };
  }, { ...options, aggregate: "lock" });
}

/** The line is not checked: it decides who comes first, never whether two may hold. */
async function readPath(
  ctx: LockContext,
  tx: Tx,
  path: string,
  nowMs: number,
): Promise<PathState> {
  const { workspaceId } = tx;
  const [record, line] = await Promise.all([
    tx.get<LockRecord>(recordKey(workspaceId, "path", path)),
    tx.peek<LockLine>(lineKey(workspaceId, path)),
  ]);
  return { path, record, tickets: await readTickets(ctx.kv, workspaceId, path, line, nowMs) };
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
  const { path, tickets } = state;
  const key = recordKey(tx.workspaceId, "path", path);
  let record = state.record ?? newRecord(path);
  if (decision.kind === "renew") {
    const held = stageRenewal(tx, decision.lock, terms, nowMs);
    const renewed = { ...record, held };
    planSweep(ctx, tx, renewed, nowMs);
    tx.set(key, renewed);
    return held;
  }
  if (record.held) {
    const expired = { why: "expired", actor: "system" } as const;
    record = stageEnd(ctx, tx, record, record.held, expired, draft, nowMs);
  }
  const { token, high } = nextPathToken(record.last, draft.value);
  raiseHigh(draft, high);
  overtake(draft, path, place?.id);
  const waiting = countAlive(tickets.filter(({ id }) => id !== place?.id), nowMs);
  const id = place && "path" in place ? place.id : ctx.ids.next("lock");
  const granted = stageGrant(tx, record, { id, kind: "path", token, waiting }, terms, draft, nowMs);
  planSweep(ctx, tx, granted, nowMs);
  tx.set(key, granted);
  return granted.held;
}
