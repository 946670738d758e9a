/**
 * A WebSocket that comes back: pinged, taken for dead when it is silent, reconnected with backoff; what is
 * sent meanwhile waits. A browser does not say why a handshake failed, so an HTTP call is made to learn it.
 */
import { localError } from "./error.ts";
import type { Transport } from "./transport.ts";
import { backoffMs, pause } from "./waiting.ts";

/** Both ways; `pong` has no payload. */
export interface SocketFrame {
  readonly type: string;
  // deno-lint-ignore no-explicit-any -- each type has its own payload
  readonly payload?: any;
  readonly timestamp?: string;
}

export type SocketState = "connecting" | "open" | "reconnecting" | "closed";

export interface SocketOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onState?: (state: SocketState) => void;
  /** Default 20 000. */
  readonly pingMs?: number;
}

export interface SocketTarget {
  readonly path: string;
  /** An HTTP path that is refused for the same reasons. */
  readonly probe: string;
}

/** Frames that wait for a connection; more are refused. */
const WAITING_MAX = 1_000;
const PING_MS = 20_000;
/** For the server to take the connection. */
const HANDSHAKE_MS = 30_000;

/** `for await (const frame of socket)`, or `on(type, handler)`. Closing it ends both. */
export class MusterSocket implements AsyncIterable<SocketFrame>, AsyncDisposable {
  readonly #transport: Transport;
  readonly #target: SocketTarget;
  readonly #options: SocketOptions;
  readonly #Socket: typeof WebSocket;
  readonly #handlers = new Map<string, Set<(frame: SocketFrame) => void>>();
  readonly #queues = new Set<FrameQueue>();
  readonly #stop = new AbortController();
  readonly #done: Promise<void>;
  #waiting: string[] = [];
  #socket: WebSocket | undefined;
  #state: SocketState | undefined;
  #failure: unknown;

  constructor(
    transport: Transport,
    target: SocketTarget,
    options: SocketOptions,
    Socket: typeof WebSocket | undefined,
  ) {
    if (!Socket) {
      throw localError(
        "unsupported",
        "There is no WebSocket here; pass one to connect({WebSocket})",
      );
    }
    this.#transport = transport;
    this.#target = target;
    this.#options = options;
    this.#Socket = Socket;
    options.signal?.addEventListener("abort", () => void this.close(), { once: true });
    this.#done = this.#run();
    if (options.signal?.aborted) void this.close();
  }

  get state(): SocketState {
    return this.#state ?? "connecting";
  }

  /** Sends now, or once connected again. Throws when closed or when too much waits. */
  send(type: string, payload?: unknown): void {
    if (this.#stop.signal.aborted) throw localError("closed", "The socket is closed");
    const text = JSON.stringify({ type, payload, timestamp: new Date().toISOString() });
    if (this.#state === "open") return this.#socket!.send(text);
    if (this.#waiting.length >= WAITING_MAX) {
      throw localError("unreachable", `${WAITING_MAX} frames wait for a connection already`);
    }
    this.#waiting.push(text);
  }

  /** Calls `handler` for frames of this type, `*` for all; returns what takes it away. */
  on(type: string, handler: (frame: SocketFrame) => void): () => void {
    const handlers = this.#handlers.get(type) ?? new Set();
    this.#handlers.set(type, handlers.add(handler));
    return () => void handlers.delete(handler);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<SocketFrame, void> {
    const queue = new FrameQueue();
    this.#queues.add(queue);
    if (this.#state === "closed") queue.end();
    try {
      for (;;) {
        const frame = await queue.next();
        if (!frame) break;
        yield frame;
      }
      if (this.#failure) throw this.#failure;
    } finally {
      this.#queues.delete(queue);
    }
  }

  /** Resolves when the connection is down for good. */
  async close(): Promise<void> {
    this.#stop.abort();
    this.#socket?.close(1000);
    await this.#done;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #run(): Promise<void> {
    this.#enter("connecting");
    for (let failures = 0; !this.#stop.signal.aborted; failures++) {
      const got = await this.#connect();
      if (got === "frames") failures = 0;
      if (this.#stop.signal.aborted) break;
      if (got === "nothing" && !await this.#mayGoOn()) break;
      this.#enter("reconnecting");
      await pause(backoffMs(failures), this.#stop.signal);
    }
    this.#stop.abort();
    this.#enter("closed");
    for (const queue of this.#queues) queue.end();
  }

  /** Until the connection is down; how far it came. A server may open it only to say why it will not serve. */
  #connect(): Promise<"nothing" | "handshake" | "frames"> {
    return new Promise((resolve) => {
      const url = this.#transport.url.replace(/^http/, "ws") + this.#target.path;
      const { key } = this.#transport;
      const socket = new this.#Socket(url, key === undefined ? [] : ["muster", `bearer.${key}`]);
      this.#socket = socket;
      let got: "nothing" | "handshake" | "frames" = "nothing";
      const pinger = new Pinger(socket, this.#options.pingMs ?? PING_MS, () => ended());
      const unanswered = setTimeout(() => ended(), HANDSHAKE_MS);
      const ended = () => {
        clearTimeout(unanswered);
        pinger.stop();
        socket.onopen =
          socket.onmessage =
          socket.onclose =
          socket.onerror =
            null;
        try {
          socket.close();
        } catch {
          // It was never open.
        }
        resolve(got);
      };
      socket.onopen = () => {
        clearTimeout(unanswered);
        got = "handshake";
        pinger.start();
        if (this.#stop.signal.aborted) socket.close(1000);
      };
      socket.onmessage = ({ data }) => {
        pinger.heard();
        const frame = JSON.parse(String(data)) as SocketFrame;
        if (got === "handshake" && frame.type !== "error") {
          got = "frames";
          this.#enter("open");
          for (const text of this.#waiting.splice(0)) socket.send(text);
        }
        this.#deliver(frame);
      };
      socket.onclose = socket.onerror = ended;
    });
  }

  #deliver(frame: SocketFrame): void {
    if (frame.type === "pong") return;
    for (const type of [frame.type, "*"]) {
      for (const handler of this.#handlers.get(type) ?? []) handler(frame);
    }
    for (const queue of this.#queues) queue.push(frame);
  }

  /** False when the server refuses for good; the iteration throws why. */
  async #mayGoOn(): Promise<boolean> {
    try {
      await this.#transport.send("GET", this.#target.probe, { signal: this.#stop.signal });
      return true;
    } catch (error) {
      const status = (error as { status?: number }).status ?? 0;
      if (status !== 401 && status !== 403 && status !== 400) return true;
      this.#failure = error;
      return false;
    }
  }

  #enter(state: SocketState): void {
    if (this.#state === state) return;
    this.#state = state;
    this.#options.onState?.(state);
  }
}

/** Frames not read yet, for one reader. */
class FrameQueue {
  #frames: SocketFrame[] = [];
  #ended = false;
  #wake: (() => void) | undefined;

  push(frame: SocketFrame): void {
    this.#frames.push(frame);
    this.#wake?.();
  }

  end(): void {
    this.#ended = true;
    this.#wake?.();
  }

  async next(): Promise<SocketFrame | undefined> {
    while (this.#frames.length === 0 && !this.#ended) {
      await new Promise<void>((resolve) => this.#wake = resolve);
    }
    return this.#frames.shift();
  }
}

/** Pings, and says so when nothing is heard for two pings. */
class Pinger {
  readonly #socket: WebSocket;
  readonly #everyMs: number;
  readonly #onDead: () => void;
  #timer: ReturnType<typeof setInterval> | undefined;
  #silent = 0;

  constructor(socket: WebSocket, everyMs: number, onDead: () => void) {
    this.#socket = socket;
    this.#everyMs = everyMs;
    this.#onDead = onDead;
  }

  start(): void {
    this.#timer = setInterval(() => {
      if (this.#silent++ >= 2) return this.#onDead();
      this.#socket.send('{"type":"ping"}');
    }, this.#everyMs);
  }

  heard(): void {
    this.#silent = 0;
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
