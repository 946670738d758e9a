/**
 * A followed stream as the bytes of a server-sent-event response. First frame `ready`, a shared ping every
 * 15 s, `reset` and `closed` with their reasons; control frames carry no id. Buffered bytes are bounded:
 * a viewer that does not read is told so and closed.
 */
import type { Clock } from "../core/clock.ts";
import { encodeText } from "../kv/values.ts";
import { encodeFrames, type StoredEvent } from "./entry.ts";
import { type Followed, type Follower, type FollowOptions, MAX_BUFFER_BYTES } from "./follower.ts";

const PING_MS = 15_000;
const READY = encodeText("retry: 1000\nevent: ready\ndata: {}\n\n");
const PING = encodeText("event: ping\ndata: {}\n\n");

class SseFollower implements Follower {
  #controller: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>> | null = null;
  #pulled: (() => void) | null = null;
  #left: number;
  readonly #mayStay: SseOptions["mayStay"];
  onEnd: () => void = () => {};

  constructor({ limit = Infinity, mayStay }: SseOptions) {
    this.#left = limit;
    this.#mayStay = mayStay;
  }

  open(controller: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>): void {
    this.#controller = controller;
    controller.enqueue(READY);
  }

  send(item: Followed): boolean {
    const controller = this.#controller;
    if (!controller) return false;
    if (item.kind === "events") {
      // An empty buffer takes a batch of any size.
      if (controller.desiredSize! < 0) return this.#close("slow_consumer");
      if (item.events.length >= this.#left) return this.#last(item.events.slice(0, this.#left));
      this.#left -= item.events.length;
      controller.enqueue(item.bytes);
      return true;
    }
    if (item.kind === "closed") return this.#close(item.reason);
    controller.enqueue(encodeText(`event: reset\ndata: {"reason":"${item.reason}"}\n\n`));
    return true;
  }

  ping(): void {
    if (this.#controller && this.#controller.desiredSize! > 0) this.#controller.enqueue(PING);
    void this.#ask();
  }

  /** What cannot be asked now is asked with the next ping. */
  async #ask(): Promise<void> {
    const may = await this.#mayStay?.().catch(() => true) ?? true;
    if (!may && this.#controller) this.#close("key_revoked");
  }

  async drained(): Promise<boolean> {
    while (this.#controller && this.#controller.desiredSize! <= 0) {
      await new Promise<void>((resolve) => this.#pulled = resolve);
    }
    return this.#controller !== null;
  }

  pull(): void {
    this.#pulled?.();
    this.#pulled = null;
  }

  end(): void {
    if (!this.#controller) return;
    this.#controller = null;
    this.pull();
    this.onEnd();
  }

  #last(events: readonly StoredEvent[]): false {
    this.#controller!.enqueue(encodeFrames(events) as Uint8Array<ArrayBuffer>);
    return this.#close("limit");
  }

  #close(reason: string): false {
    const controller = this.#controller!;
    this.end();
    try {
      controller.enqueue(encodeText(`event: closed\ndata: {"reason":"${reason}"}\n\n`));
      controller.close();
    } catch {
      // Handing over the frame may find the viewer gone, which cancels the stream at once.
    }
    return false;
  }
}

/** Pings every stream it was given, with one timer. */
export class SsePinger {
  readonly #clock: Clock;
  readonly #followers = new Set<SseFollower>();
  #armed = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(follower: SseFollower): void {
    this.#followers.add(follower);
    if (!this.#armed) this.#arm();
  }

  remove(follower: SseFollower): void {
    this.#followers.delete(follower);
  }

  #arm(): void {
    this.#armed = true;
    this.#clock.timer(PING_MS, () => {
      this.#armed = false;
      for (const follower of this.#followers) follower.ping();
      if (this.#followers.size > 0) this.#arm();
    });
  }
}

export interface SseOptions extends FollowOptions {
  /** Events after which the stream ends. */
  readonly limit?: number | undefined;
  /** Whether the viewer may still look, asked with every ping; false ends the stream. */
  readonly mayStay?: (() => Promise<boolean>) | undefined;
}

/** Puts a follower under way and returns what takes it away again. */
export type Subscribe = (follower: Follower) => () => void;

export function sseBody(
  subscribe: Subscribe,
  pinger: SsePinger,
  options: SseOptions,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const follower = new SseFollower(options);
  const { signal } = options;
  const abort = () => void follower.send({ kind: "closed", reason: "closing" });
  return new ReadableStream<Uint8Array<ArrayBuffer>>({
    start(controller) {
      follower.open(controller);
      pinger.add(follower);
      const leave = subscribe(follower);
      follower.onEnd = () => {
        signal?.removeEventListener("abort", abort);
        pinger.remove(follower);
        leave();
      };
      signal?.addEventListener("abort", abort, { once: true });
      if (signal?.aborted) abort();
    },
    pull: () => follower.pull(),
    cancel: () => follower.end(),
  }, {
    highWaterMark: options.maxBufferBytes ?? MAX_BUFFER_BYTES,
    size: (chunk) => chunk.byteLength,
  });
}
