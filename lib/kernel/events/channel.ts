/**
 * One log followed by any number of viewers with the same filter. The log is read and its frames encoded
 * once; live viewers are pushed the same bytes. A viewer that comes late reads the log by itself until it
 * stands where the channel does, and then joins: backfill and live are the same data in the same order.
 */
import type { Store } from "../kv/store.ts";
import type { Cursor } from "./cursor.ts";
import { encodeFrames, type StoredEvent } from "./entry.ts";
import { type LogPage, readPage, type TypeFilter } from "./read.ts";

export interface EventBatch {
  readonly kind: "events";
  /** Frames of all events, in order; shared, never changed. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly events: readonly StoredEvent[];
  readonly lastId: string;
}

/** Where a viewer's batches go. */
export interface Viewer {
  /** Everything up to this stamp was sent. */
  position: string;
  /** False: it takes no more, drop it. */
  send(batch: EventBatch): boolean;
}

interface RecentPage {
  readonly from: string;
  to: string;
  readonly events: StoredEvent[];
  readonly bytes: number;
}

const PAGE_EVENTS = 500;
const RECENT_PAGES = 8;
const RECENT_BYTES = 4 << 20;

export class Channel {
  readonly workspaceId: string;
  readonly stream: string;
  readonly #kv: Store;
  readonly #filter: TypeFilter | null;
  readonly #live = new Set<Viewer>();
  readonly #warn: (message: string, fields?: Record<string, unknown>) => void;
  /** Viewers that read the log by themselves; they keep the channel alive. */
  #joining = 0;
  #position: string | null = null;
  #rung = "";
  /** The last pages delivered, for viewers that join while more arrives. */
  readonly #recent: RecentPage[] = [];
  #recentBytes = 0;
  #reading = false;

  constructor(
    kv: Store,
    workspaceId: string,
    stream: string,
    filter: TypeFilter | null,
    warn: (message: string, fields?: Record<string, unknown>) => void,
  ) {
    this.#kv = kv;
    this.workspaceId = workspaceId;
    this.stream = stream;
    this.#filter = filter;
    this.#warn = warn;
  }

  /** The filter lets deltas through, so quiet commits ring too. */
  get wantsQuiet(): boolean {
    return !this.#filter || this.#filter("step.delta");
  }

  get isIdle(): boolean {
    return this.#live.size === 0 && this.#joining === 0;
  }

  get viewers(): number {
    return this.#live.size + this.#joining;
  }

  /** Keeps the channel for a viewer that is about to join, until `release`. */
  reserve(): void {
    this.#joining++;
  }

  release(): void {
    this.#joining--;
  }

  /** Something was appended by the commit `stamp`. */
  ring(stamp: string): void {
    if (stamp > this.#rung) this.#rung = stamp;
    if (this.#live.size > 0 && !this.#reading && this.#rung > this.#position!) this.#read();
  }

  /** Sends the log after the cursor, then keeps the viewer live. False: it took no more. */
  async join(viewer: Viewer, after: Cursor, drained: () => Promise<boolean>): Promise<boolean> {
    let from = after;
    for (;;) {
      // A read sees every commit whose bell rang before it began.
      const seen = later(this.#rung, this.#position ?? "");
      const page = await this.#page(from);
      viewer.position = page.more ? page.to : later(page.to, seen);
      from = { stamp: viewer.position, index: Infinity };
      if (page.events.length > 0 && !viewer.send(toBatch(page.events))) return false;
      if (!await drained()) return false;
      if (!page.more && this.#attach(viewer)) return true;
    }
  }

  leave(viewer: Viewer): void {
    this.#live.delete(viewer);
  }

  /** Reads again what a failed read left behind. */
  tick(): void {
    this.ring("");
  }

  #attach(viewer: Viewer): boolean {
    if (this.#live.size === 0 && !this.#reading) {
      this.#position = viewer.position;
      this.#recent.length = 0;
      this.#recentBytes = 0;
    } else if (this.#position! > viewer.position && !this.#bridge(viewer)) return false;
    this.#live.add(viewer);
    this.ring("");
    return true;
  }

  /** Gives a viewer that is a few pages behind what it missed; false when that is no longer in memory. */
  #bridge(viewer: Viewer): boolean {
    const missed = this.#recent.filter((page) => page.to > viewer.position);
    if (missed.length === 0 || missed[0]!.from > viewer.position) return false;
    const batch = laterThan(missed.flatMap((page) => page.events), viewer.position);
    viewer.position = this.#position!;
    return !batch || viewer.send(batch);
  }

  async #read(): Promise<void> {
    this.#reading = true;
    try {
      while (this.#live.size > 0 && this.#rung > this.#position!) {
        const rung = this.#rung;
        const page = await this.#page({ stamp: this.#position!, index: Infinity });
        // Nothing of interest up to the bell: the place moves on all the same.
        this.#deliver(page.events, page.more ? page.to : later(page.to, rung));
      }
    } catch (error) {
      this.#warn("event stream read failed", { stream: this.stream, error: String(error) });
    } finally {
      this.#reading = false;
    }
  }

  #deliver(events: StoredEvent[], to: string): void {
    const whole = events.length > 0 ? toBatch(events) : null;
    const from = this.#position!;
    this.#position = to;
    if (whole) this.#remember({ from, to, events, bytes: whole.bytes.length });
    else if (this.#recent.length > 0) this.#recent.at(-1)!.to = to;
    for (const viewer of this.#live) {
      if (viewer.position >= to) continue;
      // A viewer that joined ahead of the channel has part of this already.
      const batch = viewer.position === from ? whole : laterThan(events, viewer.position);
      viewer.position = to;
      if (batch && !viewer.send(batch)) this.#live.delete(viewer);
    }
  }

  #remember(page: RecentPage): void {
    this.#recent.push(page);
    this.#recentBytes += page.bytes;
    while (this.#recent.length > RECENT_PAGES || this.#recentBytes > RECENT_BYTES) {
      this.#recentBytes -= this.#recent.shift()!.bytes;
    }
  }

  #page(after: Cursor): Promise<LogPage> {
    return readPage(
      { kv: this.#kv },
      this.workspaceId,
      this.stream,
      after,
      PAGE_EVENTS,
      this.#filter,
    );
  }
}

const later = (a: string, b: string) => a > b ? a : b;

function toBatch(events: readonly StoredEvent[]): EventBatch {
  return { kind: "events", bytes: encodeFrames(events), events, lastId: events.at(-1)!.id };
}

function laterThan(events: readonly StoredEvent[], stamp: string): EventBatch | null {
  const rest = events.filter((event) => event.id.slice(0, 20) > stamp);
  return rest.length > 0 ? toBatch(rest) : null;
}
