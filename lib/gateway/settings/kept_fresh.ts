/**
 * A value per workspace, read once and answered from memory until something changes it: here (`forget`), or on
 * another instance, which the stream `settings` tells. Without a hub nobody else is heard.
 */
import type { AppContext } from "../../kernel/context.ts";
import { type EventHub, headCursor } from "../../kernel/events/mod.ts";
import type { MaybePromise } from "../calls/stages.ts";

/** Rare changes that every instance takes up; apart from `gateway`, which rings at each call. */
export const CONFIG_STREAM = "settings";

interface Held<T> {
  /** The last value read; old while `stale`. */
  value: T | undefined;
  stale: boolean;
  loading: Promise<T> | undefined;
  /** Rises with each change, so that a read that began before it is not kept. */
  changes: number;
  following: boolean;
  leave: () => void;
}

export class KeptFresh<T> {
  readonly #ctx: Pick<AppContext, "kv">;
  readonly #hub: EventHub | undefined;
  readonly #types: readonly string[];
  readonly #read: (workspaceId: string) => Promise<T>;
  readonly #held = new Map<string, Held<T>>();
  #closed = false;

  constructor(
    ctx: Pick<AppContext, "kv">,
    options: {
      readonly hub: EventHub | undefined;
      /** Events of the stream that change the value. */
      readonly types: readonly string[];
      readonly read: (workspaceId: string) => Promise<T>;
    },
  ) {
    this.#ctx = ctx;
    this.#hub = options.hub;
    this.#types = options.types;
    this.#read = options.read;
  }

  /** At once where it is known. */
  get(workspaceId: string): MaybePromise<T> {
    const held = this.#held.get(workspaceId);
    return held && !held.stale ? held.value as T : this.#load(workspaceId);
  }

  /** The last one read, perhaps older than a change of this moment. */
  peek(workspaceId: string): T | undefined {
    return this.#held.get(workspaceId)?.value;
  }

  forget(workspaceId: string): void {
    const held = this.#held.get(workspaceId);
    if (!held) return;
    held.changes++;
    held.stale = true;
  }

  close(): void {
    this.#closed = true;
    for (const held of this.#held.values()) held.leave();
  }

  #load(workspaceId: string): Promise<T> {
    const held = this.#held.get(workspaceId) ?? {
      value: undefined,
      stale: true,
      loading: undefined,
      changes: 0,
      following: false,
      leave: () => {},
    };
    this.#held.set(workspaceId, held);
    return held.loading ??= this.#fill(workspaceId, held).finally(() => held.loading = undefined);
  }

  async #fill(workspaceId: string, held: Held<T>): Promise<T> {
    for (;;) {
      if (!held.following) await this.#follow(workspaceId, held);
      const { changes } = held;
      const value = await this.#read(workspaceId);
      if (changes !== held.changes) continue;
      held.value = value;
      held.stale = false;
      return value;
    }
  }

  async #follow(workspaceId: string, held: Held<T>): Promise<void> {
    if (!this.#hub || this.#closed) return;
    const after = await headCursor(this.#ctx, workspaceId);
    held.following = true;
    held.leave = this.#hub.subscribe(workspaceId, CONFIG_STREAM, { after, types: this.#types }, {
      send: (item) => {
        this.forget(workspaceId);
        // A log that is followed no further is taken up again by the next read.
        if (item.kind === "closed") held.following = false;
        return item.kind !== "closed";
      },
      drained: () => Promise.resolve(true),
    });
  }
}
