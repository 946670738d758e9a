/** Which locks and callers still count at a time, and in which order callers stand. Pure. */
import type { StoredLock, Ticket } from "./keys.ts";

export function isLive(lock: StoredLock | null | undefined, nowMs: number): lock is StoredLock {
  return lock !== null && lock !== undefined && nowMs < lock.until;
}

export function hasExpired(lock: StoredLock, nowMs: number): boolean {
  return nowMs >= lock.until;
}

export function isAlive(ticket: Ticket, nowMs: number): boolean {
  return nowMs < ticket.aliveUntil;
}

/** The order of all callers, the same for everybody who compares them. */
export function comesBefore(a: Pick<Ticket, "at" | "id">, b: Pick<Ticket, "at" | "id">): boolean {
  return a.at < b.at || a.at === b.at && a.id < b.id;
}

/** First come, first served: the first live one. */
export function headOf(tickets: readonly Ticket[], nowMs: number): Ticket | null {
  let head: Ticket | null = null;
  for (const ticket of tickets) {
    if (isAlive(ticket, nowMs) && (!head || comesBefore(ticket, head))) head = ticket;
  }
  return head;
}

export function countAlive(tickets: readonly Ticket[], nowMs: number): number {
  return tickets.filter((ticket) => isAlive(ticket, nowMs)).length;
}

/** A new caller comes last, whatever its clock says. */
export function nextPlace(tickets: readonly Ticket[], nowMs: number): number {
  return tickets.reduce((at, ticket) => Math.max(at, ticket.at + 1), nowMs);
}
