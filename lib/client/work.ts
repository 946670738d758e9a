/** Work that is given and taken: tasks and handoffs. A guarded write takes a lock, or its token. */
import type { Api } from "./api.ts";
import type { HeldLock } from "./locks.ts";
import type { BodyOf, ItemOf, QueryOf, Schema } from "./typed_paths.ts";

export type NewTask = BodyOf<"post", "/api/v1/tasks">;
export type TaskChange = BodyOf<"patch", "/api/v1/tasks/{id}">;
export type TaskFilter = QueryOf<"/api/v1/tasks">;
export type NewHandoff = BodyOf<"post", "/api/v1/handoffs">;
export type HandoffFilter = QueryOf<"/api/v1/handoffs">;

/** The write is refused when the lock was granted to another since. */
export interface GuardedBy {
  readonly lock?: HeldLock;
}

export class Tasks {
  readonly #api: Api;

  constructor(api: Api) {
    this.#api = api;
  }

  async create(task: NewTask): Promise<Schema<"Task">> {
    return (await this.#api.post("/api/v1/tasks", { body: task })).task;
  }

  /** All that fit, the newest first. */
  list(query: TaskFilter = {} as TaskFilter): AsyncGenerator<TaskItem, void> {
    return this.#api.all("/api/v1/tasks", { query });
  }

  async get(id: string): Promise<Schema<"Task">> {
    return (await this.#api.get("/api/v1/tasks/{id}", { path: { id } })).task;
  }

  /** With `ifVersion`, only when it is still at that version; else the last write wins. */
  async update(
    id: string,
    body: TaskChange,
    options: { readonly ifVersion?: number } = {},
  ): Promise<Schema<"Task">> {
    const ifMatch = options.ifVersion === undefined ? undefined : `"${options.ifVersion}"`;
    return (await this.#api.patch("/api/v1/tasks/{id}", { path: { id }, body, ifMatch })).task;
  }

  /** Takes it: exactly one wins. Throws `conflict` with `assignee`, or with `dependsOn` still to be done. */
  async claim(id: string): Promise<Schema<"Task">> {
    return (await this.#api.post("/api/v1/tasks/{id}/claim", { path: { id }, body: {} })).task;
  }

  async release(id: string): Promise<Schema<"Task">> {
    return (await this.#api.post("/api/v1/tasks/{id}/release", { path: { id }, body: {} })).task;
  }

  async complete(id: string, { lock }: GuardedBy = {}): Promise<Schema<"Task">> {
    const body = guarded(lock);
    return (await this.#api.post("/api/v1/tasks/{id}/complete", { path: { id }, body })).task;
  }
}

export type TaskItem = ItemOf<"/api/v1/tasks">;

export class Handoffs {
  readonly #api: Api;

  constructor(api: Api) {
    this.#api = api;
  }

  async create(handoff: NewHandoff): Promise<Schema<"Handoff">> {
    return (await this.#api.post("/api/v1/handoffs", { body: handoff })).handoff;
  }

  list(query: HandoffFilter = {} as HandoffFilter): AsyncGenerator<Schema<"Handoff">, void> {
    return this.#api.all("/api/v1/handoffs", { query });
  }

  /** Takes it: exactly one wins. Throws `conflict` when it is another's. */
  async claim(id: string): Promise<Schema<"Handoff">> {
    return (await this.#api.post("/api/v1/handoffs/{id}/claim", { path: { id }, body: {} }))
      .handoff;
  }

  async complete(id: string, { lock }: GuardedBy = {}): Promise<Schema<"Handoff">> {
    const body = guarded(lock);
    return (await this.#api.post("/api/v1/handoffs/{id}/complete", { path: { id }, body })).handoff;
  }
}

/** Members of a guarded write. */
export function guarded(lock: HeldLock | undefined): { token?: number; resourcePath?: string } {
  return lock ? { token: lock.token, resourcePath: lock.path } : {};
}
