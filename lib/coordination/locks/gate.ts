/**
 * The gate in a transaction: one record for what concerns many paths at once. Everybody checks it, few
 * change it.
 */
import type { AppContext } from "../../kernel/context.ts";
import { transact, type Tx } from "../../kernel/kv/mod.ts";
import { stageHoldingsChanged } from "../keys.ts";
import { isAlive } from "./alive.ts";
import { coversPath, EMPTY_GATE, pruneGate } from "./decide.ts";
import { type Gate, lockGateKey } from "./keys.ts";

/** The gate as a transaction sees it and changes it. */
export interface GateDraft {
  value: Gate;
  readonly was: Gate;
  readonly versionstamp: string | null;
}

/**
 * Reads and checks the gate. Not by `tx.get`: who changes it must not make every grant stand in line for it.
 * Dead callers are left out, and their removal is part of the commit that overtakes them.
 */
export async function openGate(tx: Tx, nowMs: number): Promise<GateDraft> {
  const key = lockGateKey(tx.workspaceId);
  const entry = await tx.peekEntry<Gate>(key);
  tx.assume(key, entry.versionstamp);
  const was = entry.value ?? EMPTY_GATE;
  return { was, value: pruneGate(was, nowMs), versionstamp: entry.versionstamp };
}

export function closeGate(tx: Tx, draft: GateDraft): void {
  if (draft.value !== draft.was) tx.set(lockGateKey(tx.workspaceId), draft.value);
}

/** Takes a caller that asked for many paths out of the line. */
export function dropWide(draft: GateDraft, id: string): void {
  const wide = draft.value.wide.filter((ticket) => ticket.id !== id);
  if (wide.length < draft.value.wide.length) draft.value = { ...draft.value, wide };
}

/**
 * Something happens to a path past somebody who asks for what overlaps it, has perhaps read it already, and
 * is about to commit: the gate changes, so that it must look again.
 */
export function overtake(draft: GateDraft, path: string, ownId?: string): void {
  const isPast = draft.value.wide.some((ticket) => ticket.id !== ownId && coversPath(ticket, path));
  if (isPast) draft.value = { ...draft.value };
}

/** Raises the mark above the paths' tokens where this token passes it. */
export function raiseHigh(draft: GateDraft, high: number): void {
  if (high !== draft.value.high) draft.value = { ...draft.value, high };
}

/** Of an agent that is about to hand over, every lock given or taken changes the holdings fence. */
export function tellHandOver(tx: Tx, draft: GateDraft, agentId: string): void {
  if (draft.value.wide.some(({ of }) => of === agentId)) stageHoldingsChanged(tx, agentId);
}

const ANNOUNCED_MS = 30_000;

/**
 * Before the transaction that hands over what an agent holds: from now on, for half a minute, its locks
 * change its holdings fence, which they leave alone otherwise. Throws as a commit does.
 */
export async function announceHandOver(
  ctx: Pick<AppContext, "kv" | "clock" | "ids">,
  workspaceId: string,
  agentId: string,
): Promise<void> {
  await transact(ctx, workspaceId, async (tx) => {
    const nowMs = ctx.clock.now();
    const draft = await openGate(tx, nowMs);
    const known = draft.value.wide.find(({ of }) => of === agentId);
    if (known && isAlive(known, nowMs + ANNOUNCED_MS / 2)) return;
    const ticket = {
      id: known?.id ?? ctx.ids.next("lock"),
      agentId,
      at: nowMs,
      aliveUntil: nowMs + ANNOUNCED_MS,
      store: ctx.kv.storeId,
      waits: false,
      of: agentId,
    };
    const wide = [...draft.value.wide.filter((other) => other !== known), ticket];
    draft.value = { ...draft.value, wide };
    closeGate(tx, draft);
  }, { aggregate: "lock" });
}

/** Paths' tokens rise by one; the mark above them is raised a thousand at a time. */
const HIGH_STEP = 1_000;

/** The token of a path's next grant, and the gate's new mark where it must be raised first. */
export function nextPathToken(
  last: number,
  gate: Gate,
): { readonly token: number; readonly high: number } {
  const token = Math.max(last, gate.floor) + 1;
  return { token, high: token > gate.high ? token + HIGH_STEP : gate.high };
}

/** Above every token of every path and glob. */
export function nextGlobToken(gate: Gate): { token: number; floor: number; high: number } {
  const token = Math.max(gate.high, gate.floor) + 1;
  return { token, floor: token, high: token + HIGH_STEP };
}
