/** What an agent keeps for later: memories, and the checkpoint it resumes from. */
import type { Api } from "./api.ts";
import type { BodyOf, ItemOf, Schema } from "./typed_paths.ts";
import { guarded, type GuardedBy } from "./work.ts";

type MemoryPath = "/api/v1/agents/{id}/memory";

export type NewMemory = BodyOf<"post", MemoryPath>;
export type MemoryItem = ItemOf<MemoryPath>;
export type CheckpointFields = Omit<
  BodyOf<"post", "/api/v1/agents/{id}/checkpoint">,
  "token" | "resourcePath"
>;

export class Memories {
  readonly #api: Api;

  constructor(api: Api) {
    this.#api = api;
  }

  async remember(memory: NewMemory): Promise<Schema<"Memory">> {
    const path = { id: await this.#api.agentId() };
    return (await this.#api.post("/api/v1/agents/{id}/memory", { path, body: memory })).memory;
  }

  /** The best first for a query; without one the newest. */
  async recall(query = "", limit = 10): Promise<MemoryItem[]> {
    const path = { id: await this.#api.agentId() };
    const asked = { limit, ...(query !== "" && { query }) };
    return (await this.#api.get("/api/v1/agents/{id}/memory", { path, query: asked })).items;
  }
}

export class Checkpoints {
  readonly #api: Api;

  constructor(api: Api) {
    this.#api = api;
  }

  /** Replaces the fields it carries and keeps the others; `[]` clears. */
  async save(fields: CheckpointFields, { lock }: GuardedBy = {}): Promise<Schema<"Checkpoint">> {
    const path = { id: await this.#api.agentId() };
    const body = { ...fields, ...guarded(lock) };
    return (await this.#api.post("/api/v1/agents/{id}/checkpoint", { path, body })).checkpoint;
  }

  async get(): Promise<Schema<"Checkpoint"> | null> {
    const path = { id: await this.#api.agentId() };
    return (await this.#api.get("/api/v1/agents/{id}/checkpoint", { path })).checkpoint;
  }
}
