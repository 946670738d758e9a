/**
 * One WebSocket from its opening to its end: frames are worked on one after the other, one in error is
 * answered with an error frame, one that breaks the limits ends it.
 */
import type { App } from "../../lib/app.ts";
import { type Connection, frame } from "../../lib/coordination/agents/mod.ts";
import type { AgentsSettings } from "../../lib/coordination/agents/schema.ts";
import { AppError, toAppError } from "../../lib/kernel/core/errors.ts";
import { isKeyUsable, keyOf } from "../_http/usable_key.ts";
import { parseFrame, typeOf } from "./_frame.ts";
import type { Holder, SocketKind } from "./_kind.ts";

/** Close codes of RFC 6455. */
const UNSUPPORTED = 1003;
const POLICY = 1008;
const TOO_BIG = 1009;
const TRY_LATER = 1013;
/** Frames that wait while earlier ones are worked on. */
const PENDING_MAX = 200;

export class SocketSession {
  readonly #app: App;
  readonly #socket: WebSocket;
  readonly #holder: Holder;
  readonly #kind: SocketKind;
  readonly #maxFrameBytes: number;
  readonly #pingIntervalMs: number;
  readonly #keyId: string | null;
  #stopWatch: () => void = () => {};
  #connection: Connection | null = null;
  #isOver = false;
  #pending = 0;
  /** One frame after the other, the first after the greeting. */
  #work: Promise<void> = Promise.resolve();

  constructor(
    app: App,
    socket: WebSocket,
    holder: Holder,
    kind: SocketKind,
    settings: Pick<AgentsSettings, "maxFrameBytes" | "pingIntervalMs">,
  ) {
    this.#app = app;
    this.#socket = socket;
    this.#holder = holder;
    this.#kind = kind;
    this.#maxFrameBytes = settings.maxFrameBytes;
    this.#pingIntervalMs = settings.pingIntervalMs;
    this.#keyId = keyOf(holder.caller);
  }

  listen(): void {
    this.#socket.onopen = () => this.#enqueue(() => this.#open());
    this.#socket.onmessage = ({ data }) => this.#receive(data);
    // An error is followed by a close, which may come twice.
    this.#socket.onerror = () => {};
    this.#socket.onclose = () => this.#end();
    if (this.#keyId !== null) this.#watchKey();
  }

  #watchKey(): void {
    this.#stopWatch = this.#app.ctx.clock.timer(this.#pingIntervalMs, async () => {
      // What cannot be asked now is asked again; a write frame insists.
      if (await this.#hasKey().catch(() => true) && !this.#isOver) this.#watchKey();
    });
  }

  /** False: the key was taken away, and the socket with it. */
  async #hasKey(): Promise<boolean> {
    if (this.#keyId === null) return true;
    const { workspaceId } = this.#holder.call;
    if (await isKeyUsable(this.#app, workspaceId, this.#keyId)) return true;
    this.#close(POLICY, "key_revoked");
    return false;
  }

  async #open(): Promise<void> {
    const { agentId, call, mayWrite } = this.#holder;
    try {
      const connection = await this.#app.coordination.connections.open(this.#near(), {
        workspaceId: call.workspaceId,
        agentId,
        actor: call.actor,
        hears: this.#kind.hears,
        marks: mayWrite,
      });
      this.#connection = connection;
      if (this.#isOver) return await connection.leave();
      const { type, payload } = await this.#kind.greet(this.#holder);
      connection.greet(this.#frame(type, payload));
    } catch (error) {
      this.#answer(this.#errorFrame(error));
      this.#close(TRY_LATER, "could not be opened");
      await this.#connection?.leave();
    }
  }

  #near() {
    const socket = this.#socket;
    return {
      get bufferedAmount() {
        return socket.bufferedAmount;
      },
      send: (text: string) => this.#answer(text),
      close: (code: number, reason: string) => this.#close(code, reason),
    };
  }

  #receive(data: unknown): void {
    if (this.#isOver) return;
    if (typeof data !== "string") return this.#close(UNSUPPORTED, "text frames of JSON only");
    // As characters first: most frames are far below the limit.
    if (
      data.length > this.#maxFrameBytes ||
      data.length * 3 > this.#maxFrameBytes &&
        new TextEncoder().encode(data).length > this.#maxFrameBytes
    ) return this.#close(TOO_BIG, `frames of at most ${this.#maxFrameBytes} bytes`);
    if (++this.#pending > PENDING_MAX) {
      return this.#close(POLICY, "too many frames at once");
    }
    this.#enqueue(async () => {
      try {
        await this.#handle(data);
      } catch (error) {
        this.#send(this.#errorFrame(error, typeOf(data)));
      } finally {
        this.#pending--;
      }
    });
  }

  async #handle(data: string): Promise<void> {
    if (this.#isOver) return;
    const { type, payload } = parseFrame(data);
    if (type === "ping") return this.#send(this.#frame("pong"));
    const handler = Object.hasOwn(this.#kind.handlers, type)
      ? this.#kind.handlers[type]
      : undefined;
    if (!handler) {
      const known = ["ping", ...Object.keys(this.#kind.handlers)].join(", ");
      throw new AppError("invalid_input", {
        detail: `There is no frame type "${type}" here; send ${known}`,
        fields: [{ path: "type", message: `expected ${known}` }],
      });
    }
    const holder = this.#holder;
    if (!await this.#hasKey()) return;
    if (!holder.mayWrite) {
      throw new AppError("forbidden", {
        detail: `Role "${holder.caller?.role ?? "none"}" may only listen here`,
      });
    }
    await handler({
      holder,
      payload,
      reply: (type, payload) => this.#send(this.#frame(type, payload)),
    });
  }

  #enqueue(work: () => Promise<void>): void {
    this.#work = this.#work.then(work);
  }

  #send(text: string): void {
    if (this.#connection) this.#connection.send(text);
    else this.#answer(text);
  }

  #answer(text: string): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(text);
  }

  #frame(type: string, payload?: unknown): string {
    return frame(type, payload, new Date(this.#app.ctx.clock.now()).toISOString());
  }

  #errorFrame(thrown: unknown, about?: string): string {
    const error = toAppError(thrown);
    if (error.code === "internal") {
      this.#app.ctx.log.error("WebSocket frame failed", { error: error.cause ?? error });
    }
    return this.#frame("error", {
      error: error.code === "internal" ? "Internal error" : error.detail,
      code: error.code,
      ...(about !== undefined && { about }),
      ...(error.fields && { errors: error.fields }),
      ...error.extension,
    });
  }

  /** It is over at once: a far end that takes nothing never answers the close. */
  #close(code: number, reason: string): void {
    if (this.#socket.readyState <= WebSocket.OPEN) this.#socket.close(code, reason);
    this.#end();
  }

  #end(): void {
    this.#isOver = true;
    this.#stopWatch();
    void this.#connection?.leave();
  }
}
