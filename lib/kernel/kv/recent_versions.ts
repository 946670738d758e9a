/**
 * Key → version this process last wrote, for keys that were checked and written, or saw when a check of it
 * failed: a check that expects an older one fails without asking the store. Versions of a key only rise, so this is never wrong, except
 * for a key deleted elsewhere; therefore "absent" is only judged where no other process writes.
 */
import type { Key } from "./keyspace.ts";
import type { Check, WriteSet } from "./write_set.ts";

const GENERATION = 10_000;

export class RecentVersions {
  #young = new Map<string, string>();
  #old = new Map<string, string>();
  readonly #exclusive: boolean;

  constructor(exclusive: boolean) {
    this.#exclusive = exclusive;
  }

  stale(checks: ReadonlyMap<string, Check>): Key | null {
    if (this.#young.size === 0 && this.#old.size === 0) return null;
    for (const [id, check] of checks) {
      const version = this.#young.get(id) ?? this.#old.get(id);
      if (version === undefined) continue;
      if (check.versionstamp === null ? this.#exclusive : check.versionstamp < version) {
        return check.key;
      }
    }
    return null;
  }

  note(batch: readonly { readonly set: WriteSet }[], versionstamp: string): void {
    for (const { set } of batch) {
      if (set.checks.size === 0 && this.#young.size === 0 && this.#old.size === 0) continue;
      for (const [id, write] of set.writes) {
        // A key that expires may become absent without a write of ours.
        if (write.kind === "delete" || write.expireIn !== undefined) this.#forget(id);
        else if (set.checks.has(id) || this.#young.has(id) || this.#old.has(id)) {
          this.#young.set(id, versionstamp);
        }
      }
    }
    if (this.#young.size > GENERATION) {
      this.#old = this.#young;
      this.#young = new Map();
    }
  }

  /** Another process wrote it: whoever waits here with the version before need not ask as well. */
  saw(id: string, versionstamp: string): void {
    const known = this.#young.get(id) ?? this.#old.get(id);
    if (known === undefined || known < versionstamp) this.#young.set(id, versionstamp);
  }

  #forget(id: string): void {
    this.#young.delete(id);
    this.#old.delete(id);
  }
}
