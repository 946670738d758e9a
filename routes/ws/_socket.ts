/**
 * What every WebSocket of the hub does: admission before the upgrade, frames `{type, payload, timestamp}`
 * both ways, one after the other, a frame in error answered with an error frame. Silence is found by the
 * runtime's own pings: a far end that answers none for three intervals is closed (`idleTimeout`), also
 * where nobody says so.
 */
import type { Context } from "hono";
import { z } from "zod";
import type { App } from "../../lib/app.ts";
import { type Connection, frame, type Opening } from "../../lib/coordination/agents/mod.ts";
import type { Call } from "../../lib/coordination/mod.ts";
import type { AgentsSettings } from "../../lib/coordination/agents/schema.ts";
import { agentId } from "../../lib/coordination/schema.ts";
import { readSettings } from "../../lib/coordination/settings/mod.ts";
import { AppError, toAppError } from "../../lib/kernel/core/errors.ts";
import { actorOf, type Caller, type Env, workspaceOf } from "../_http/env.ts";
import { callOf, mayAct, requireActing } from "../_http/acting.ts";
import { isKeyUsable, keyOf } from "./_key.ts";

/** The subprotocol that is answered; a key may stand beside it (`bearer.<key>`). */
const PROTOCOL = "muster";
/** Close codes of RFC 6455. */
const UNSUPPORTED = 1003;
const POLICY = 1008;
const TOO_BIG = 1009;
const TRY_LATER = 1013;
/** Frames that wait while earlier ones are worked on. */
const PENDING_MAX = 200;

/** Who holds the socket, as found before the upgrade: the request is gone after it. */
export interface Holder {
  readonly agentId: string;
  readonly call: Call;
  readonly caller: Caller | undefined;
  readonly callerId: string;
  /** May change something; else it may only listen. */
  readonly mayWrite: boolean;
}

export interface Received {
  readonly holder: Holder;
  readonly payload: unknown;
  reply(type: string, payload?: unknown): void;
}

export interface SocketKind {
  readonly hears: Opening["hears"];
  /** The first frame. */
  greet(holder: Holder): Promise<{ readonly type: string; readonly payload: unknown }>;
  /** By the type of the frame; `ping` is known everywhere. */
  readonly handlers: Readonly<Record<string, (received: Received) => Promise<void> | void>>;
}

export function isUpgrade(c: Context<Env>): boolean {
  return c.req.header("upgrade")?.toLowerCase() === "websocket";
}

/** Who asks for a socket: named by the query or the path. */
export function holderOf(
  c: Context<Env>,
  named: { readonly body?: string | undefined; readonly path?: string | undefined },
): Holder {
  const id = requireActing(c, named);
  const parsed = agentId.safeParse(id);
  if (!parsed.success) {
    const { message } = parsed.error.issues[0]!;
    throw new AppError("invalid_input", {
      detail: `agentId: ${message}`,
      fields: [{ path: "agentId", message }],
    });
  }
  return {
    agentId: id,
    call: callOf(c, id),
    caller: c.get("caller"),
    callerId: actorOf(c),
    mayWrite: mayAct(c, "coordinate"),
  };
}

/** Upgrades the request and serves the socket until it ends. Throws before the upgrade only. */
export async function serveSocket(
  c: Context<Env>,
  app: App,
  holder: Holder,
  kind: SocketKind,
): Promise<Response> {
  const workspaceId = workspaceOf(c);
  const { connections } = app.coordination;
  await connections.requireRoom(workspaceId);
  const { agents } = await readSettings(app.ctx, workspaceId);
  const offered = c.req.header("sec-websocket-protocol")?.split(",").map((name) => name.trim());
  const { socket, response } = upgrade(c.req.raw, {
    idleTimeout: agents.pingIntervalMs * agents.missedPings / 1_000,
    ...(offered?.includes(PROTOCOL) && { protocol: PROTOCOL }),
  });
  new SocketSession(app, socket, holder, kind, agents).listen();
  return response;
}

function upgrade(request: Request, options: Deno.UpgradeWebSocketOptions): Deno.WebSocketUpgrade {
  try {
    return Deno.upgradeWebSocket(request, options);
  } catch (cause) {
    throw new AppError("invalid_input", {
      detail: "This is not a WebSocket handshake; send GET with Upgrade, Connection and " +
        "Sec-WebSocket-Key",
      cause,
    });
  }
}

const incoming = z.object({
  type: z.string().min(1).max(100),
  payload: z.unknown().optional(),
});

class SocketSession {
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
      close: (code: number, reason: string) => {
        this.#close(code, reason);
        // A far end that takes nothing never answers the close.
        this.#isOver = true;
      },
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
    const { type, payload } = parse(data);
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

  #close(code: number, reason: string): void {
    if (this.#socket.readyState <= WebSocket.OPEN) this.#socket.close(code, reason);
  }

  #end(): void {
    this.#isOver = true;
    this.#stopWatch();
    void this.#connection?.leave();
  }
}

function parse(data: string): z.infer<typeof incoming> {
  let value: unknown;
  try {
    value = JSON.parse(data);
  } catch {
    throw new AppError("invalid_input", {
      detail: 'The frame is not JSON; send {"type": …, "payload": …}',
    });
  }
  return readPayload(incoming, value, "frame");
}

/** What a frame carries, checked; unknown members are dropped. Throws `invalid_input` naming the field. */
export function readPayload<S extends z.ZodType>(
  schema: S,
  payload: unknown,
  where = "payload",
): z.infer<S> {
  const parsed = schema.safeParse(payload ?? {});
  if (parsed.success) return parsed.data;
  const fields = parsed.error.issues.map((issue) => ({
    path: issue.path.map(String).join(".") || where,
    message: issue.message,
  }));
  throw new AppError("invalid_input", {
    detail: `The ${where} is not valid: ${fields[0]!.path}: ${fields[0]!.message}`,
    fields,
  });
}

/** The type of a frame in error, to tell which one it was. */
function typeOf(data: string): string | undefined {
  try {
    const { type } = JSON.parse(data) as { type?: unknown };
    return typeof type === "string" ? type.slice(0, 100) : undefined;
  } catch {
    return undefined;
  }
}
