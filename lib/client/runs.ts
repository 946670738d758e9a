/** Runs: start one, watch it, get its answer. */
import type { Api } from "./api.ts";
import { type EventOptions, followEvents, type MusterEvent } from "./events.ts";
import { MusterError } from "./error.ts";
import type { BodyOf, Schema } from "./typed_paths.ts";

export type NewRun = BodyOf<"post", "/api/v1/runs">;

const ENDED = new Set(["completed", "failed", "canceled"]);

export class Runs {
  readonly #api: Api;

  constructor(api: Api) {
    this.#api = api;
  }

  /** Starts at once; a text is the intent alone. */
  async start(run: NewRun | string): Promise<RunHandle> {
    const body = typeof run === "string" ? { intent: run } : run;
    return new RunHandle(this.#api, (await this.#api.post("/api/v1/runs", { body })).run);
  }

  /** Starts and waits for the final text. */
  async ask(run: NewRun | string, options: Waiting = {}): Promise<string> {
    return await (await this.start(run)).answer(options);
  }

  async get(id: string): Promise<RunHandle> {
    return new RunHandle(
      this.#api,
      (await this.#api.get("/api/v1/runs/{id}", { path: { id } })).run,
    );
  }

  list(): AsyncGenerator<Schema<"Run">, void> {
    return this.#api.all("/api/v1/runs", {});
  }
}

export interface Waiting {
  /** Stops waiting, not the run. */
  readonly signal?: AbortSignal | undefined;
}

export class RunHandle {
  readonly id: string;
  /** As it was when last asked. */
  run: Schema<"Run">;
  readonly #api: Api;

  /** @internal */
  constructor(api: Api, run: Schema<"Run">) {
    this.#api = api;
    this.run = run;
    this.id = run.id;
  }

  /** From its start to its end; longer, with `signal`, for a run that is retried. */
  async *events(options: EventOptions = {}): AsyncGenerator<MusterEvent, void> {
    const path = `/api/v1/runs/${this.id}/events`;
    const events = followEvents(this.#api.transport, path, { after: "start", ...options });
    for await (const event of events) {
      yield event;
      if (ENDED.has(event.type.replace(/^run\./, ""))) return;
    }
  }

  /** The final text (JSON where the pattern answers with an object), however long it takes. Throws `MusterError` with the run's own error, or `canceled`. */
  async answer({ signal }: Waiting = {}): Promise<string> {
    while (!ENDED.has((await this.refresh(signal)).status)) {
      for await (const _ of this.events({ signal })) { /* until it ends */ }
      signal?.throwIfAborted();
    }
    const { status, output, error } = this.run;
    if (status === "completed") {
      return typeof output === "string" ? output : JSON.stringify(output ?? "");
    }
    throw new MusterError({
      type: "about:blank",
      title: `The run ${status}`,
      status: 0,
      detail: error?.message ?? `Run "${this.id}" was ${status}`,
      code: error?.code ?? status,
      runId: this.id,
    });
  }

  async refresh(signal?: AbortSignal): Promise<Schema<"Run">> {
    const path = { id: this.id };
    return this.run = (await this.#api.get("/api/v1/runs/{id}", { path, signal })).run;
  }

  async cancel(reason?: string): Promise<void> {
    const path = { id: this.id };
    await this.#api.post("/api/v1/runs/{id}/cancel", { path, body: reason ? { reason } : {} });
  }
}
