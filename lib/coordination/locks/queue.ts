/** Places in line: of one path in its own queue, of a glob or several paths in the gate. */
import type { Store, Tx } from "../../kernel/kv/mod.ts";
import { BOARD_STREAM } from "../streams.ts";
import { ringFreed } from "./bells.ts";
import { comesBefore, isAlive, isLive, nextPlace, type Target } from "./decide.ts";
import {
  type LockKind,
  type LockQueue,
  lockQueueKey,
  type LockRecord,
  type StoredLock,
  type Ticket,
  type WideTicket,
} from "./keys.ts";
import { keyPart } from "./paths.ts";
import { closeGate, dropWide, openGate, recordKey } from "./stage.ts";
import { shownLock } from "./shown.ts";

export function queueKey(workspaceId: string, path: string) {
  return lockQueueKey(workspaceId, keyPart(path));
}

export function liveTickets(queue: LockQueue | null, nowMs: number): Ticket[] {
  return (queue?.tickets ?? []).filter((ticket) => isAlive(ticket, nowMs));
}

/** First come, first served. */
export function headOf(tickets: readonly Ticket[]): Ticket | null {
  let head: Ticket | null = null;
  for (const ticket of tickets) if (!head || comesBefore(ticket, head)) head = ticket;
  return head;
}

/** The queue as it will be; none is no key. */
export function stageQueue(tx: Tx, path: string, tickets: readonly Ticket[]): void {
  const key = queueKey(tx.workspaceId, path);
  if (tickets.length === 0) tx.delete(key);
  else tx.set(key, { v: 1, path, tickets } satisfies LockQueue);
}

/** Where a caller stands in line. */
export type Place = Ticket | WideTicket;

export interface NewPlace {
  readonly id: string;
  readonly agentId: string;
  readonly store: string;
  readonly aliveMs: number;
  readonly maxWaiting: number;
  readonly waits: boolean;
}

/** Stores a place at the end of the line; null: the line is full. */
export async function stagePlace(
  tx: Tx,
  target: Target,
  place: NewPlace,
  nowMs: number,
): Promise<Place | null> {
  const { id, agentId, store } = place;
  const ticket = { id, agentId, store, at: nowMs, aliveUntil: nowMs + place.aliveMs };
  if (target.kind === "path") {
    const [path] = target.paths;
    const before = liveTickets(await tx.get<LockQueue>(queueKey(tx.workspaceId, path)), nowMs);
    if (before.length >= place.maxWaiting) return null;
    const last = { ...ticket, at: nextPlace(before, nowMs) };
    const tickets = [...before, last];
    stageQueue(tx, path, tickets);
    await announceWaiting(tx, path, tickets.length, nowMs);
    return last;
  }
  const draft = await openGate(tx, nowMs);
  const before = draft.value.wide;
  if (before.length >= place.maxWaiting) return null;
  const last: WideTicket = {
    ...ticket,
    at: nextPlace(before, nowMs),
    waits: place.waits,
    ...(target.kind === "glob" ? { glob: target.glob } : { paths: target.paths }),
  };
  draft.value = { ...draft.value, wide: [...before, last] };
  closeGate(tx, draft);
  return last;
}

/** Takes a place out of the line; false: it was not there any more. */
export async function stagePlaceLeft(
  ctx: { readonly kv: Store },
  tx: Tx,
  target: Target,
  id: string,
  nowMs: number,
): Promise<boolean> {
  if (target.kind !== "path") {
    const draft = await openGate(tx, nowMs);
    const found = draft.value.wide.find((ticket) => ticket.id === id);
    dropWide(draft, id);
    closeGate(tx, draft);
    if (found?.waits) offerWide(ctx, tx, target);
    return found !== undefined;
  }
  const [path] = target.paths;
  const queue = await tx.get<LockQueue>(queueKey(tx.workspaceId, path));
  if (!queue?.tickets.some((ticket) => ticket.id === id)) return false;
  const left = liveTickets(queue, nowMs).filter((ticket) => ticket.id !== id);
  stageQueue(tx, path, left);
  const isHeld = await announceWaiting(tx, path, left.length, nowMs);
  if (!isHeld && left.length > 0) offer(ctx, tx, "path", path);
  return true;
}

/** Says for these places that their callers are still there; gives those that were not found. */
export async function stagePlacesRenewed(
  tx: Tx,
  target: Target,
  ids: ReadonlySet<string>,
  aliveUntil: number,
  nowMs: number,
): Promise<Set<string>> {
  const lost = new Set(ids);
  const renew = <T extends Ticket>(ticket: T): T => {
    if (!lost.delete(ticket.id)) return ticket;
    return { ...ticket, aliveUntil };
  };
  if (target.kind === "path") {
    const [path] = target.paths;
    const tickets = liveTickets(
      await tx.get<LockQueue>(queueKey(tx.workspaceId, path)),
      nowMs,
    ).map(renew);
    if (lost.size < ids.size) stageQueue(tx, path, tickets);
    return lost;
  }
  const draft = await openGate(tx, nowMs);
  const wide = draft.value.wide.map(renew);
  if (lost.size < ids.size) draft.value = { ...draft.value, wide };
  closeGate(tx, draft);
  return lost;
}

/** Somebody who came first has gone: whoever waits behind looks again, on every instance. */
function offer(ctx: { readonly kv: Store }, tx: Tx, kind: LockKind, path: string): void {
  tx.emit(BOARD_STREAM, {
    type: "lock.offered",
    actor: "system",
    resourcePath: path,
    ...(kind === "glob" && { glob: true }),
  });
  tx.afterCommit(() => ringFreed(ctx.kv, tx.workspaceId, kind, path));
}

function offerWide(ctx: { readonly kv: Store }, tx: Tx, target: Target): void {
  if (target.kind === "glob") offer(ctx, tx, "glob", target.glob);
  else for (const path of target.paths) offer(ctx, tx, "path", path);
}

/** The board shows how many wait for what is held. False: it is not held. */
async function announceWaiting(
  tx: Tx,
  path: string,
  waiting: number,
  nowMs: number,
): Promise<boolean> {
  // Unchecked: it is only shown.
  const record = await tx.peek<LockRecord>(recordKey(tx.workspaceId, "path", path));
  if (!isLive(record?.held, nowMs)) return false;
  const lock: StoredLock = record.held;
  tx.emit(BOARD_STREAM, {
    type: "lock.waiting",
    actor: "system",
    lock: { ...shownLock(lock, nowMs, waiting), waiting },
  });
  return true;
}
