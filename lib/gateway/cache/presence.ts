/**
 * Which answers a store of one process holds, so that a request nobody asked before is known as new without
 * asking the store. Shared by all who use the store; where several processes do, nothing is known.
 */
import type { Store } from "../../kernel/kv/mod.ts";
import { entryKey } from "./keys.ts";

/** Beyond, the store is asked. */
const HASHES_MAX = 200_000;

interface Known {
  readonly hashes: Set<string>;
  loading: Promise<void> | null;
  /** False while it is loaded, and when there are too many. */
  whole: boolean;
}

const known = new WeakMap<Store, Map<string, Known>>();

/** True: there is certainly none. False: the store has to be asked. */
export function isAbsent(kv: Store, workspaceId: string, hash: string): boolean {
  if (!kv.exclusive) return false;
  const room = roomOf(kv, workspaceId);
  room.loading ??= load(kv, workspaceId, room);
  return room.whole && !room.hashes.has(hash);
}

/** Before it is written: what is known must never be less than what there is. */
export function willKeep(kv: Store, workspaceId: string, hash: string): void {
  if (!kv.exclusive) return;
  const room = roomOf(kv, workspaceId);
  room.hashes.add(hash);
  if (room.hashes.size > HASHES_MAX) {
    room.whole = false;
    room.hashes.clear();
  }
}

/** After it was removed. */
export function hasGone(kv: Store, workspaceId: string, hash: string): void {
  known.get(kv)?.get(workspaceId)?.hashes.delete(hash);
}

function roomOf(kv: Store, workspaceId: string): Known {
  let rooms = known.get(kv);
  if (!rooms) known.set(kv, rooms = new Map());
  let room = rooms.get(workspaceId);
  if (!room) rooms.set(workspaceId, room = { hashes: new Set(), loading: null, whole: false });
  return room;
}

async function load(kv: Store, workspaceId: string, room: Known): Promise<void> {
  try {
    for await (const { key } of kv.listBytes({ prefix: entryKey.prefix(workspaceId) })) {
      room.hashes.add(String(key.at(-1)));
      if (room.hashes.size > HASHES_MAX) return room.hashes.clear();
    }
    room.whole = true;
  } catch {
    // The store is asked until somebody comes who can load it.
    room.loading = null;
  }
}
