/**
 * Bells from other instances of a shared store: BroadcastChannel within the process, one watch on the head
 * key of each followed workspace, a slow tick. What rang is read from the workspace's feed.
 */
import { type Clock, delay } from "../core/clock.ts";
import type { CommitInfo } from "../kv/batch_commit.ts";
import { headKey } from "../kv/batch_commit.ts";
import type { Store } from "../kv/store.ts";
import { listFeed } from "./read.ts";

type Ring = (workspaceId: string, stream: string, quiet: boolean, stamp: string) => void;

interface Watched {
  followers: number;
  /** Feed read up to here. */
  position: string;
  reading: boolean;
  again: boolean;
  readonly stop: AbortController;
  readonly ready: Promise<void>;
}

interface BellContext {
  readonly kv: Store;
  readonly clock: Clock;
  readonly log: { warn(message: string, fields?: Record<string, unknown>): void };
}

const FEED_PAGE = 500;

export class WorkspaceBells {
  readonly #ctx: BellContext;
  readonly #ring: Ring;
  readonly #watched = new Map<string, Watched>();
  readonly #broadcast: BroadcastChannel;
  #dirty: Set<string> | null = null;

  constructor(ctx: BellContext, ring: Ring) {
    this.#ctx = ctx;
    this.#ring = ring;
    this.#broadcast = new BroadcastChannel(`muster-events ${ctx.kv.path ?? ""}`);
    this.#broadcast.onmessage = ({ data }) => {
      for (const workspaceId of data as string[]) this.#look(workspaceId);
    };
  }

  /** Resolves when everything appended from now on will ring. */
  enter(workspaceId: string): Promise<void> {
    const known = this.#watched.get(workspaceId);
    if (known) {
      known.followers++;
      return known.ready;
    }
    const stop = new AbortController();
    const watched: Watched = {
      followers: 1,
      position: "",
      reading: false,
      again: false,
      stop,
      ready: this.#ctx.kv.get(headKey(workspaceId)).then((head) => {
        watched.position = head.versionstamp ?? "";
        this.#watch(workspaceId, stop.signal);
      }),
    };
    this.#watched.set(workspaceId, watched);
    return watched.ready;
  }

  leave(workspaceId: string): void {
    const watched = this.#watched.get(workspaceId);
    if (!watched || --watched.followers > 0) return;
    watched.stop.abort();
    this.#watched.delete(workspaceId);
  }

  /** Tells the other isolates of this process, once per turn of the event loop. */
  announce(info: CommitInfo): void {
    if (info.appends.length === 0) return;
    if (!this.#dirty) {
      this.#dirty = new Set();
      this.#ctx.clock.timer(0, () => {
        const dirty = this.#dirty;
        this.#dirty = null;
        if (dirty) this.#broadcast.postMessage([...dirty]);
      });
    }
    for (const { workspaceId } of info.appends) this.#dirty.add(workspaceId);
  }

  tick(): void {
    for (const workspaceId of this.#watched.keys()) this.#look(workspaceId);
  }

  close(): void {
    for (const watched of this.#watched.values()) watched.stop.abort();
    this.#watched.clear();
    this.#dirty = null;
    this.#broadcast.close();
  }

  /** A watch that breaks is opened again; the tick covers the time between. */
  async #watch(workspaceId: string, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.#ctx.kv.watch([headKey(workspaceId)], signal, () => this.#look(workspaceId));
      } catch (error) {
        if (signal.aborted) return;
        this.#ctx.log.warn("watch failed", { workspaceId, error: String(error) });
      }
      if (!signal.aborted) await delay(this.#ctx.clock, 500);
    }
  }

  async #look(workspaceId: string): Promise<void> {
    const watched = this.#watched.get(workspaceId);
    if (!watched) return;
    watched.again = true;
    if (watched.reading) return;
    watched.reading = true;
    try {
      while (watched.again && !watched.stop.signal.aborted) {
        watched.again = false;
        const commits = await listFeed(this.#ctx, workspaceId, watched.position + "\0", FEED_PAGE);
        for (const { stamp, loud, quiet } of commits) {
          for (const stream of loud) this.#ring(workspaceId, stream, false, stamp);
          for (const stream of quiet) this.#ring(workspaceId, stream, true, stamp);
          watched.position = stamp;
        }
        if (commits.length === FEED_PAGE) watched.again = true;
      }
    } catch (error) {
      this.#ctx.log.warn("feed read failed", { workspaceId, error: String(error) });
    } finally {
      watched.reading = false;
    }
  }
}
