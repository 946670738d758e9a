/**
 * Who hears what: one room for the board of a workspace, one for each agent somebody listens to. A room
 * follows its streams once; a frame is made once for each event and its text given to every member.
 */
import type { AppContext } from "../../kernel/context.ts";
import {
  type EventHub,
  type Followed,
  headCursor,
  type StoredEvent,
} from "../../kernel/events/mod.ts";
import { agentStream, BOARD_STREAM, CHAT_STREAM } from "../streams.ts";
import { agentFrame, boardFrame } from "./frames.ts";

export interface Member {
  /** In the order of the log. */
  deliver(frames: readonly string[]): void;
  /** The room ends: its streams can be followed no more. */
  dismiss(reason: string): void;
}

interface Room {
  readonly members: Set<Member>;
  readonly ready: Promise<void>;
  leave: (() => void)[];
}

export class Rooms {
  readonly #ctx: AppContext;
  readonly #hub: EventHub;
  readonly #rooms = new Map<string, Room>();

  constructor(ctx: AppContext, hub: EventHub) {
    this.#ctx = ctx;
    this.#hub = hub;
  }

  /** What is committed after this resolves reaches the member. */
  async join(workspaceId: string, agentId: string | null, member: Member): Promise<() => void> {
    const name = `${workspaceId}/${agentId ?? ""}`;
    let room = this.#rooms.get(name);
    if (!room) {
      const members = new Set<Member>();
      room = { members, leave: [], ready: this.#open(name, workspaceId, agentId) };
      this.#rooms.set(name, room);
    }
    const joined = room;
    joined.members.add(member);
    const leave = () => {
      joined.members.delete(member);
      if (joined.members.size === 0) this.#end(name, joined);
    };
    try {
      await joined.ready;
    } catch (error) {
      leave();
      throw error;
    }
    return leave;
  }

  async #open(name: string, workspaceId: string, agentId: string | null): Promise<void> {
    const after = await headCursor(this.#ctx, workspaceId);
    const room = this.#rooms.get(name);
    if (!room) return;
    const streams = agentId === null ? [BOARD_STREAM, CHAT_STREAM] : [agentStream(agentId)];
    const toFrame = agentId === null ? boardFrame : agentFrame;
    room.leave = streams.map((stream) =>
      this.#hub.subscribe(workspaceId, stream, { after }, {
        send: (item) => this.#hear(name, room, item, toFrame),
        drained: () => Promise.resolve(true),
      })
    );
  }

  #hear(
    name: string,
    room: Room,
    item: Followed,
    toFrame: (event: StoredEvent) => string | null,
  ): boolean {
    if (item.kind === "events") {
      const frames = item.events.map(toFrame).filter((text) => text !== null);
      if (frames.length > 0) { for (const member of room.members) member.deliver(frames); }
      return true;
    }
    // The log can be followed no further from here: members connect anew and are told all there is.
    this.#end(name, room);
    for (const member of [...room.members]) {
      member.dismiss(item.kind === "reset" ? "reset" : item.reason);
    }
    return false;
  }

  #end(name: string, room: Room): void {
    if (this.#rooms.get(name) === room) this.#rooms.delete(name);
    for (const leave of room.leave) leave();
    room.leave = [];
  }
}
