/**
 * This process as the holder of connections: while it holds any of a workspace it moves its time in the
 * store on, so that others can tell when it died and its agents with it. One that was away too long (stopped
 * and continued, cut off from the store) finds its connections taken off and stores them again.
 */
import type { AppContext } from "../../kernel/context.ts";
import { readSettings } from "../settings/mod.ts";
import { addConnection, removeConnection, renewHost } from "./connection_records.ts";
import { agentsSettings } from "./schema.ts";

interface Held {
  readonly connections: Map<string, { readonly agentId: string; readonly actor: string }>;
  /** Those that may have been taken off and are not stored again yet. */
  readonly lost: Set<string>;
  /** As the settings last said. */
  everyMs: number;
  /** The first renewal, which connections wait for. */
  ready: Promise<unknown>;
  stop: () => void;
}

const EVERY_MS = agentsSettings.parse({}).pingIntervalMs;

export class ConnectionHost {
  readonly hostId: string;
  readonly #ctx: AppContext;
  readonly #held = new Map<string, Held>();
  #closed = false;

  constructor(ctx: AppContext) {
    this.#ctx = ctx;
    this.hostId = ctx.ids.next("instance");
  }

  /** Stores the connection under a host that is alive. */
  async hold(workspaceId: string, actor: string, agentId: string, id: string): Promise<void> {
    let held = this.#held.get(workspaceId);
    if (!held) {
      held = {
        connections: new Map(),
        lost: new Set(),
        everyMs: EVERY_MS,
        ready: renewHost(this.#ctx, workspaceId, this.hostId),
        stop: () => {},
      };
      this.#held.set(workspaceId, held);
      void this.#schedule(workspaceId, held);
    }
    held.connections.set(id, { agentId, actor });
    try {
      await held.ready;
      await this.#add(workspaceId, held, id);
    } catch (error) {
      this.release(workspaceId, id);
      throw error;
    }
  }

  /** The connection needs no host any more; the last one ends the renewals. */
  release(workspaceId: string, id: string): void {
    const held = this.#held.get(workspaceId);
    if (!held) return;
    held.connections.delete(id);
    held.lost.delete(id);
    if (held.connections.size > 0) return;
    held.stop();
    this.#held.delete(workspaceId);
  }

  /** Renews no more: what is stored lapses, unless its agents connect elsewhere before. */
  close(): void {
    this.#closed = true;
    for (const held of this.#held.values()) held.stop();
    this.#held.clear();
  }

  /** Outside the timer for tests and for a process that finds itself continued. */
  async renew(workspaceId: string): Promise<void> {
    const held = this.#held.get(workspaceId);
    if (!held) return;
    if (!await renewHost(this.#ctx, workspaceId, this.hostId)) {
      for (const id of held.connections.keys()) held.lost.add(id);
    }
    for (const id of [...held.lost]) {
      await this.#add(workspaceId, held, id);
      held.lost.delete(id);
    }
  }

  async #add(workspaceId: string, held: Held, connectionId: string): Promise<void> {
    const found = held.connections.get(connectionId);
    if (!found) return;
    const { agentId, actor } = found;
    const connection = { agentId, connectionId, hostId: this.hostId };
    await addConnection(this.#ctx, { workspaceId, actor }, connection);
    // It ended meanwhile, and was not there yet to be taken off.
    if (held.connections.has(connectionId)) return;
    await removeConnection(this.#ctx, workspaceId, agentId, connectionId);
  }

  async #schedule(workspaceId: string, held: Held): Promise<void> {
    try {
      held.everyMs = (await readSettings(this.#ctx, workspaceId)).agents.pingIntervalMs;
    } catch (error) {
      this.#ctx.log.warn("connections are renewed as before", { error: String(error) });
    }
    if (this.#closed || this.#held.get(workspaceId) !== held) return;
    held.stop = this.#ctx.clock.timer(held.everyMs, async () => {
      try {
        await this.renew(workspaceId);
      } catch (error) {
        this.#ctx.log.warn("connections could not be renewed", { error: String(error) });
      }
      if (!this.#closed) await this.#schedule(workspaceId, held);
    });
  }
}
