/** One claimed job: its handler, its completion, and what happens when it fails. */
import { AppError, toAppError } from "../core/errors.ts";
import { type Clock, delay } from "../core/clock.ts";
import { type Key, keyId } from "../kv/keyspace.ts";
import type { Store } from "../kv/store.ts";
import type { WriteSet } from "../kv/write_set.ts";
import { stageDeadLetter } from "./dead_letters.ts";
import { type AnyJob, type JobRecord, type RunningJob, toStaged } from "./define_job.ts";
import { spreadOf } from "./due_queue.ts";
import type { Instance } from "./instance.ts";
import { fenceKey } from "./keys.ts";
import { decideRetry, persistMs } from "./retry.ts";

export interface WorkerContext {
  readonly kv: Store;
  readonly clock: Clock;
  readonly log: {
    warn(message: string, fields?: Record<string, unknown>): void;
    error(message: string, fields?: Record<string, unknown>): void;
  };
}

export interface Lease {
  readonly key: Key;
  readonly versionstamp: string;
}

export type RunResult = "completed" | "retried" | "dead" | "dropped";

export class JobRun implements RunningJob {
  readonly job: JobRecord;
  readonly #ctx: WorkerContext;
  readonly #instance: Instance;
  readonly #lease: Lease;
  /** Made when asked for: most handlers never look. */
  #abort: AbortController | null = null;
  #dropped: Error | null = null;
  #staged: WriteSet | null = null;

  constructor(ctx: WorkerContext, instance: Instance, job: JobRecord, lease: Lease) {
    this.#ctx = ctx;
    this.#instance = instance;
    this.job = job;
    this.#lease = lease;
  }

  get id(): string {
    return this.job.id;
  }
  get workspaceId(): string {
    return this.job.ws;
  }
  get attempt(): number {
    return this.job.attempt + 1;
  }

  get signal(): AbortSignal {
    if (!this.#abort) {
      this.#abort = new AbortController();
      if (this.#dropped) this.#abort.abort(this.#dropped);
    }
    return this.#abort.signal;
  }

  complete(target: WriteSet | { readonly staged: WriteSet }): void {
    if (this.#dropped) throw this.#dropped;
    const set = "staged" in target ? target.staged : target;
    this.#instance.assume(set);
    set.delete(this.#lease.key);
    this.#staged = set;
  }

  /** The job is no longer this worker's: its handler must stop, and nothing it stages may be committed. */
  drop(why: string): void {
    this.#dropped = new Error(`Stopped: ${why}`);
    this.#abort?.abort(this.#dropped);
  }

  /** `since`: jobs enqueued before it, perhaps by another version, have their data validated. */
  async run(definition: AnyJob | undefined, since: number): Promise<RunResult> {
    let end = () => this.#finish();
    try {
      if (!definition) throw new Error(`No job "${this.job.name}" is defined in this version`);
      await definition.handler(this.#ctx, this.#data(definition, since), this);
      if (this.#staged?.committed) return "completed";
    } catch (error) {
      end = () => this.#fail(definition, error);
    }
    return await this.#insist(end);
  }

  /** Repeated until the store takes it: nobody else will end what is leased to a living instance. */
  async #insist(end: () => Promise<RunResult>): Promise<RunResult> {
    for (let attempt = 0; !this.#dropped; attempt++) {
      try {
        return await end();
      } catch (error) {
        if (this.#dropped) break;
        this.#ctx.log.error("job could not be ended", { job: this.id, error: String(error) });
        await delay(this.#ctx.clock, persistMs(attempt), this.signal).catch(() => {});
      }
    }
    return "dropped";
  }

  async #finish(): Promise<RunResult> {
    const set = this.#ctx.kv.writeSet("queue");
    this.complete(set);
    // Only the fence is checked.
    return (await this.#ctx.kv.submit(set)).ok ? "completed" : "dropped";
  }

  #data(definition: AnyJob, since: number): unknown {
    if (this.job.at >= since) return this.job.data;
    const parsed = definition.schema.safeParse(this.job.data);
    if (parsed.success) return parsed.data;
    throw new AppError("invalid_input", {
      detail: `Job "${this.job.name}" holds data this version does not take`,
      cause: parsed.error,
    });
  }

  async #fail(definition: AnyJob | undefined, error: unknown): Promise<RunResult> {
    const { clock, kv, log } = this.#ctx;
    const job: JobRecord = { ...this.job, attempt: this.job.attempt + 1 };
    const decision = definition
      ? decideRetry(definition.retry, job.attempt, error, spreadOf(job))
      : { kind: "dead" as const };
    // The check on the lease: the handler may have completed the job before it threw.
    const set = kv.writeSet("queue").assume(this.#lease.key, this.#lease.versionstamp)
      .delete(this.#lease.key);
    const instanceId = this.#instance.id;
    this.#instance.assume(set);
    const message = error instanceof Error ? error.message : String(error);
    if (decision.kind === "retry") {
      set.enqueue(toStaged({ ...job, due: clock.now() + decision.delayMs }, false));
    } else stageDeadLetter(set, clock, job, toAppError(error).code, message);
    const outcome = await kv.submit(set);
    if (!outcome.ok) {
      const fence = keyId(fenceKey(instanceId));
      return outcome.stale.some((key) => keyId(key) === fence) ? "dropped" : "completed";
    }
    log.warn(decision.kind === "retry" ? "job failed" : "job given up", {
      job: job.id,
      name: job.name,
      attempt: job.attempt,
      error: message,
    });
    return decision.kind === "retry" ? "retried" : "dead";
  }
}
