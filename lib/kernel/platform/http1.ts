/**
 * Posts to plain-HTTP servers over connections of our own: a third of what the runtime's `fetch` costs, and the
 * pieces of a streamed answer as they leave the socket. For trusted hosts only, and not for https, where the
 * network decides and `fetch` shares one connection. HTTP/1.1 (RFC 9112): bodies by length, by chunks, or to the
 * end of the connection.
 */
import type { Clock } from "../core/clock.ts";
import { Connection, Reply, type WireReply } from "./http1_reply.ts";

export interface WirePost {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly signal: AbortSignal;
}

const IDLE_MAX = 128;
/** Servers close what is idle after five seconds, at the earliest. */
const IDLE_MS = 4_000;

const encoder = new TextEncoder();

interface Place {
  readonly origin: string;
  readonly hostname: string;
  readonly port: number;
  /** Request line and host. */
  readonly head: string;
}

interface Idle {
  readonly connection: Connection;
  /** Monotonic ms. */
  readonly since: number;
}

export class WirePool {
  readonly #clock: Pick<Clock, "mono" | "timer">;
  readonly #idle = new Map<string, Idle[]>();
  readonly #places = new Map<string, Place>();
  #cancelSweep: (() => void) | null = null;
  #closed = false;

  constructor(clock: Pick<Clock, "mono" | "timer">) {
    this.#clock = clock;
  }

  /** Resolves with the head of the answer. Rejects as sockets do, or with the signal's reason. */
  async post(request: WirePost): Promise<WireReply> {
    const place = this.#place(request.url);
    const bytes = encode(place.head, request);
    for (;;) {
      if (request.signal.aborted) throw request.signal.reason;
      const kept = this.#take(place.origin);
      const connection = kept ?? await dial(place, request.signal);
      const reply = new Reply(
        connection,
        request.signal,
        () => this.#release(place, connection),
        this.#clock,
      );
      let sent = false;
      try {
        await connection.write(bytes);
        sent = true;
        await reply.begin();
        return reply;
      } catch (error) {
        reply.cancel();
        if (request.signal.aborted) throw request.signal.reason;
        // Only what could not be sent on a kept connection is sent again unasked: the rest may have been done.
        if (!kept || sent) throw error;
      }
    }
  }

  close(): void {
    this.#closed = true;
    this.#cancelSweep?.();
    for (const list of this.#idle.values()) for (const { connection } of list) connection.close();
    this.#idle.clear();
  }

  #place(url: string): Place {
    let place = this.#places.get(url);
    if (!place) {
      const { origin, hostname, port, host, pathname, search } = new URL(url);
      // Without this a server may answer compressed (RFC 9110, 12.5.3), which nobody here undoes.
      const head =
        `POST ${pathname}${search} HTTP/1.1\r\nhost: ${host}\r\naccept-encoding: identity\r\n`;
      place = {
        origin,
        hostname: hostname.replace(/^\[|\]$/g, ""),
        port: Number(port || 80),
        head,
      };
      if (this.#places.size > 1_000) this.#places.clear();
      this.#places.set(url, place);
    }
    return place;
  }

  #take(origin: string): Connection | null {
    const list = this.#idle.get(origin);
    const last = list?.pop();
    if (!last) return null;
    if (this.#clock.mono() - last.since < IDLE_MS) {
      last.connection.use();
      return last.connection;
    }
    last.connection.close();
    for (const { connection } of list!.splice(0)) connection.close();
    return null;
  }

  #release({ origin }: Place, connection: Connection): void {
    const list = this.#idle.get(origin) ?? [];
    if (this.#closed || list.length >= IDLE_MAX) return connection.close();
    const idle = { connection, since: this.#clock.mono() };
    list.push(idle);
    connection.rest(() => {
      connection.close();
      const at = list.indexOf(idle);
      if (at >= 0) list.splice(at, 1);
    });
    this.#idle.set(origin, list);
    this.#cancelSweep ??= this.#clock.timer(IDLE_MS, () => this.#sweep());
  }

  #sweep(): void {
    this.#cancelSweep = null;
    const before = this.#clock.mono() - IDLE_MS + 1;
    for (const [origin, list] of this.#idle) {
      // The oldest stand first.
      const old = list.findIndex(({ since }) => since > before);
      const gone = list.splice(0, old < 0 ? list.length : old);
      for (const { connection } of gone) connection.close();
      if (list.length === 0) this.#idle.delete(origin);
    }
    if (this.#idle.size > 0) {
      this.#cancelSweep = this.#clock.timer(IDLE_MS, () => this.#sweep());
    }
  }
}

function encode(head: string, { headers, body }: WirePost): Uint8Array {
  let text = head;
  for (const name in headers) {
    const value = headers[name]!;
    if (/[\r\n\0]/.test(value)) throw new TypeError(`The header "${name}" holds a line break`);
    text += `${name}: ${value}\r\n`;
  }
  const payload = encoder.encode(body);
  const start = encoder.encode(`${text}content-length: ${payload.length}\r\n\r\n`);
  const bytes = new Uint8Array(start.length + payload.length);
  bytes.set(start);
  bytes.set(payload, start.length);
  return bytes;
}

async function dial({ hostname, port }: Place, signal: AbortSignal): Promise<Connection> {
  const dialing = Deno.connect({ hostname, port });
  const aborted = Promise.withResolvers<never>();
  const stop = () => aborted.reject(signal.reason);
  signal.addEventListener("abort", stop);
  try {
    const socket = await Promise.race([dialing, aborted.promise]);
    socket.setNoDelay();
    return new Connection(socket);
  } catch (error) {
    // A connection that comes too late is nobody's.
    dialing.then((late) => late.close(), () => {});
    throw error;
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
