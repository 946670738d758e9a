/** Who may have what, from what is stored and the time alone. Pure. */
import { comesBefore, isAlive, isLive } from "./alive.ts";
import { globsOverlap, matchesGlob } from "./paths.ts";
import type { Gate, LockRecord, StoredLock, Ticket, WideTicket } from "./keys.ts";

/** What an acquire is for: one path, several, or a glob; normalised. */
export type Target =
  | { readonly kind: "path"; readonly paths: readonly [string] }
  | { readonly kind: "paths"; readonly paths: readonly string[] }
  | { readonly kind: "glob"; readonly glob: string };

export const EMPTY_GATE: Gate = { v: 1, globs: [], wide: [], floor: 0, high: 0 };

export interface Asker {
  readonly agentId: string;
  /** Its place in a queue; without one it comes after everybody who waits. */
  readonly ticket?: Pick<Ticket, "id" | "at"> | undefined;
}

/** What is stored about one path. */
export interface PathState {
  readonly path: string;
  readonly record: LockRecord | null;
  /** Of callers that wait for it, live and dead. */
  readonly tickets: readonly Ticket[];
}

/** What stands in somebody's way. */
export interface Obstacles {
  /** Live locks of others. */
  readonly held: readonly StoredLock[];
  /** Callers of others that came first. */
  readonly ahead: readonly (Ticket | WideTicket)[];
}

export type Decision =
  /** Held by the asker already. */
  | { readonly kind: "renew"; readonly lock: StoredLock }
  | { readonly kind: "grant" }
  | ({ readonly kind: "blocked" } & Obstacles)
  /** Somebody is just making up its mind about something that overlaps: look again in a moment. */
  | { readonly kind: "unsettled" };

/** Whether this ticket of the gate, or this glob, has to do with the path. */
export function coversPath(
  wide: { glob?: string; paths?: readonly string[] },
  path: string,
): boolean {
  return wide.glob !== undefined
    ? matchesGlob(wide.glob, path)
    : wide.paths !== undefined && wide.paths.includes(path);
}

export function targetsOverlap(target: Target, wide: WideTicket): boolean {
  if (target.kind !== "glob") return target.paths.some((path) => coversPath(wide, path));
  if (wide.glob !== undefined) return globsOverlap(target.glob, wide.glob);
  return (wide.paths ?? []).some((path) => matchesGlob(target.glob, path));
}

/** What stands between an asker and one path. An agent is never in its own way. */
export function decidePath(
  state: PathState,
  gate: Gate,
  asker: Asker,
  nowMs: number,
): Decision {
  const { path, record, tickets } = state;
  const held = isLive(record?.held, nowMs) ? record.held : null;
  if (held?.agentId === asker.agentId) return { kind: "renew", lock: held };
  const others = held ? [held] : [];
  for (const lock of gate.globs) {
    if (
      lock.agentId !== asker.agentId && isLive(lock, nowMs) && matchesGlob(lock.path, path)
    ) others.push(lock);
  }
  const ahead = [
    ...ticketsAhead(tickets, asker, nowMs),
    ...ticketsAhead(gate.wide, asker, nowMs).filter((ticket) => coversPath(ticket, path)),
  ];
  return judge(others, ahead);
}

/** The same for what the gate alone knows: a glob, or several paths, against other globs and callers. */
export function decideGate(target: Target, gate: Gate, asker: Asker, nowMs: number): Decision {
  const held = gate.globs.filter((lock) =>
    lock.agentId !== asker.agentId && isLive(lock, nowMs) &&
    (target.kind === "glob"
      ? globsOverlap(target.glob, lock.path)
      : target.paths.some((path) => matchesGlob(lock.path, path)))
  );
  const ahead = ticketsAhead(gate.wide, asker, nowMs)
    .filter((ticket) => targetsOverlap(target, ticket));
  return judge(held, ahead);
}

/** Several decisions about one request: all or nothing. */
export function decideAll(decisions: readonly Decision[]): Decision {
  const held: StoredLock[] = [];
  const ahead: Ticket[] = [];
  let unsettled = false;
  let renewed: StoredLock | null = null;
  for (const decision of decisions) {
    if (decision.kind === "blocked") {
      held.push(...decision.held);
      ahead.push(...decision.ahead);
    } else if (decision.kind === "unsettled") unsettled = true;
    else if (decision.kind === "renew") renewed = decision.lock;
  }
  if (held.length > 0 || ahead.length > 0) {
    return { kind: "blocked", held: unique(held), ahead: unique(ahead) };
  }
  if (unsettled) return { kind: "unsettled" };
  return renewed && decisions.every(({ kind }) => kind === "renew")
    ? { kind: "renew", lock: renewed }
    : { kind: "grant" };
}

function ticketsAhead<T extends Ticket>(
  tickets: readonly T[],
  asker: Asker,
  nowMs: number,
): T[] {
  const { ticket } = asker;
  return tickets.filter((other) =>
    other.agentId !== asker.agentId && isAlive(other, nowMs) &&
    (ticket === undefined || comesBefore(other, ticket))
  );
}

function judge(held: readonly StoredLock[], ahead: readonly (Ticket | WideTicket)[]): Decision {
  if (held.length === 0 && ahead.length === 0) return { kind: "grant" };
  const undecided = (ticket: Ticket | WideTicket) => "waits" in ticket && !ticket.waits;
  if (held.length === 0 && ahead.every(undecided)) return { kind: "unsettled" };
  return { kind: "blocked", held, ahead: ahead.filter((ticket) => !undecided(ticket)) };
}

/** When what stands in the way may be gone without anybody saying so: a lock expires, a caller is dead. */
export function looksAgainAt({ held, ahead }: Obstacles): number {
  return Math.min(...held.map((lock) => lock.until), ...ahead.map((ticket) => ticket.aliveUntil));
}

/** Without callers that are dead; the same object when there are none. A held glob is ended elsewhere. */
export function pruneGate(gate: Gate, nowMs: number): Gate {
  const wide = gate.wide.filter((ticket) => isAlive(ticket, nowMs));
  return wide.length === gate.wide.length ? gate : { ...gate, wide };
}

function unique<T extends { readonly id: string }>(items: readonly T[]): T[] {
  return [...new Map(items.map((item) => [item.id, item])).values()];
}
