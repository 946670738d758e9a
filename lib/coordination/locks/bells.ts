/**
 * Tells callers that wait in this process that something is free, the moment its commit has happened. Other
 * instances hear it from the board's events. Bells carry no truth: who hears one looks at the store.
 */
import type { Store } from "../../kernel/kv/mod.ts";
import type { LockKind } from "./keys.ts";

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
