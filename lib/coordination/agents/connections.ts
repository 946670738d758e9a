/**
 * Open WebSockets of this process. A connection is a member of a room and, where its caller may act, a
 * sign of life of its agent; what is in the store about it decides presence, nothing here does.
 */
import type { AppContext } from "../../kernel/context.ts";
import { AppError } from "../../kernel/core/errors.ts";
import type { EventHub } from "../../kernel/events/mod.ts";
import { readSettings } from "../settings/mod.ts";
import { removeConnection } from "./connection_records.ts";
import { ConnectionHost } from "./host.ts";
import { type Member, Rooms } from "./rooms.ts";

/** The near end of a WebSocket. */
export interface SocketEnd {
  /** Bytes sent that the other end has not taken. */
  readonly bufferedAmount: number;
  send(text: string): void;
  close(code: number, reason: string): void;
}

export interface Opening {
  readonly workspaceId: string;
  readonly agentId: string;
  readonly actor: string;
  /** Hears the board, or its own inbox. */
  readonly hears: "board" | "agent";
  /** False for a caller that may only watch: it marks nobody. */
  readonly marks: boolean;
}

export interface Connection {
  /** Sends the first frame, then what was heard since the connection was opened, then everything new. */
  greet(text: string): void;
  send(text: string): void;
  /** The socket ended: the agent is offline unless it holds another. May be called again. */
  leave(): Promise<void>;
}

export interface Connections {
  readonly size: number;
  /** Throws `unavailable` when this process holds as many as it may. Before the upgrade. */
  requireRoom(workspaceId: string): Promise<void>;
  open(socket: SocketEnd, opening: Opening): Promise<Connection>;
  /** Closes the sockets so that their agents connect elsewhere, who stay online until their host lapses. */
  close(): void;
}

/** Close codes of RFC 6455: going away, policy violation, service restart. */
const GOING_AWAY = 1001;
const POLICY = 1008;
const RESTART = 1012;
/** Frames kept for a connection that was not greeted yet. */
const WAITING_MAX = 1_000;

class OpenConnection implements Connection, Member {
  readonly #socket: SocketEnd;
  readonly #maxBuffered: number;
  #waiting: string[] | null = [];
  #isOpen = true;
  /** Takes it out of its room and, unless its agent is to stay here, out of the store. */
  onLeave: (stays: boolean) => Promise<void> = () => Promise.resolve();
  /** The server stops: its agents have until their host lapses to connect elsewhere. */
  #stays = false;
  #left: Promise<void> | null = null;

  constructor(socket: SocketEnd, maxBuffered: number) {
    this.#socket = socket;
    this.#maxBuffered = maxBuffered;
  }

  greet(text: string): void {
    const waiting = this.#waiting ?? [];
    this.#waiting = null;
    this.deliver([text, ...waiting]);
  }

  send(text: string): void {
    this.deliver([text]);
  }

  deliver(frames: readonly string[]): void {
    if (!this.#isOpen) return;
    if (this.#waiting) {
      this.#waiting.push(...frames);
      if (this.#waiting.length > WAITING_MAX) this.#end(POLICY, "slow_consumer");
      return;
    }
    for (const text of frames) this.#socket.send(text);
    if (this.#socket.bufferedAmount > this.#maxBuffered) this.#end(POLICY, "slow_consumer");
  }

  dismiss(reason: string): void {
    this.#stays = reason === "closing";
    this.#end(reason === "closing" ? GOING_AWAY : RESTART, reason);
  }

  leave(): Promise<void> {
    this.#isOpen = false;
    return this.#left ??= this.onLeave(this.#stays);
  }

  /** A far end that takes nothing answers no close either: it counts as gone at once. */
  #end(code: number, reason: string): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#socket.close(code, reason);
    if (code === POLICY) void this.leave();
  }
}

export function createConnections(ctx: AppContext, hub: EventHub): Connections {
  const host = new ConnectionHost(ctx);
  const rooms = new Rooms(ctx, hub);
  const open = new Set<OpenConnection>();
  let closed = false;

  /** Repeated while the store does not take it: an agent must not stay here by a failed write. */
  const remove = async (opening: Opening, id: string) => {
    if (closed) return;
    try {
      await removeConnection(ctx, opening.workspaceId, opening.agentId, id);
    } catch (error) {
      ctx.log.warn("connection could not be taken off", { error: String(error) });
      if (!closed) ctx.clock.timer(1_000, () => void remove(opening, id));
    }
  };

  return {
    get size() {
      return open.size;
    },
    async requireRoom(workspaceId) {
      const { maxConnections } = (await readSettings(ctx, workspaceId)).agents;
      if (open.size < maxConnections && !closed) return;
      throw new AppError("unavailable", {
        detail: closed
          ? "The server is stopping; connect again"
          : `This server holds ${open.size} connections, as many as it may; try again later`,
        retryAfterMs: 5_000,
      });
    },
    async open(socket, opening) {
      const { workspaceId, agentId, actor, hears, marks } = opening;
      const { maxBufferedBytes } = (await readSettings(ctx, workspaceId)).agents;
      const id = ctx.ids.next("request");
      const connection = new OpenConnection(socket, maxBufferedBytes);
      open.add(connection);
      connection.onLeave = () => {
        open.delete(connection);
        return Promise.resolve();
      };
      try {
        const exit = await rooms.join(workspaceId, hears === "agent" ? agentId : null, connection);
        connection.onLeave = async (stays) => {
          open.delete(connection);
          exit();
          if (!marks || stays) return;
          host.release(workspaceId, id);
          await remove(opening, id);
        };
        if (marks) await host.hold(workspaceId, actor, agentId, id);
      } catch (error) {
        await connection.leave();
        throw error;
      }
      return connection;
    },
    close() {
      closed = true;
      host.close();
      for (const connection of [...open]) connection.dismiss("closing");
      open.clear();
    },
  };
}
