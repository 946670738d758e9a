/**
 * Which requests have an answer, in memory, where no other process writes the store: most lookups find nothing, and
 * need not ask the store to know it. A hash that is gone from the store may still be here, never the other way.
 */
import type { AppContext } from "../../kernel/context.ts";
import { ageKey, epochKey } from "./keys.ts";
import type { Epoch } from "./store.ts";

export interface Known {
  readonly epoch: Epoch;
  readonly hashes: Set<string>;
}

const WORKSPACES_MAX = 100;

export class KnownHashes {
  readonly #kv: AppContext["kv"];
  readonly #byWorkspace = new Map<string, Known | Promise<Known>>();

  constructor(kv: AppContext["kv"]) {
    this.#kv = kv;
  }

  /** Null where others write too. */
  of(workspaceId: string): Known | Promise<Known> | null {
    return this.#kv.exclusive
      ? this.#byWorkspace.get(workspaceId) ?? this.#load(workspaceId)
      : null;
  }

  forget(workspaceId: string): void {
    this.#byWorkspace.delete(workspaceId);
  }

  #load(workspaceId: string): Promise<Known> {
    if (this.#byWorkspace.size >= WORKSPACES_MAX) this.#byWorkspace.clear();
    const loading = this.#read(workspaceId);
    this.#byWorkspace.set(workspaceId, loading);
    loading.then((known) => {
      if (this.#byWorkspace.get(workspaceId) === loading) {
        this.#byWorkspace.set(workspaceId, known);
      }
    }, () => this.forget(workspaceId));
    return loading;
  }

  async #read(workspaceId: string): Promise<Known> {
    const { versionstamp: epoch } = await this.#kv.get(epochKey(workspaceId));
    const hashes = new Set<string>();
    const all = { prefix: ageKey.prefix(workspaceId) };
    for await (const { value } of this.#kv.list<{ hash: string }>(all)) hashes.add(value.hash);
    return { epoch, hashes };
  }
}
