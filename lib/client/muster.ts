/** One server, seen by one program: everything hangs on this. */
import { Api } from "./api.ts";
import { type EventOptions, followEvents, type MusterEvent } from "./events.ts";
import { Locks } from "./locks.ts";
import { Checkpoints, Memories } from "./notes.ts";
import { Runs } from "./runs.ts";
import { MusterSocket, type SocketOptions } from "./socket.ts";
import { Chat, Inbox } from "./talk.ts";
import { type ConnectOptions, queryText, Transport } from "./transport.ts";
import type { BodyOf, Schema } from "./typed_paths.ts";
import { Handoffs, Tasks } from "./work.ts";

export type AgentFields = Partial<Omit<BodyOf<"post", "/api/v1/agents">, "agentId">>;

export class Muster extends Api {
  readonly locks: Locks = new Locks(this);
  readonly chat: Chat = new Chat(this);
  readonly inbox: Inbox = new Inbox(this);
  readonly tasks: Tasks = new Tasks(this);
  readonly handoffs: Handoffs = new Handoffs(this);
  readonly memory: Memories = new Memories(this);
  readonly checkpoint: Checkpoints = new Checkpoints(this);
  readonly runs: Runs = new Runs(this);
  readonly #options: ConnectOptions;

  constructor(options: ConnectOptions = {}) {
    super(new Transport(options));
    this.#options = options;
  }

  /** The same server as another agent; not for a key that is bound to one. */
  as(agentId: string): Muster {
    return new Muster({ ...this.#options, agentId });
  }

  /** Joins the team, or says what this agent does now. Absent fields keep their value. */
  async register(fields: AgentFields = {}): Promise<Schema<"ExternalAgent">> {
    const agentId = await this.agentId();
    return (await this.post("/api/v1/agents", { body: { agentId, ...fields } })).agent;
  }

  /** What happens in the workspace, from now on or after an event. Survives lost connections. */
  events(options: EventOptions = {}): AsyncGenerator<MusterEvent, void> {
    return followEvents(this.transport, "/api/v1/events", options);
  }

  /** The live board: `chat`, `agent-update`, `task-update`, `lock-update`. The agent is present while it is open. */
  async socket(options: SocketOptions = {}): Promise<MusterSocket> {
    const agentId = await this.agentId();
    const path = `/coordinator${queryText({ agentId })}`;
    const target = { path, probe: "/api/v1/caller" };
    return new MusterSocket(this.transport, target, options, this.#socketClass());
  }

  /** This agent's own line: `state-sync`, then its messages and escalations. */
  async agentSocket(options: SocketOptions = {}): Promise<MusterSocket> {
    const path = `/agent/${encodeURIComponent(await this.agentId())}`;
    const target = { path, probe: "/api/v1/caller" };
    return new MusterSocket(this.transport, target, options, this.#socketClass());
  }

  #socketClass(): typeof WebSocket | undefined {
    return this.#options.WebSocket ?? globalThis.WebSocket;
  }
}
