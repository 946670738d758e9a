/**
 * Claims due jobs under this instance's fence and runs them. Woken by the commits of this process (which
 * hand a due job over without a read), by one watch on the shard heads of a shared store, by a timer for
 * the next due time, and by a slow tick.
 */
import { toAppError } from "../core/errors.ts";
import { type Clock, delay } from "../core/clock.ts";
import type { CommitInfo } from "../kv/batch_commit.ts";
import { hashText, type Key, keyId } from "../kv/keyspace.ts";
import type { Store } from "../kv/store.ts";
import { decodeValue } from "../kv/values.ts";
import type { StagedJob, WriteSet } from "../kv/write_set.ts";
import { stageDeadLetter } from "./dead_letters.ts";
import { type AnyJob, type JobRecord, type RunningJob, toStaged } from "./define_job.ts";
import { type Candidate, DueBuffer } from "./due_buffer.ts";
import type { Instance } from "./instance.ts";
import { dueKey, leasedKey, shardHeads, SHARDS } from "./keys.ts";
import { decideRetry } from "./retry.ts";

export interface WorkerContext {
  readonly kv: Store;
  readonly clock: Clock;
  readonly log: {
    warn(message: string, fields?: Record<string, unknown>): void;
    error(message: string, fields?: Record<string, unknown>): void;
  };
}

export interface WorkerOptions {
  readonly instance: Instance;
  /** Jobs running at once. */
  readonly concurrency: number;
}

export interface WorkerStats {
  running: number;
  claimed: number;
  completed: number;
  retried: number;
  dead: number;
  claimConflicts: number;
}

interface Shard {
  /** The store may hold due jobs the buffer does not. */
  dirty: boolean;
  /** Earliest due time seen that is still ahead. */
  nextDue: number;
}

interface Held {
  readonly candidate: Candidate;
  readonly leaseKey: Key;
  readonly leaseVersion: string;
  readonly instanceId: string;
  readonly abort: AbortController;
  staged: WriteSet | null;
}

const WINDOW = 512;
const TICK_MS = 5_000;
const CLAIM_BYTES = 80_000;

export class Worker {
  readonly stats: WorkerStats = {
    running: 0,
    claimed: 0,
    completed: 0,
    retried: 0,
    dead: 0,
    claimConflicts: 0,
  };
  readonly instance: Instance;
  readonly #ctx: WorkerContext;
  readonly #jobs: ReadonlyMap<string, AnyJob>;
  readonly #concurrency: number;
  readonly #claimChunk: number;
  readonly #startedAt: number;
  readonly #buffer = new DueBuffer(SHARDS);
  readonly #shards: Shard[];
  /** Jobs running here, by id; the same id again waits until it has ended. */
  readonly #held = new Map<string, Held>();
  readonly #deferred = new Map<string, Candidate>();
  readonly #perWorkspace = new Map<string, number>();
  readonly #watchStop = new AbortController();
  readonly #unlisten: () => void;
  #claiming = 0;
  #claimed = 0;
  #pumping = false;
  #again = false;
  #stopped = false;
  #stopTimer: () => void = () => {};
  #timerAt = Infinity;
  #stopTick: () => void = () => {};
  #whenQuiet: (() => void)[] = [];

  constructor(ctx: WorkerContext, jobs: readonly AnyJob[], options: WorkerOptions) {
    this.#ctx = ctx;
    this.#jobs = new Map(jobs.map((job) => [job.name, job]));
    this.#concurrency = options.concurrency;
    this.#claimChunk = ctx.kv.exclusive ? 64 : 16;
    this.instance = options.instance;
    this.#startedAt = ctx.clock.now();
    this.#shards = Array.from({ length: SHARDS }, () => ({ dirty: true, nextDue: Infinity }));
    this.#unlisten = ctx.kv.onCommit((info) => this.#heard(info));
    options.instance.onLost(() => this.#dropAll("the instance was taken over"));
    if (!ctx.kv.exclusive) this.#watchHeads();
    this.#tick();
    this.#pump();
  }

  /** Looks at the whole queue again. */
  wake(): void {
    for (const shard of this.#shards) shard.dirty = true;
    this.#pump();
  }

  /** Jobs claimed or running here. */
  get busy(): number {
    return this.#held.size + this.#claiming;
  }

  /**
   * Stops claiming, lets what runs finish for at most `ms`, then stops the instance, which hands back what
   * is still held: its fence goes first, so that no late handler can complete what another will run.
   */
  async drain(ms: number): Promise<void> {
    this.#stopped = true;
    this.#unlisten();
    this.#stopTimer();
    this.#stopTick();
    this.#watchStop.abort();
    if (this.busy > 0) {
      const timeout = new AbortController();
      const quiet = new Promise<void>((resolve) => this.#whenQuiet.push(resolve));
      await Promise.race([quiet, delay(this.#ctx.clock, ms, timeout.signal).catch(() => {})]);
      timeout.abort();
    }
    this.#dropAll("the worker stops");
    await this.instance.stop();
  }

  #heard(info: CommitInfo): void {
    if (info.jobs.length === 0) return;
    const now = this.#ctx.clock.now();
    for (const staged of info.jobs) this.#offer(staged, info.versionstamp, now);
    this.#pump();
  }

  #offer(staged: StagedJob, versionstamp: string, now: number): void {
    const shardIndex = staged.key[1] as number;
    const shard = this.#shards[shardIndex]!;
    if (staged.dueAt > now) {
      shard.nextDue = Math.min(shard.nextDue, staged.dueAt);
      this.#arm();
    } else if (shard.dirty || this.#buffer.inShard(shardIndex) >= WINDOW) shard.dirty = true;
    else this.#buffer.add(toCandidate(staged.key, staged.bytes, versionstamp));
  }

  /** Fills the free slots; one at a time, asked for again while it runs. */
  async #pump(): Promise<void> {
    if (this.#pumping) {
      this.#again = true;
      return;
    }
    this.#pumping = true;
    try {
      do {
        this.#again = false;
        const free = this.#concurrency - this.#held.size - this.#claiming;
        if (this.#stopped || free <= 0 || !this.instance.isAlive) break;
        await this.#refill(free);
        const chosen = this.#choose(free);
        if (chosen.length > 0) this.#claimAll(chosen);
      } while (this.#again || (this.#buffer.size > 0 && this.#hasRoom()));
    } catch (error) {
      this.#ctx.log.warn("queue read failed", { error: String(error) });
    } finally {
      this.#pumping = false;
      this.#arm();
    }
  }

  #hasRoom(): boolean {
    return !this.#stopped && this.#held.size + this.#claiming < this.#concurrency;
  }

  async #refill(free: number): Promise<void> {
    const reads: Promise<void>[] = [];
    for (let shard = 0; shard < SHARDS; shard++) {
      if (this.#shards[shard]!.dirty && this.#buffer.inShard(shard) < free) {
        reads.push(this.#readShard(shard));
      }
    }
    if (reads.length > 0) await Promise.all(reads);
  }

  async #readShard(index: number): Promise<void> {
    const shard = this.#shards[index]!;
    shard.dirty = false;
    shard.nextDue = Infinity;
    const now = this.#ctx.clock.now();
    let due = 0;
    try {
      const prefix = dueKey.prefix(index);
      for await (const entry of this.#ctx.kv.listBytes({ prefix }, { limit: WINDOW })) {
        const dueAt = entry.key[2] as number;
        if (dueAt > now) {
          shard.nextDue = Math.min(shard.nextDue, dueAt);
          return;
        }
        due++;
        this.#buffer.add(toCandidate(entry.key, entry.value, entry.versionstamp));
      }
      if (due === WINDOW) shard.dirty = true;
    } catch (error) {
      shard.dirty = true;
      throw error;
    }
  }

  /** Fairly chosen jobs; one whose id runs here already waits for it. */
  #choose(free: number): Candidate[] {
    const chosen: Candidate[] = [];
    for (const candidate of this.#buffer.take(free, this.#perWorkspace)) {
      const runKey = runKeyOf(candidate.job);
      if (this.#held.has(runKey) || this.#inClaim.has(runKey)) {
        this.#deferred.set(runKey, candidate);
      } else {
        this.#inClaim.add(runKey);
        chosen.push(candidate);
      }
    }
    return chosen;
  }

  readonly #inClaim = new Set<string>();

  #claimAll(chosen: readonly Candidate[]): void {
    this.#claiming += chosen.length;
    let chunk: Candidate[] = [];
    let bytes = 0;
    for (const candidate of chosen) {
      if (chunk.length === this.#claimChunk || bytes + candidate.bytes.length > CLAIM_BYTES) {
        this.#claim(chunk);
        chunk = [];
        bytes = 0;
      }
      chunk.push(candidate);
      bytes += candidate.bytes.length;
    }
    if (chunk.length > 0) this.#claim(chunk);
  }

  /** Moves jobs from the due index under this instance, in one transaction. */
  async #claim(chunk: readonly Candidate[]): Promise<void> {
    const instanceId = this.instance.id;
    const keys = chunk.map(({ job }) => leasedKey(instanceId, job.id, ++this.#claimed));
    let version: string | null = null;
    try {
      const set = this.#ctx.kv.writeSet("queue", chunk.length + 1);
      this.instance.assume(set);
      chunk.forEach((candidate, i) => {
        set.assume(candidate.key, candidate.versionstamp).delete(candidate.key)
          .setBytes(keys[i]!, candidate.bytes);
      });
      const outcome = await this.#ctx.kv.submit(set);
      if (outcome.ok) version = outcome.versionstamp;
      else this.#conflicted(chunk, outcome.stale);
    } catch (error) {
      this.#ctx.log.warn("claim failed", { error: String(error) });
      for (const { shard } of chunk) this.#shards[shard]!.dirty = true;
    }
    this.#claiming -= chunk.length;
    for (let i = 0; i < chunk.length; i++) {
      const candidate = chunk[i]!;
      this.#inClaim.delete(runKeyOf(candidate.job));
      if (version !== null) this.#start(candidate, keys[i]!, version, instanceId);
    }
    if (version === null) {
      this.#quiet();
      this.#pump();
    }
  }

  /** Another instance took some of them, or they were changed: look again. */
  #conflicted(chunk: readonly Candidate[], stale: readonly Key[]): void {
    this.stats.claimConflicts++;
    const gone = new Set(stale.map(keyId));
    for (const candidate of chunk) {
      if (gone.has(candidate.id)) this.#shards[candidate.shard]!.dirty = true;
      else this.#buffer.add(candidate);
    }
  }

  #start(candidate: Candidate, leaseKey: Key, leaseVersion: string, instanceId: string): void {
    const held: Held = {
      candidate,
      leaseKey,
      leaseVersion,
      instanceId,
      abort: new AbortController(),
      staged: null,
    };
    const { ws } = candidate.job;
    this.#held.set(runKeyOf(candidate.job), held);
    this.#perWorkspace.set(ws, (this.#perWorkspace.get(ws) ?? 0) + 1);
    this.stats.claimed++;
    this.stats.running++;
    this.#run(held).finally(() => this.#ended(held));
  }

  #ended(held: Held): void {
    const { job } = held.candidate;
    const runKey = runKeyOf(job);
    this.stats.running--;
    const count = this.#perWorkspace.get(job.ws)! - 1;
    if (count > 0) this.#perWorkspace.set(job.ws, count);
    else this.#perWorkspace.delete(job.ws);
    if (this.#held.get(runKey) === held) this.#held.delete(runKey);
    const again = this.#deferred.get(runKey);
    if (again) {
      this.#deferred.delete(runKey);
      this.#buffer.add(again);
    }
    this.#quiet();
    // Claims are worth making in groups; a nearly idle worker takes the next at once.
    const dirty = this.#buffer.size > 0 || this.#shards.some((shard) => shard.dirty);
    if (dirty && this.#held.size + this.#claiming <= this.#concurrency * 0.75) this.#pump();
  }

  async #run(held: Held): Promise<void> {
    const { job } = held.candidate;
    const definition = this.#jobs.get(job.name);
    try {
      if (!definition) throw new Error(`No job "${job.name}" is defined in this version`);
      // Written by an earlier process, perhaps by an earlier version.
      const data = job.at < this.#startedAt ? definition.schema.parse(job.data) : job.data;
      await definition.handler(this.#ctx, data, this.#handle(held));
      if (!held.staged?.committed) await this.#complete(held);
      this.stats.completed++;
    } catch (error) {
      if (held.abort.signal.aborted) return;
      await this.#fail(held, definition, error).catch((failure) =>
        this.#ctx.log.error("job could not be put back", { job: job.id, error: String(failure) })
      );
    }
  }

  #handle(held: Held): RunningJob {
    const { job } = held.candidate;
    return {
      id: job.id,
      workspaceId: job.ws,
      attempt: job.attempt + 1,
      signal: held.abort.signal,
      complete: (target) => {
        held.abort.signal.throwIfAborted();
        const set = "staged" in target ? target.staged : target;
        this.instance.assume(set);
        set.delete(held.leaseKey);
        held.staged = set;
      },
    };
  }

  async #complete(held: Held): Promise<void> {
    const set = this.#ctx.kv.writeSet("queue");
    this.instance.assume(set);
    await this.#ctx.kv.submit(set.delete(held.leaseKey));
  }

  async #fail(held: Held, definition: AnyJob | undefined, error: unknown): Promise<void> {
    const { clock, kv, log } = this.#ctx;
    const job: JobRecord = { ...held.candidate.job, attempt: held.candidate.job.attempt + 1 };
    const decision = definition
      ? decideRetry(definition.retry, job.attempt, error, spread(job))
      : { kind: "dead" as const };
    // The check on the lease: the handler may have completed the job before it threw.
    const set = kv.writeSet("queue").assume(held.leaseKey, held.leaseVersion).delete(held.leaseKey);
    this.instance.assume(set);
    const known = toAppError(error);
    const message = error instanceof Error ? error.message : String(error);
    if (decision.kind === "retry") {
      set.enqueue(toStaged({ ...job, due: clock.now() + decision.delayMs }, false));
    } else stageDeadLetter(set, clock, job, known.code, message);
    const outcome = await kv.submit(set);
    if (!outcome.ok) return;
    if (decision.kind === "retry") this.stats.retried++;
    else this.stats.dead++;
    log.warn(decision.kind === "retry" ? "job failed" : "job given up", {
      job: job.id,
      name: job.name,
      attempt: job.attempt,
      error: message,
    });
  }

  #dropAll(why: string): void {
    for (const held of this.#held.values()) held.abort.abort(new Error(`Stopped: ${why}`));
    this.#held.clear();
    this.#deferred.clear();
    if (!this.#stopped) this.wake();
  }

  #quiet(): void {
    if (this.busy === 0) { for (const resolve of this.#whenQuiet.splice(0)) resolve(); }
  }

  /** Sets the timer for the earliest job that is not due yet. */
  #arm(): void {
    if (this.#stopped) return;
    let next = Infinity;
    for (const shard of this.#shards) next = Math.min(next, shard.nextDue);
    if (next === this.#timerAt) return;
    this.#stopTimer();
    this.#timerAt = next;
    if (next === Infinity) return;
    this.#stopTimer = this.#ctx.clock.timer(Math.max(0, next - this.#ctx.clock.now()), () => {
      this.#timerAt = Infinity;
      const now = this.#ctx.clock.now();
      for (const shard of this.#shards) {
        if (shard.nextDue > now) continue;
        shard.dirty = true;
        shard.nextDue = Infinity;
      }
      this.#pump();
    });
  }

  #tick(): void {
    this.#stopTick = this.#ctx.clock.timer(TICK_MS, () => {
      this.wake();
      this.#tick();
    });
  }

  async #watchHeads(): Promise<void> {
    const { signal } = this.#watchStop;
    while (!signal.aborted) {
      try {
        await this.#ctx.kv.watch(shardHeads(), signal, (changed) => {
          for (const shard of changed) this.#shards[shard]!.dirty = true;
          this.#pump();
        });
      } catch (error) {
        if (!signal.aborted) this.#ctx.log.warn("watch failed", { error: String(error) });
      }
      if (!signal.aborted) await delay(this.#ctx.clock, 500);
    }
  }
}

/** Jitter that can be repeated: another share for every job and attempt. */
const spread = (job: JobRecord) => hashText(`${job.id}:${job.attempt}`) / 2 ** 32;
const runKeyOf = (job: JobRecord) => `${job.ws}/${job.name}/${job.id}`;

function toCandidate(key: Key, bytes: Uint8Array, versionstamp: string): Candidate {
  return {
    id: keyId(key),
    key,
    versionstamp,
    bytes,
    job: decodeValue(bytes) as JobRecord,
    shard: key[1] as number,
  };
}

export function startWorker(
  ctx: WorkerContext,
  jobs: readonly AnyJob[],
  options: WorkerOptions,
): Worker {
  return new Worker(ctx, jobs, options);
}
