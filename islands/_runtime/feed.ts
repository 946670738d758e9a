/**
 * Follows the workspace's feed for a page: what arrives within a frame is applied at once, so that a
 * burst costs one rendering; a tab long hidden gives its connection back, because browsers allow six
 * for each origin, and goes on where it was when it is looked at again.
 */
import type { Signal } from "@preact/signals";
import { type Problem } from "./problem.ts";
import { type Follower, followStream, type StreamEvent, type StreamState } from "./sse.ts";

export interface FeedOptions {
  /** Event types, `task.*` takes all of a kind. */
  readonly types: readonly string[];
  readonly after: string;
  readonly apply: (events: readonly StreamEvent[]) => void;
  /** The cursor is lost: load the snapshot anew and answer with its cursor. */
  readonly reload: () => Promise<string>;
  readonly state: Signal<StreamState>;
  readonly onRefused?: (problem: Problem) => void;
}

const HIDDEN_MS = 60_000;
/** A hidden tab draws no frames; its title may still tell something. */
const HIDDEN_TICK_MS = 200;

/** Starts following; returns what stops it. */
export function followFeed(options: FeedOptions): () => void {
  const feed = new Feed(options);
  return () => feed.stop();
}

class Feed {
  #options: FeedOptions;
  #cursor: string;
  #follower: Follower | undefined;
  #queue: StreamEvent[] = [];
  #cancelFrame: (() => void) | undefined;
  #hiddenTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: FeedOptions) {
    this.#options = options;
    this.#cursor = options.after;
    document.addEventListener("visibilitychange", this.#onVisibility);
    this.#follow();
  }

  stop(): void {
    document.removeEventListener("visibilitychange", this.#onVisibility);
    clearTimeout(this.#hiddenTimer);
    this.#rest();
    this.#cancelFrame?.();
  }

  #follow(): void {
    const { types, state, onRefused } = this.#options;
    this.#follower = followStream({
      url: `/api/v1/events?types=${types.join(",")}`,
      after: this.#cursor,
      onEvent: (event) => this.#enqueue(event),
      onState: (now) => {
        if (now !== "closed") state.value = now;
      },
      onReset: async () => {
        this.#flush();
        return this.#cursor = await this.#options.reload();
      },
      onRefused: (problem) => {
        state.value = "closed";
        onRefused?.(problem);
      },
    });
  }

  #rest(): void {
    this.#follower?.close();
    this.#follower = undefined;
  }

  #enqueue(event: StreamEvent): void {
    this.#queue.push(event);
    this.#cursor = event.id;
    if (this.#cancelFrame) return;
    if (document.hidden) {
      const timer = setTimeout(() => this.#flush(), HIDDEN_TICK_MS);
      this.#cancelFrame = () => clearTimeout(timer);
    } else {
      const frame = requestAnimationFrame(() => this.#flush());
      this.#cancelFrame = () => cancelAnimationFrame(frame);
    }
  }

  #flush(): void {
    this.#cancelFrame?.();
    this.#cancelFrame = undefined;
    const events = this.#queue;
    if (events.length === 0) return;
    this.#queue = [];
    this.#options.apply(events);
  }

  #onVisibility = () => {
    clearTimeout(this.#hiddenTimer);
    if (document.hidden) this.#hiddenTimer = setTimeout(() => this.#rest(), HIDDEN_MS);
    else if (!this.#follower) this.#follow();
    // Frames stopped when the tab was hidden: what waited for one is applied now.
    this.#flush();
  };
}
