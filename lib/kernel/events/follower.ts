/** What a follower of a stream is told, and the bounded buffer between the hub and an iterating consumer. */
import type { EventBatch } from "./channel.ts";

export interface FollowOptions {
  /** Event id to resume after; default: the whole log. */
  readonly after?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Event types, or prefixes as `run.*`. */
  readonly types?: readonly string[] | undefined;
  /** Default 1 MiB. */
  readonly maxBufferBytes?: number | undefined;
}

/** What a follower gets: events, or a control notice. */
export type Followed =
  | EventBatch
  /** The cursor cannot be resumed: drop what was built from it; the log follows from its start. */
  | { readonly kind: "reset"; readonly reason: "expired" | "foreign" }
  | { readonly kind: "closed"; readonly reason: "slow_consumer" | "closing" };

/** Push form of a follower; `send` returns false to be dropped. */
export interface Follower {
  send(item: Followed): boolean;
  /** Resolves when more of the backlog may be sent; false: gone. */
  drained(): Promise<boolean>;
}

export const MAX_BUFFER_BYTES = 1 << 20;

/** A bounded buffer between the hub and one iterating consumer. */
export class FollowerQueue implements Follower {
  readonly #max: number;
  #items: Followed[] = [];
  #bytes = 0;
  #wake: (() => void) | null = null;
  #drained: (() => void) | null = null;
  #ended = false;

  constructor(max: number) {
    this.#max = max;
  }

  send(item: Followed): boolean {
    if (this.#ended) return false;
    const bytes = item.kind === "events" ? item.bytes.length : 0;
    if (this.#bytes > 0 && this.#bytes + bytes > this.#max) {
      this.#items = [{ kind: "closed", reason: "slow_consumer" }];
      this.#ended = true;
    } else {
      this.#items.push(item);
      this.#bytes += bytes;
      if (item.kind === "closed") this.#ended = true;
    }
    this.#wake?.();
    return !this.#ended;
  }

  async drained(): Promise<boolean> {
    if (this.#bytes > 0 && !this.#ended) {
      await new Promise<void>((resolve) => this.#drained = resolve);
    }
    return !this.#ended;
  }

  async next(): Promise<Followed | null> {
    for (;;) {
      const item = this.#items.shift();
      if (item) {
        if (item.kind === "events") this.#bytes -= item.bytes.length;
        if (this.#bytes <= 0) this.#drained?.();
        return item;
      }
      if (this.#ended) return null;
      await new Promise<void>((resolve) => this.#wake = resolve);
      this.#wake = null;
    }
  }

  end(): void {
    this.#ended = true;
    this.#wake?.();
    this.#drained?.();
  }
}
