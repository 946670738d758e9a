/**
 * Follows one event stream until closed: resumes after the last event seen, backs off with jitter,
 * notices a connection that went silent, and says honestly what state it is in.
 * `fetch` instead of EventSource, because a refused stream must show its problem, not "error".
 */
import { type Problem, readProblem } from "./problem.ts";

export type StreamState = "connecting" | "live" | "reconnecting" | "offline" | "closed";

export interface StreamEvent {
  readonly id: string;
  readonly type: string;
  readonly data: unknown;
}

export interface FollowOptions {
  readonly url: string;
  /** Cursor to start after; absent: from the stream's beginning. */
  readonly after?: string | undefined;
  readonly onEvent: (event: StreamEvent) => void;
  readonly onState?: (state: StreamState) => void;
  /** The cursor is older than the log: reload the snapshot and answer with its cursor. */
  readonly onReset: () => Promise<string>;
  /** The stream is refused for good (gone, not allowed): following ends. */
  readonly onRefused?: (problem: Problem) => void;
  /** Longest silence before the connection is taken for dead; the server pings every 15 s. */
  readonly silenceMs?: number;
  readonly backoff?: (attempt: number) => number;
}

export interface Follower {
  close(): void;
}

const SILENCE_MS = 40_000;
const BACKOFF_MIN_MS = 250;
/** A server that restarts is found again at once; the jitter spreads those who wait. */
const BACKOFF_MAX_MS = 3_000;

/** Full jitter between half and all of an exponentially growing wait. */
function jittered(attempt: number): number {
  const ceiling = Math.min(BACKOFF_MAX_MS, BACKOFF_MIN_MS * 2 ** attempt);
  return ceiling / 2 + Math.random() * ceiling / 2;
}

export function followStream(options: FollowOptions): Follower {
  return new StreamFollower(options);
}

type Ended = "again" | "reset" | "refused";

class StreamFollower implements Follower {
  #options: FollowOptions;
  #cursor: string | undefined;
  #state: StreamState | undefined;
  #closed = false;
  #attempt = 0;
  #retryAfterMs: number | undefined;
  #connection: AbortController | undefined;
  #wake: (() => void) | undefined;

  constructor(options: FollowOptions) {
    this.#options = options;
    this.#cursor = options.after || undefined;
    globalThis.addEventListener?.("online", this.#onOnline);
    globalThis.addEventListener?.("offline", this.#onOffline);
    void this.#loop();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    globalThis.removeEventListener?.("online", this.#onOnline);
    globalThis.removeEventListener?.("offline", this.#onOffline);
    this.#connection?.abort();
    this.#wake?.();
    this.#enter("closed");
  }

  #onOnline = () => {
    this.#attempt = 0;
    this.#wake?.();
  };

  #onOffline = () => {
    this.#enter("offline");
    this.#connection?.abort();
  };

  #enter(state: StreamState): void {
    if (this.#state === state || (this.#closed && state !== "closed")) return;
    this.#state = state;
    this.#options.onState?.(state);
  }

  async #loop(): Promise<void> {
    this.#enter("connecting");
    while (!this.#closed) {
      const ended = await this.#connect();
      if (this.#closed) return;
      if (ended === "refused") return this.close();
      if (ended === "reset" && await this.#reload()) continue;
      await this.#rest();
    }
  }

  /** True when the snapshot was reloaded; false: wait like after any failure, then ask again. */
  async #reload(): Promise<boolean> {
    this.#cursor = undefined;
    try {
      this.#cursor = await this.#options.onReset() || undefined;
      return true;
    } catch {
      return false;
    }
  }

  async #rest(): Promise<void> {
    const offline = globalThis.navigator?.onLine === false;
    this.#enter(offline ? "offline" : "reconnecting");
    const waitMs = this.#retryAfterMs ?? (this.#options.backoff ?? jittered)(this.#attempt++);
    this.#retryAfterMs = undefined;
    await new Promise<void>((resolve) => {
      // Offline has no timer: the browser says when the network is back.
      const timer = offline ? undefined : setTimeout(resolve, waitMs);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = undefined;
  }

  async #connect(): Promise<Ended> {
    const connection = this.#connection = new AbortController();
    try {
      const response = await fetch(withCursor(this.#options.url, this.#cursor), {
        headers: { accept: "text/event-stream" },
        signal: connection.signal,
        cache: "no-store",
      });
      if (!response.ok || !response.body) return await this.#refusal(response);
      return await this.#read(response.body, connection);
    } catch {
      return "again";
    } finally {
      connection.abort();
    }
  }

  async #refusal(response: Response): Promise<Ended> {
    const problem = await readProblem(response);
    if (problem.retryAfterMs) this.#retryAfterMs = problem.retryAfterMs;
    if (problem.status >= 500 || problem.status === 429 || problem.status === 408) return "again";
    // A cursor the server does not know (an import, a restored store) is cured by a new snapshot.
    if (problem.status === 400 && this.#cursor) return "reset";
    this.#options.onRefused?.(problem);
    return "refused";
  }

  async #read(body: ReadableStream<Uint8Array>, connection: AbortController): Promise<Ended> {
    const reader = body.getReader();
    const decoder = new TextDecoder();
    const parser = new FrameParser();
    const silenceMs = this.#options.silenceMs ?? SILENCE_MS;
    let watchdog: ReturnType<typeof setTimeout> | undefined;
    const alive = () => {
      clearTimeout(watchdog);
      watchdog = setTimeout(() => connection.abort(), silenceMs);
    };
    alive();
    try {
      for (;;) {
        const { value, done } = await reader.read();
        if (done || this.#closed) return "again";
        alive();
        for (const frame of parser.push(decoder.decode(value, { stream: true }))) {
          if (frame.type === "reset") return "reset";
          this.#enter("live");
          if (frame.id) this.#deliver(frame.id, frame);
          this.#attempt = 0;
        }
      }
    } finally {
      clearTimeout(watchdog);
      reader.cancel().catch(() => {});
    }
  }

  #deliver(id: string, frame: Frame): void {
    this.#options.onEvent({ id, type: frame.type, data: JSON.parse(frame.data) });
    this.#cursor = id;
  }
}

function withCursor(url: string, cursor: string | undefined): string {
  if (!cursor) return url;
  return `${url}${url.includes("?") ? "&" : "?"}after=${encodeURIComponent(cursor)}`;
}

interface Frame {
  readonly id: string | undefined;
  readonly type: string;
  readonly data: string;
}

/** Splits the text of a `text/event-stream` into frames; keeps what is incomplete for the next piece. */
export class FrameParser {
  #rest = "";

  push(text: string): Frame[] {
    this.#rest += text;
    // A carriage return at the very end may be half of a line end: leave it for the next piece.
    const held = this.#rest.endsWith("\r") ? "\r" : "";
    const whole = held ? this.#rest.slice(0, -1) : this.#rest;
    const parts = whole.replace(/\r\n?/g, "\n").split("\n\n");
    this.#rest = parts.pop()! + held;
    return parts.map(parseFrame).filter((frame) => frame !== undefined);
  }
}

function parseFrame(block: string): Frame | undefined {
  let id: string | undefined;
  let type = "message";
  const data: string[] = [];
  for (const line of block.split("\n")) {
    const colon = line.indexOf(":");
    if (colon === 0 || line === "") continue;
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "id") id = value;
    else if (field === "event") type = value;
    else if (field === "data") data.push(value);
  }
  return data.length > 0 || type !== "message" ? { id, type, data: data.join("\n") } : undefined;
}
