/** One HTTP/1.1 exchange on a connection of our own: the answer's head, and its body piece by piece (RFC 9112). */
import type { Clock } from "../core/clock.ts";

export interface WireReply {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  /** The next piece of the body, null at its end; valid until the next read. */
  read(): Promise<Uint8Array | null>;
  /** The rest is not wanted. */
  cancel(): void;
  /** Nothing more of it matters: what ends it is awaited for a moment, so that the connection can serve again. */
  finish(): void;
}

const FINISH_MS = 1_000;

const BUFFER_BYTES = 65_536;

const decoder = new TextDecoder();

/** Told about what a server sent that is no HTTP. */
class WireError extends Error {
  override readonly name = "WireError";
}

/** Reads once more: the end is there, or nobody waits for the rest. */
export function finishReading(
  reply: Pick<WireReply, "read" | "cancel">,
  clock: Pick<Clock, "timer">,
): void {
  const stop = clock.timer(FINISH_MS, () => reply.cancel());
  reply.read().then((piece) => piece && reply.cancel(), () => {}).finally(stop);
}

/** A socket with what was read from it and not used yet. */
export class Connection {
  readonly #socket: Deno.TcpConn;
  readonly buffer = new Uint8Array(BUFFER_BYTES);
  from = 0;
  to = 0;
  /** Read ahead while nobody uses it. */
  #ahead: Promise<number | null> | null = null;
  #idle = false;
  #closed = false;

  constructor(socket: Deno.TcpConn) {
    this.#socket = socket;
  }

  /** Whatever comes while it is idle belongs to no answer: it is of no more use. */
  rest(onWake: () => void): void {
    this.from = this.to = 0;
    this.#idle = true;
    const wake = () => {
      if (this.#idle) onWake();
    };
    this.#ahead = this.#socket.read(this.buffer);
    this.#ahead.then(wake, wake);
  }

  /** Taken for a request. */
  use(): void {
    this.#idle = false;
  }

  async write(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) at += await this.#socket.write(bytes.subarray(at));
  }

  /** False at the end of the connection. Keeps what was not used. */
  async fill(): Promise<boolean> {
    if (this.from === this.to) this.from = this.to = 0;
    else if (this.to === this.buffer.length) {
      if (this.from === 0) throw new WireError("a line of the answer is too long");
      this.buffer.copyWithin(0, this.from, this.to);
      this.to -= this.from;
      this.from = 0;
    }
    const ahead = this.#ahead;
    this.#ahead = null;
    const count = await (ahead ?? this.#socket.read(this.buffer.subarray(this.to)));
    if (count === null) return false;
    this.to += count;
    return true;
  }

  /** The next line without its end. */
  async line(): Promise<string> {
    let looked = this.from;
    for (;;) {
      const end = this.buffer.subarray(0, this.to).indexOf(10, looked);
      if (end >= 0) {
        const last = end > this.from && this.buffer[end - 1] === 13 ? end - 1 : end;
        const text = decoder.decode(this.buffer.subarray(this.from, last));
        this.from = end + 1;
        return text;
      }
      const used = this.to - this.from;
      if (!await this.fill()) throw new WireError("the connection was closed");
      looked = this.from + used;
    }
  }

  close(): void {
    this.#idle = false;
    if (this.#closed) return;
    this.#closed = true;
    try {
      this.#socket.close();
    } catch {
      // Closed by the other side in the same moment.
    }
  }
}

type Framing = "none" | "length" | "chunks" | "close";

export class Reply implements WireReply {
  status = 0;
  readonly #fields = new Map<string, string>();
  readonly headers = { get: (name: string) => this.#fields.get(name) ?? null };
  readonly #connection: Connection;
  readonly #signal: AbortSignal;
  readonly #release: () => void;
  readonly #clock: Pick<Clock, "timer">;
  readonly #onAbort = () => this.cancel();
  #framing: Framing = "none";
  /** Of the body, or of the present chunk. */
  #left = 0;
  /** The line end behind a chunk is still to come. */
  #afterChunk = false;
  #reusable = false;
  #over = false;

  constructor(
    connection: Connection,
    signal: AbortSignal,
    release: () => void,
    clock: Pick<Clock, "timer">,
  ) {
    this.#clock = clock;
    this.#connection = connection;
    this.#signal = signal;
    this.#release = release;
    signal.addEventListener("abort", this.#onAbort);
  }

  /** Reads the head of the answer. */
  async begin(): Promise<void> {
    // Interim answers (100, 103) have a head and nothing else.
    do await this.#readHead(); while (this.status < 200);
    this.#frame();
    if (this.#framing === "none") this.#end();
  }

  async read(): Promise<Uint8Array | null> {
    if (this.#signal.aborted) throw this.#signal.reason;
    if (this.#over) return null;
    try {
      return await this.#next();
    } catch (error) {
      this.cancel();
      throw this.#signal.aborted ? this.#signal.reason : error;
    }
  }

  cancel(): void {
    if (this.#over) return;
    this.#over = true;
    this.#signal.removeEventListener("abort", this.#onAbort);
    this.#connection.close();
  }

  finish(): void {
    finishReading(this, this.#clock);
  }

  async #readHead(): Promise<void> {
    const start = /^HTTP\/1\.([01]) (\d{3})(?: |$)/.exec(await this.#connection.line());
    if (!start) throw new WireError("the answer is not HTTP");
    this.status = Number(start[2]);
    this.#fields.clear();
    let size = 0;
    for (;;) {
      const line = await this.#connection.line();
      if (line === "") break;
      size += line.length;
      const colon = line.indexOf(":");
      if (colon < 1 || size > BUFFER_BYTES) throw new WireError("the answer's head is malformed");
      const name = line.slice(0, colon).toLowerCase();
      const value = line.slice(colon + 1).trim();
      const before = this.#fields.get(name);
      this.#fields.set(name, before === undefined ? value : `${before}, ${value}`);
    }
    const wish = this.#fields.get("connection")?.toLowerCase() ?? "";
    this.#reusable = start[1] === "1" ? !wish.includes("close") : wish.includes("keep-alive");
  }

  #frame(): void {
    const length = this.#fields.get("content-length");
    if (this.status === 204 || this.status === 304) this.#framing = "none";
    else if (this.#fields.get("transfer-encoding")?.toLowerCase().endsWith("chunked")) {
      this.#framing = "chunks";
    } else if (length !== undefined) {
      if (!/^\d{1,15}$/.test(length)) throw new WireError("the answer's length is malformed");
      this.#left = Number(length);
      this.#framing = this.#left === 0 ? "none" : "length";
    } else {
      this.#framing = "close";
      this.#reusable = false;
    }
  }

  async #next(): Promise<Uint8Array | null> {
    const connection = this.#connection;
    if (this.#framing === "chunks" && this.#left === 0 && !await this.#openChunk()) return null;
    if (connection.from === connection.to && !await connection.fill()) {
      if (this.#framing !== "close") throw new WireError("the connection was closed");
      this.#end();
      return null;
    }
    const there = connection.to - connection.from;
    const count = this.#framing === "close" ? there : Math.min(there, this.#left);
    const piece = connection.buffer.subarray(connection.from, connection.from + count);
    connection.from += count;
    this.#left -= count;
    if (this.#left === 0 && this.#framing === "length") this.#end();
    else if (this.#left === 0) this.#afterChunk = this.#framing === "chunks";
    return piece;
  }

  /** False: it was the last one. */
  async #openChunk(): Promise<boolean> {
    if (this.#afterChunk) await this.#connection.line();
    this.#afterChunk = false;
    const line = await this.#connection.line();
    const size = /^([0-9a-f]{1,8})[ \t]*(?:;|$)/i.exec(line)?.[1];
    if (size === undefined) throw new WireError("a chunk of the answer is malformed");
    this.#left = parseInt(size, 16);
    if (this.#left > 0) return true;
    while (await this.#connection.line() !== "");
    this.#end();
    return false;
  }

  #end(): void {
    if (this.#over) return;
    this.#over = true;
    this.#signal.removeEventListener("abort", this.#onAbort);
    const { from, to } = this.#connection;
    if (this.#reusable && from === to) this.#release();
    else this.#connection.close();
  }
}
