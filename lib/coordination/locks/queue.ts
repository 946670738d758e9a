/** Places in line: of one path each under its own key, of a glob or several paths in the gate. */
import type { Key, Store, Tx } from "../../kernel/kv/mod.ts";
import { BOARD_STREAM } from "../streams.ts";
import { knownLine, type KnownPlace, notePlace, notePlaceLeft, ringFreed } from "./callers_here.ts";
import { countAlive, isAlive, isLive, nextPlace } from "./alive.ts";
import { type Target } from "./decide.ts";
import { closeGate, dropWide, openGate } from "./gate.ts";
import {
  type LockKind,
  type LockLine,
  lockLineKey,
  type LockRecord,
  lockTicketKey,
  type PathTicket,
  type Ticket,
  type WideTicket,
} from "./keys.ts";
import { keyPart } from "./paths.ts";
import { recordKey } from "./stage.ts";
import { shownLock } from "./shown.ts";

/** Where a caller stands in line. */
export type Place = PathTicket | WideTicket;

export interface NewPlace {
  readonly id: string;
  readonly agentId: string;
  readonly store: string;
  readonly aliveMs: number;
  readonly maxWaiting: number;
  readonly waits: boolean;
}

export function lineKey(workspaceId: string, path: string): Key {
  return lockLineKey(workspaceId, keyPart(path));
}

export function ticketKey(workspaceId: string, { path, at, id }: PathTicket): Key {
  return lockTicketKey(workspaceId, keyPart(path), at, id);
}

/** Callers of a path in order of arrival, live and dead; without a read when nobody can be there. */
export async function readTickets(
  kv: Store,
  workspaceId: string,
  path: string,
  line: LockLine | null,
  nowMs: number,
): Promise<PathTicket[]> {
  return (await readLine(kv, workspaceId, path, line, nowMs)).map(({ ticket }) => ticket);
}

/** As `readTickets`, with the versions. */
export async function readLine(
  kv: Store,
  workspaceId: string,
  path: string,
  line: LockLine | null,
  nowMs: number,
): Promise<readonly KnownPlace[]> {
  if (!line || line.until <= nowMs) return [];
  const read = async () => {
    const prefix = lockTicketKey.prefix(workspaceId, keyPart(path));
    const found = await Array.fromAsync(kv.list<PathTicket>({ prefix }));
    return found.map(({ value, versionstamp }) => ({ ticket: value, versionstamp }));
  };
  return kv.exclusive ? await knownLine(kv, workspaceId, path, read) : await read();
}

/** Stores a place at the end of the line; null: the line is full. Of a path nothing is checked. */
export async function stagePlace(
  ctx: { readonly kv: Store },
  tx: Tx,
  target: Target,
  place: NewPlace,
  nowMs: number,
): Promise<Place | null> {
  const { id, agentId, store } = place;
  const ticket = { id, agentId, store, at: nowMs, aliveUntil: nowMs + place.aliveMs };
  if (target.kind === "path") {
    const [path] = target.paths;
    const line = await tx.peek<LockLine>(lineKey(tx.workspaceId, path));
    const before = (await readTickets(ctx.kv, tx.workspaceId, path, line, nowMs))
      .filter((other) => isAlive(other, nowMs));
    if (before.length >= place.maxWaiting) return null;
    const last: PathTicket = { v: 1, path, ...ticket, at: nextPlace(before, nowMs) };
    stageTicket(ctx, tx, last, line, nowMs);
    await announceWaiting(tx, path, before.length + 1, nowMs);
    return last;
  }
  const draft = await openGate(tx, nowMs);
  const before = draft.value.wide;
  if (before.filter((other) => other.of === undefined).length >= place.maxWaiting) return null;
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

/** Collected long after it ran out, should nobody take it away. */
const COLLECTED_MS = 600_000;
/** Longer than any place is good for, so that not every one of them writes it. */
const LINE_MS = 30_000;

function stageTicket(
  ctx: { readonly kv: Store },
  tx: Tx,
  ticket: PathTicket,
  line: LockLine | null,
  nowMs: number,
): void {
  const { aliveUntil, path } = ticket;
  const expireIn = aliveUntil - nowMs + COLLECTED_MS;
  tx.set(ticketKey(tx.workspaceId, ticket), ticket, { expireIn });
  if (!line || line.until < aliveUntil) {
    const until = aliveUntil + LINE_MS;
    tx.touch(lineKey(tx.workspaceId, path), { v: 1, until } satisfies LockLine);
  }
  tx.onCommit(({ versionstamp }) =>
    notePlace(ctx.kv, tx.workspaceId, { ticket, versionstamp }, nowMs)
  );
}

/** Takes a place out of the line, whether or not it is there. */
export function stageTicketGone(ctx: { readonly kv: Store }, tx: Tx, ticket: PathTicket): void {
  tx.delete(ticketKey(tx.workspaceId, ticket));
  tx.afterCommit(() => notePlaceLeft(ctx.kv, tx.workspaceId, ticket));
}

/** Takes a place out of the line; false: it was not there any more. */
export async function stagePlaceLeft(
  ctx: { readonly kv: Store },
  tx: Tx,
  target: Target,
  place: Place,
  nowMs: number,
): Promise<boolean> {
  if (!("path" in place)) {
    const draft = await openGate(tx, nowMs);
    const found = draft.value.wide.find((ticket) => ticket.id === place.id);
    dropWide(draft, place.id);
    closeGate(tx, draft);
    if (found?.waits) offerWide(ctx, tx, target);
    return found !== undefined;
  }
  const key = ticketKey(tx.workspaceId, place);
  if (!await tx.get<Ticket>(key)) return false;
  stageTicketGone(ctx, tx, place);
  const { path } = place;
  const line = await tx.peek<LockLine>(lineKey(tx.workspaceId, path));
  const tickets = await readTickets(ctx.kv, tx.workspaceId, path, line, nowMs);
  const left = countAlive(tickets.filter(({ id }) => id !== place.id), nowMs);
  const isHeld = await announceWaiting(tx, path, left, nowMs);
  if (!isHeld && left > 0) offer(ctx, tx, "path", path);
  return true;
}

/** Says that the caller is still there; null: the place is not. */
export async function stagePlaceRenewed(
  ctx: { readonly kv: Store },
  tx: Tx,
  place: Place,
  aliveUntil: number,
  nowMs: number,
): Promise<Place | null> {
  if ("path" in place) {
    if (!await tx.get<Ticket>(ticketKey(tx.workspaceId, place))) return null;
    const renewed = { ...place, aliveUntil };
    const line = await tx.peek<LockLine>(lineKey(tx.workspaceId, place.path));
    stageTicket(ctx, tx, renewed, line, nowMs);
    return renewed;
  }
  const draft = await openGate(tx, nowMs);
  const found = draft.value.wide.find(({ id }) => id === place.id);
  if (!found) return null;
  const renewed = { ...found, aliveUntil };
  const wide = draft.value.wide.map((ticket) => ticket === found ? renewed : ticket);
  draft.value = { ...draft.value, wide };
  closeGate(tx, draft);
  return renewed;
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
  tx.emit(BOARD_STREAM, {
    type: "lock.waiting",
    actor: "system",
    lock: { ...shownLock(record.held, nowMs, waiting), waiting },
  });
  return true;
}
