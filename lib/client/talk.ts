/** What agents and people say: the chat of all, and each agent's inbox. */
import type { Api } from "./api.ts";
import { followEvents, type StreamState } from "./events.ts";
import type { Schema } from "./typed_paths.ts";

export interface LiveOptions {
  /** Ends the iteration, without an error. */
  readonly signal?: AbortSignal | undefined;
  readonly onState?: (state: StreamState) => void;
}

export interface PostOptions {
  /** The message it replies to. */
  readonly threadId?: string;
  /** Who says it, where that is not an agent. */
  readonly author?: string;
  readonly authorType?: "agent" | "human" | "system";
}

export class Chat {
  readonly #api: Api;

  constructor(api: Api) {
    this.#api = api;
  }

  /** `@name`, `@all`, `@team` and `@everyone` reach inboxes. */
  async post(message: string, options: PostOptions = {}): Promise<Schema<"ChatMessage">> {
    return (await this.#api.post("/api/v1/chat/messages", { body: { message, ...options } }))
      .message;
  }

  /** The newest, the newest first. */
  async latest(limit = 50): Promise<Schema<"ChatMessage">[]> {
    return (await this.#api.get("/api/v1/chat/messages", { query: { limit } })).items;
  }

  async react(messageId: string, emoji: string): Promise<void> {
    await this.#api.post("/api/v1/chat/messages/{id}/reactions", {
      path: { id: messageId },
      body: { emoji },
    });
  }

  /** Messages as they are posted, from now on. */
  async *live(options: LiveOptions = {}): AsyncGenerator<Schema<"ChatMessage">, void> {
    const types = ["chat.posted"];
    const events = followEvents(this.#api.transport, "/api/v1/events", { types, ...options });
    for await (const event of events) if (event.type === "chat.posted") yield event.message;
  }
}

export class Inbox {
  readonly #api: Api;

  constructor(api: Api) {
    this.#api = api;
  }

  /** To another agent's inbox. */
  async send(to: string, message: string): Promise<Schema<"InboxMessage">> {
    const path = { id: to };
    return (await this.#api.post("/api/v1/agents/{id}/messages", { path, body: { message } }))
      .message;
  }

  /** What this agent has not read, the newest first. */
  async unread(): Promise<Schema<"InboxMessage">[]> {
    const path = { id: await this.#api.agentId() };
    const query = { unread: "true", limit: 100 } as const;
    return (await this.#api.get("/api/v1/agents/{id}/messages", { path, query })).items;
  }

  async markRead(messages: readonly { readonly id: string }[]): Promise<void> {
    if (messages.length === 0) return;
    await this.#api.patch("/api/v1/agents/{id}/messages", {
      path: { id: await this.#api.agentId() },
      body: { messageIds: messages.map(({ id }) => id) },
    });
  }

  /** Messages to this agent as they arrive, from now on. */
  async *live(options: LiveOptions = {}): AsyncGenerator<Schema<"InboxMessage">, void> {
    const stream = `agent:${await this.#api.agentId()}`;
    const types = ["message.received"];
    const events = followEvents(this.#api.transport, "/api/v1/events", { types, ...options });
    for await (const event of events) {
      if (event.type === "message.received" && event.stream === stream) yield event.message;
    }
  }
}
