/** Answers to be kept, gathered for a moment and committed together: a commit each would cost more than the rest. */
import type { AppContext } from "../../kernel/context.ts";
import type { WriteSet } from "../../kernel/kv/mod.ts";
import { epochKey } from "./keys.ts";
import type { Epoch } from "./store.ts";

interface Waiting {
  readonly workspaceId: string;
  readonly epoch: Epoch;
  readonly bytes: number;
  readonly stage: (set: WriteSet) => void;
  readonly done: PromiseWithResolvers<boolean>;
}

const GATHER_MS = 50;
/** Of one commit, well below a transaction's limits. */
const BYTES_MAX = 150_000;
const ANSWERS_MAX = 100;

export class WriteQueue {
  readonly #ctx: Pick<AppContext, "kv" | "clock">;
  #waiting: Waiting[] = [];
  #cancel: (() => void) | null = null;
  /** Somebody waits for what is written: nothing is gathered. */
  #eager = 0;

  constructor(ctx: Pick<AppContext, "kv" | "clock">) {
    this.#ctx = ctx;
  }

  /** False when the cache was cleared since `epoch`. */
  add(one: Omit<Waiting, "done">): Promise<boolean> {
    const done = Promise.withResolvers<boolean>();
    this.#waiting.push({ ...one, done });
    if (this.#eager > 0) this.#write();
    else this.#cancel ??= this.#ctx.clock.timer(GATHER_MS, () => this.#write());
    return done.promise;
  }

  /** Writes at once until it is left again. */
  hurry(): () => void {
    this.#eager++;
    this.#write();
    return () => this.#eager--;
  }

  #write(): void {
    this.#cancel?.();
    this.#cancel = null;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const group of groups(waiting)) void this.#commit(group);
  }

  /** Never rejects. */
  async #commit(group: readonly Waiting[]): Promise<void> {
    const { workspaceId, epoch } = group[0]!;
    try {
      const set = this.#ctx.kv.writeSet("cached answers");
      set.assume(epochKey(workspaceId), epoch);
      for (const { stage } of group) stage(set);
      const { ok } = await this.#ctx.kv.submit(set);
      for (const { done } of group) done.resolve(ok);
    } catch (error) {
      for (const { done } of group) done.reject(error);
    }
  }
}

/** What fits into one commit: of one workspace and epoch. */
function groups(waiting: readonly Waiting[]): Waiting[][] {
  const found: Waiting[][] = [];
  const open = new Map<string, { group: Waiting[]; bytes: number }>();
  for (const one of waiting) {
    const name = `${one.epoch} ${one.workspaceId}`;
    let into = open.get(name);
    if (!into || into.bytes + one.bytes > BYTES_MAX || into.group.length >= ANSWERS_MAX) {
      into = { group: [], bytes: 0 };
      open.set(name, into);
      found.push(into.group);
    }
    into.group.push(one);
    into.bytes += one.bytes;
  }
  return found;
}
