/**
 * What this process knows by itself of callers that wait: bells that say something is free, the moment its
 * commit has happened, and, on a store no other process writes, the places in line, so that nobody reads a
 * whole line for each step of it. Neither carries truth: who hears a bell looks at the store, and a grant
 * checks what it is made of. (Measured with 32 in line: reading it was two thirds of a hand-over.)
 */
import type { Store } from "../../kernel/kv/mod.ts";
import { comesBefore, isAlive } from "./alive.ts";
import type { LockKind, PathTicket } from "./keys.ts";

/** `heldBy`: it is not free, but that agent's by now. */
export type FreedListener = (
  workspaceId: string,
  kind: LockKind,
  path: string,
  heldBy?: string,
) => void;

const listeners = new WeakMap<Store, Set<FreedListener>>();

export function onFreed(kv: Store, listener: FreedListener): () => void {
  const known = listeners.get(kv) ?? new Set();
  listeners.set(kv, known.add(listener));
  return () => known.delete(listener);
}

export function ringFreed(kv: Store, ...said: Parameters<FreedListener>): void {
  for (const listener of listeners.get(kv) ?? []) listener(...said);
}

/** A place and the version it was stored with. */
export interface KnownPlace {
  readonly ticket: PathTicket;
  readonly versionstamp: string;
}

interface Line {
  /** In order of arrival; a new array with every change. */
  places: readonly KnownPlace[];
  /** What left while the line was read; null once it was. */
  left: Set<string> | null;
  read: Promise<void> | null;
}

const lines = new WeakMap<Store, Map<string, Line>>();
const LINES_MAX = 10_000;

/** The line of a path; `read` gets it from the store, once. */
export async function knownLine(
  kv: Store,
  workspaceId: string,
  path: string,
  read: () => Promise<KnownPlace[]>,
): Promise<readonly KnownPlace[]> {
  const all = lines.get(kv) ?? new Map<string, Line>();
  lines.set(kv, all);
  const name = nameOf(workspaceId, path);
  const known = all.get(name);
  if (known?.left === null) return known.places;
  const line: Line = known ?? { places: [], left: new Set(), read: null };
  if (!known) {
    if (all.size >= LINES_MAX) { for (const [id, { left }] of all) if (!left) all.delete(id); }
    all.set(name, line);
  }
  await (line.read ??= fill(all, name, line, read));
  return line.places;
}

async function fill(
  all: Map<string, Line>,
  name: string,
  line: Line,
  read: () => Promise<KnownPlace[]>,
): Promise<void> {
  try {
    for (const place of await read()) {
      const { id } = place.ticket;
      const isNewer = line.places.some(({ ticket }) => ticket.id === id);
      if (!isNewer && !line.left!.has(id)) line.places = inOrder(line.places, place);
    }
    line.left = null;
  } catch (error) {
    all.delete(name);
    throw error;
  } finally {
    line.read = null;
  }
}

/** A place was stored or renewed. */
export function notePlace(kv: Store, workspaceId: string, place: KnownPlace, nowMs: number): void {
  const line = lines.get(kv)?.get(nameOf(workspaceId, place.ticket.path));
  if (!line) return;
  const { id } = place.ticket;
  const others = line.places.filter(({ ticket }) => ticket.id !== id && isAlive(ticket, nowMs));
  line.places = inOrder(others, place);
  line.left?.delete(id);
}

/** A place is no longer in the line. */
export function notePlaceLeft(kv: Store, workspaceId: string, { path, id }: PathTicket): void {
  const line = lines.get(kv)?.get(nameOf(workspaceId, path));
  if (!line) return;
  line.places = line.places.filter(({ ticket }) => ticket.id !== id);
  line.left?.add(id);
}

function inOrder(places: readonly KnownPlace[], place: KnownPlace): KnownPlace[] {
  const at = places.findIndex(({ ticket }) => comesBefore(place.ticket, ticket));
  return at < 0 ? [...places, place] : places.toSpliced(at, 0, place);
}

const nameOf = (workspaceId: string, path: string) => `${workspaceId}\n${path}`;
