/**
 * One index kept level with the store: loaded when first asked, then caught up before every query by
 * reading the log after the place it stands at. The log is in commit order and strongly read, so what any
 * instance committed before the query began is found.
 */
import type { AppContext } from "../../kernel/context.ts";
import { AppError } from "../../kernel/core/errors.ts";
import {
  headCursor,
  readEvents,
  requireCursor,
  type StoredEvent,
} from "../../kernel/events/mod.ts";
import { type Document, InvertedIndex } from "./inverted_index.ts";

type Reads = Pick<AppContext, "kv" | "log">;

export interface Changes {
  readonly put: readonly Document[];
  readonly removed: readonly string[];
}

/** What is searched: where its records are and which events tell that they changed. */
export interface SearchSource {
  readonly name: string;
  readonly stream: string;
  /** All of a workspace, newest first. */
  load(ctx: Reads, workspaceId: string): AsyncIterable<Document>;
  /** What these events of the stream mean; applying one twice must change nothing. */
  changes(ctx: Reads, workspaceId: string, events: readonly StoredEvent[]): Promise<Changes>;
}

/** Of one index; the oldest are left out. */
export const DOCUMENTS_MAX = 100_000;
/** Above it by this factor, or with as much waste, an index is built anew. */
const GROWTH_MAX = 1.25;
const WASTE_MAX = 0.3;
const PAGE = 500;
/** Documents added before others get a turn: some ten milliseconds. */
const SLICE = 300;
const START = "00000000000000000000.0";

export class LiveIndex {
  readonly #ctx: Reads;
  readonly #workspaceId: string;
  readonly #source: SearchSource;
  #index: InvertedIndex | null = null;
  /** Event id it stands at. */
  #at = START;
  #running: Promise<InvertedIndex> | null = null;
  #next: Promise<InvertedIndex> | null = null;

  constructor(ctx: Reads, workspaceId: string, source: SearchSource) {
    this.#ctx = ctx;
    this.#workspaceId = workspaceId;
    this.#source = source;
  }

  get size(): number {
    return this.#index?.size ?? 0;
  }

  /**
   * The index with everything committed before this call. A read already under way may have begun
   * before, so a caller that meets one waits for the next, which all such callers share.
   */
  level(): Promise<InvertedIndex> {
    if (this.#next) return this.#next;
    if (!this.#running) return this.#run();
    return this.#next = this.#running.then(() => {}, () => {}).then(() => {
      this.#next = null;
      return this.#run();
    });
  }

  #run(): Promise<InvertedIndex> {
    const running = this.#read().finally(() => {
      if (this.#running === running) this.#running = null;
    });
    return this.#running = running;
  }

  async #read(): Promise<InvertedIndex> {
    const known = this.#index;
    if (
      known && known.waste < WASTE_MAX && known.size < DOCUMENTS_MAX * GROWTH_MAX &&
      await this.#follow(known)
    ) return known;
    this.#index = null;
    // Before the records are read: what changes meanwhile is read again from the log.
    this.#at = await headCursor(this.#ctx, this.#workspaceId) ?? START;
    const index = new InvertedIndex();
    for await (const document of this.#source.load(this.#ctx, this.#workspaceId)) {
      index.put(document);
      if (index.size % SLICE === 0) await turn();
      if (index.size >= DOCUMENTS_MAX) break;
    }
    await this.#follow(index);
    return this.#index = index;
  }

  /** False when the log is no longer kept from where the index stands. */
  async #follow(index: InvertedIndex): Promise<boolean> {
    for (;;) {
      const [events, isKept] = await Promise.all([
        readEvents(this.#ctx, this.#workspaceId, this.#source.stream, {
          after: this.#at,
          limit: PAGE,
        }),
        this.#isKept(),
      ]);
      if (!isKept) return false;
      if (events.length > 0) {
        const changes = await this.#source.changes(this.#ctx, this.#workspaceId, events);
        for (const document of changes.put) index.put(document);
        for (const id of changes.removed) index.remove(id);
        this.#at = events.at(-1)!.id;
      }
      if (events.length < PAGE) return true;
    }
  }

  async #isKept(): Promise<boolean> {
    if (this.#at === START) return true;
    try {
      await requireCursor(this.#ctx, this.#workspaceId, this.#at);
      return true;
    } catch (error) {
      if (error instanceof AppError && error.code === "gone") return false;
      throw error;
    }
  }
}

/** Lets timers and sockets have their turn. */
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
