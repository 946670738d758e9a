/** Answers and signals that reached the run: read when it is woken, taken by the step that waits. */
import type { Json } from "../../kernel/core/json.ts";
import type { Key, Store } from "../../kernel/kv/mod.ts";
import { answerKey, signalKey } from "../keys.ts";
import type { Answer } from "./parked.ts";

interface Stored {
  readonly id: string;
  readonly key: Key;
  readonly value: Json;
}

export class Answers {
  /** Version of the run's signal key these answers were read under. */
  seen: string | null = null;
  readonly #kv: Store;
  readonly #workspaceId: string;
  readonly #runId: string;
  readonly #consume: (key: Key) => void;
  readonly #byName = new Map<string, Stored[]>();
  /** Handed out, whose deletion may not be committed yet. */
  readonly #taken = new Set<string>();

  constructor(kv: Store, workspaceId: string, runId: string, consume: (key: Key) => void) {
    this.#kv = kv;
    this.#workspaceId = workspaceId;
    this.#runId = runId;
    this.#consume = consume;
  }

  /** Reads what came in. The version is read first: what comes later changes it. */
  async refresh(): Promise<void> {
    const signal = await this.#kv.get(signalKey(this.#workspaceId, this.#runId));
    if (signal.versionstamp !== null) {
      this.#byName.clear();
      const prefix = answerKey.prefix(this.#workspaceId, this.#runId);
      for await (const entry of this.#kv.list<Json>({ prefix })) {
        const name = String(entry.key[4]);
        const id = String(entry.key[5]);
        if (this.#taken.has(id)) continue;
        const stored = { id, key: entry.key, value: entry.value };
        const known = this.#byName.get(name);
        if (known) known.push(stored);
        else this.#byName.set(name, [stored]);
      }
    }
    this.seen = signal.versionstamp;
  }

  /** The oldest answer of that name. */
  take(name: string): Answer | null {
    const stored = this.#byName.get(name)?.shift();
    if (!stored) return null;
    this.#taken.add(stored.id);
    return { value: stored.value, consume: () => this.#consume(stored.key) };
  }

  /** Keys nobody waited for, to be deleted when the run ends. */
  left(): Key[] {
    return [...this.#byName.values()].flatMap((list) => list.map((stored) => stored.key));
  }
}
