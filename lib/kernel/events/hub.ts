/**
 * Carries events to viewers. Bells: commits of this process; BroadcastChannel between isolates of one
 * process; on a shared store one watch per followed workspace and a slow tick. Bells carry no data: it
 * always comes from the log. A slow viewer is closed with a reason; the hidden journal part stays here.
 */
import type { Clock } from "../core/clock.ts";
import type { CommitInfo } from "../kv/batch_commit.ts";
import type { Store } from "../kv/store.ts";
import { Channel, type Viewer } from "./channel.ts";
import { type Cursor, CURSOR_START, parseCursor } from "./cursor.ts";
import type { StoredEvent } from "./entry.ts";
import {
  type Followed,
  type Follower,
  FollowerQueue,
  type FollowOptions,
  MAX_BUFFER_BYTES,
} from "./follower.ts";
import { cursorLost, FEED, typeFilter } from "./read.ts";
import { sseBody, type SseOptions, SsePinger } from "./sse.ts";
import { WorkspaceBells } from "./workspace_bells.ts";

export interface HubContext {
  readonly kv: Store;
  readonly clock: Clock;
  readonly log: { warn(message: string, fields?: Record<string, unknown>): void };
}

const TICK_MS = 5_000;

export class EventHub {
  readonly #ctx: HubContext;
  readonly #channels = new Map<string, Channel>();
  readonly #followers = new Set<Follower>();
  readonly #bells: WorkspaceBells | null;
  readonly #pinger: SsePinger;
  readonly #unlisten: () => void;
  #stopTick: () => void = () => {};
  #closed = false;

  constructor(ctx: HubContext) {
    this.#ctx = ctx;
    this.#pinger = new SsePinger(ctx.clock);
    this.#unlisten = ctx.kv.onCommit((info) => this.#heard(info));
    this.#bells = ctx.kv.exclusive
      ? null
      : new WorkspaceBells(ctx, (workspaceId, stream, quiet, stamp) =>
        this.#ring(workspaceId, stream, quiet, stamp));
    this.#tick();
  }

  get viewers(): number {
    return this.#followers.size;
  }

  /** Logs that are followed, each filter apart. */
  get channels(): number {
    return this.#channels.size;
  }

  /** Pushes the log after the cursor and then everything new, until the returned function is called. */
  subscribe(
    workspaceId: string,
    stream: string,
    options: Omit<FollowOptions, "signal">,
    follower: Follower,
  ): () => void {
    const after = parseCursor(options.after);
    const channel = this.#channel(workspaceId, stream, options.types);
    const viewer: Viewer = {
      position: "",
      send: (batch) => {
        let more = false;
        try {
          more = follower.send(batch);
        } catch (error) {
          // The others of the channel are still to be told.
          this.#ctx.log.warn("event follower failed", { stream, error: String(error) });
        }
        if (!more) leave();
        return more;
      },
    };
    let gone = false;
    const leave = () => {
      if (gone) return;
      gone = true;
      channel.leave(viewer);
      this.#followers.delete(follower);
      this.#bells?.leave(workspaceId);
      this.#forget(workspaceId, stream, options.types, channel);
    };
    this.#followers.add(follower);
    channel.reserve();
    this.#start(workspaceId, channel, viewer, after, follower, () => gone)
      .then((live) => {
        if (!live) leave();
        else if (gone) channel.leave(viewer);
      })
      .catch((error) => {
        this.#ctx.log.warn("event stream failed", { stream, error: String(error) });
        follower.send({ kind: "closed", reason: "closing" });
        leave();
      })
      .finally(() => {
        channel.release();
        this.#forget(workspaceId, stream, options.types, channel);
      });
    return leave;
  }

  /** Batches of events with their frames; ends after a `closed` item or when the signal aborts. */
  async *follow(
    workspaceId: string,
    stream: string,
    options: FollowOptions = {},
  ): AsyncGenerator<Followed> {
    const queue = new FollowerQueue(options.maxBufferBytes ?? MAX_BUFFER_BYTES);
    const leave = this.subscribe(workspaceId, stream, options, queue);
    const stop = () => queue.end();
    options.signal?.addEventListener("abort", stop, { once: true });
    if (options.signal?.aborted) stop();
    try {
      for (;;) {
        const item = await queue.next();
        if (!item) return;
        yield item;
        if (item.kind === "closed") return;
      }
    } finally {
      options.signal?.removeEventListener("abort", stop);
      queue.end();
      leave();
    }
  }

  /** One event at a time, for consumers inside the process; control notices are skipped. */
  async *followEvents(
    workspaceId: string,
    stream: string,
    options: FollowOptions = {},
  ): AsyncGenerator<StoredEvent> {
    for await (const item of this.follow(workspaceId, stream, options)) {
      if (item.kind === "events") yield* item.events;
    }
  }

  /** The followed stream as the body of a server-sent-event response. */
  sse(
    workspaceId: string,
    stream: string,
    options: SseOptions = {},
  ): ReadableStream<Uint8Array<ArrayBuffer>> {
    return sseBody(
      (follower) => this.subscribe(workspaceId, stream, options, follower),
      this.#pinger,
      options,
    );
  }

  /** Tells every follower and lets go of the store. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#unlisten();
    this.#stopTick();
    this.#bells?.close();
    for (const follower of [...this.#followers]) {
      follower.send({ kind: "closed", reason: "closing" });
    }
    this.#followers.clear();
    this.#channels.clear();
  }

  async #start(
    workspaceId: string,
    channel: Channel,
    viewer: Viewer,
    after: Cursor,
    follower: Follower,
    gone: () => boolean,
  ): Promise<boolean> {
    await this.#bells?.enter(workspaceId);
    let from = after;
    const lost = await cursorLost(this.#ctx, workspaceId, after);
    if (lost) {
      from = CURSOR_START;
      if (!follower.send({ kind: "reset", reason: lost })) return false;
    }
    if (gone()) return false;
    return await channel.join(viewer, from, async () => !gone() && await follower.drained());
  }

  #channel(workspaceId: string, stream: string, types: readonly string[] | undefined): Channel {
    const id = channelId(workspaceId, stream, types);
    let channel = this.#channels.get(id);
    if (!channel) {
      channel = new Channel(
        this.#ctx.kv,
        workspaceId,
        stream,
        typeFilter(stream, types),
        (message, fields) => this.#ctx.log.warn(message, fields),
      );
      this.#channels.set(id, channel);
      this.#index(channel, true);
    }
    return channel;
  }

  #forget(
    workspaceId: string,
    stream: string,
    types: readonly string[] | undefined,
    channel: Channel,
  ): void {
    const id = channelId(workspaceId, stream, types);
    if (channel.isIdle && this.#channels.get(id) === channel) {
      this.#channels.delete(id);
      this.#index(channel, false);
    }
  }

  /** Channels by `ws/stream`, so that a bell finds them without a search. */
  readonly #byStream = new Map<string, Set<Channel>>();

  #index(channel: Channel, add: boolean): void {
    const id = `${channel.workspaceId}/${channel.stream}`;
    const set = this.#byStream.get(id) ?? new Set();
    if (add) this.#byStream.set(id, set.add(channel));
    else if (set.delete(channel) && set.size === 0) this.#byStream.delete(id);
  }

  #heard(info: CommitInfo): void {
    if (this.#byStream.size > 0) {
      for (const { workspaceId, stream, quiet } of info.appends) {
        this.#ring(workspaceId, stream, quiet, info.versionstamp);
      }
    }
    this.#bells?.announce(info);
  }

  #ring(workspaceId: string, stream: string, quiet: boolean, stamp: string): void {
    const channels = this.#byStream.get(`${workspaceId}/${stream}`);
    if (channels) { for (const channel of channels) channel.ring(stamp); }
    const feeds = this.#byStream.get(`${workspaceId}/${FEED}`);
    if (feeds) { for (const feed of feeds) if (!quiet || feed.wantsQuiet) feed.ring(stamp); }
  }

  #tick(): void {
    this.#stopTick = this.#ctx.clock.timer(TICK_MS, () => {
      for (const channel of this.#channels.values()) channel.tick();
      this.#bells?.tick();
      if (!this.#closed) this.#tick();
    });
  }
}

const channelId = (workspaceId: string, stream: string, types: readonly string[] | undefined) =>
  `${workspaceId}/${stream}/${types ? [...types].sort().join() : ""}`;

export function openHub(ctx: HubContext): EventHub {
  return new EventHub(ctx);
}
