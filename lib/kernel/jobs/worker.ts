/**
 * Claims due jobs under this instance's fence and runs them. Woken by the commits of this process, by one
 * watch on the shard heads of a shared store, by a timer for the next due time, and by a slow tick.
 */
import { delay } from "../core/clock.ts";
import type { CommitInfo } from "../kv/batch_commit.ts";
import { type Key, keyId } from "../kv/keyspace.ts";
import type { AnyJob } from "./define_job.ts";
import type { Candidate } from "./due_buffer.ts";
import { DueQueue, runKeyOf } from "./due_queue.ts";
import type { Instance } from "./instance.ts";
import { JobRun, type WorkerContext } from "./job_run.ts";
import { leasedKey, shardHeads } from "./keys.ts";
import { persistMs } from "./retry.ts";

export interface WorkerOptions {
  readonly instance: Instance;
  /** Jobs running at once. */
  readonly concurrency: number;
}

export interface WorkerStats {
  claimed: number;
  completed: number;
  retried: number;
  dead: number;
  dropped: number;
  claimConflicts: number;
}

const TICK_MS = 5_000;
const CLAIM_BYTES = 80_000;
/** Leaves room among a batch's checks for others. */
const CLAIM_JOBS = 88;

export class Worker {
  readonly stats: WorkerStats = {
    claimed: 0,
    completed: 0,
    retried: 0,
    dead: 0,
    dropped: 0,
    claimConflicts: 0,
  };
  readonly instance: Instance;
  readonly #ctx: WorkerContext;
  readonly #jobs: ReadonlyMap<string, AnyJob>;
  readonly #concurrency: number;
  readonly #startedAt: number;
  readonly #queue: DueQueue;
  /** Claimed or running here, by run key; null while the claim is under way. */
  readonly #held = new Map<string, JobRun | null>();
  /** What waits for the end of a run with the same key, by its place in the due index. */
  readonly #deferred = new Map<string, Map<string, Candidate>>();
  readonly #perWorkspace = new Map<string, number>();
  readonly #watchStop = new AbortController();
  readonly #unlisten: () => void;
  #claims = 0;
  #pumping = false;
  #again = false;
  #stopped = false;
  #stopTimer: () => void = () => {};
  #timerAt = Infinity;
  #stopTick: () => void = () => {};
  #whenQuiet: (() => void) | null = null;

  constructor(ctx: WorkerContext, jobs: readonly AnyJob[], options: WorkerOptions) {
    this.#ctx = ctx;
    this.#jobs = new Map(jobs.map((job) => [job.name, job]));
    this.#concurrency = options.concurrency;
    this.instance = options.instance;
    this.#startedAt = ctx.clock.now();
    this.#queue = new DueQueue(ctx.kv);
    this.#unlisten = ctx.kv.onCommit((info) => this.#heard(info));
    options.instance.onLost(() => this.#dropAll("the instance was taken over"));
    options.instance.onRegained(() => this.wake());
    if (!ctx.kv.exclusive) this.#watchHeads();
    this.#tick();
    this.#pump();
  }

  /** Jobs claimed or running here. */
  get busy(): number {
    return this.#held.size;
  }

  /** Looks at the whole queue again. */
  wake(): void {
    this.#queue.markAllDirty();
    this.#pump();
  }

  /**
   * Stops claiming, lets what runs finish for at most `ms`, then stops the instance, which hands back what
   * is still held: its fence goes first, so no late handler can complete what another will run.
   */
  async drain(ms: number): Promise<void> {
    this.#stopped = true;
    this.#unlisten();
    this.#stopTimer();
    this.#stopTick();
    this.#watchStop.abort();
    if (this.busy > 0) {
      const timeout = new AbortController();
      const quiet = new Promise<void>((resolve) => this.#whenQuiet = resolve);
      await Promise.race([quiet, delay(this.#ctx.clock, ms, timeout.signal, true).catch(() => {})]);
      timeout.abort();
    }
    this.#dropAll("the worker stops");
    await this.instance.stop();
  }

  #heard(info: CommitInfo): void {
    if (info.jobs.length === 0) return;
    const now = this.#ctx.clock.now();
    for (const staged of info.jobs) this.#queue.offer(staged, info.versionstamp, now);
    this.#pump();
  }

  get #free(): number {
    return this.#stopped ? 0 : this.#concurrency - this.#held.size;
  }

  /** Fills the free slots; asked for while it runs, it runs once more. */
  async #pump(): Promise<void> {
    this.#again = true;
    if (this.#pumping) return;
    this.#pumping = true;
    try {
      while (this.#again && this.#free > 0 && this.instance.isAlive) {
        this.#again = false;
        await this.#queue.refill(this.#free, this.#ctx.clock.now());
        this.#claimAll(this.#choose());
        if (this.#queue.buffered > 0) this.#again = true;
      }
    } catch (error) {
      this.#ctx.log.warn("queue read failed", { error: String(error) });
    } finally {
      this.#pumping = false;
      this.#arm();
    }
  }

  /** Fairly chosen jobs; one whose like is held here already waits for it. */
  #choose(): Candidate[] {
    const chosen: Candidate[] = [];
    for (const candidate of this.#queue.take(this.#free, this.#perWorkspace)) {
      const runKey = runKeyOf(candidate.job);
      if (this.#held.has(runKey)) {
        this.#queue.settle([candidate]);
        const waiting = this.#deferred.get(runKey) ?? new Map<string, Candidate>();
        this.#deferred.set(runKey, waiting.set(candidate.id, candidate));
      } else {
        this.#held.set(runKey, null);
        chosen.push(candidate);
      }
    }
    return chosen;
  }

  #claimAll(chosen: readonly Candidate[]): void {
    // One check each, and the fence.
    const max = Math.min(CLAIM_JOBS, this.#ctx.kv.maxChecks - 1);
    let chunk: Candidate[] = [];
    let bytes = 0;
    for (const candidate of chosen) {
      if (chunk.length === max || bytes + candidate.bytes.length > CLAIM_BYTES) {
        this.#claim(chunk);
        chunk = [];
        bytes = 0;
      }
      chunk.push(candidate);
      bytes += candidate.bytes.length;
    }
    if (chunk.length > 0) this.#claim(chunk);
  }

  /** Moves jobs from the due index under this instance, in one transaction, and starts them. */
  async #claim(chunk: readonly Candidate[]): Promise<void> {
    const instanceId = this.instance.id;
    const keys = chunk.map(() => leasedKey(instanceId, ++this.#claims));
    let versions: readonly (string | null)[];
    try {
      const set = this.#ctx.kv.writeSet("queue", chunk.length + 1);
      this.instance.assume(set);
      chunk.forEach(({ key, versionstamp, bytes }, i) =>
        set.assume(key, versionstamp).delete(key).setBytes(keys[i]!, bytes)
      );
      const outcome = await this.#ctx.kv.submit(set);
      versions = new Array(chunk.length).fill(outcome.ok ? outcome.versionstamp : null);
      if (!outcome.ok) this.#unclaimed(chunk, outcome.stale);
    } catch (error) {
      this.#ctx.log.warn("claim failed", { error: String(error) });
      versions = await this.#claimed(keys, instanceId);
      chunk.forEach(({ shard }, i) => versions[i] ?? this.#queue.markDirty(shard));
    }
    this.#queue.settle(chunk);
    // Taken over meanwhile: what was claimed is requeued with the instance, and its places are free.
    if (this.instance.id !== instanceId) return void this.#pump();
    chunk.forEach((candidate, i) => {
      const versionstamp = versions[i] ?? null;
      if (versionstamp === null || this.#stopped) this.#release(runKeyOf(candidate.job));
      else this.#start(candidate, { key: keys[i]!, versionstamp });
    });
    if (versions.includes(null)) this.#pump();
  }

  /**
   * The leases a claim whose commit threw did get, asked for until the store answers: nobody else would
   * run them while this instance lives.
   */
  async #claimed(keys: readonly Key[], instanceId: string): Promise<(string | null)[]> {
    const { signal } = this.#watchStop;
    for (let attempt = 0; !signal.aborted && this.instance.id === instanceId; attempt++) {
      try {
        const leases = await this.#ctx.kv.getManyBytes(keys);
        return leases.map((lease) => lease.versionstamp);
      } catch (error) {
        this.#ctx.log.warn("claimed jobs could not be read", { error: String(error) });
        await delay(this.#ctx.clock, persistMs(attempt), signal).catch(() => {});
      }
    }
    return keys.map(() => null);
  }

  /** Another instance took some of them, or they were changed: look again. */
  #unclaimed(chunk: readonly Candidate[], stale: readonly Key[]): void {
    this.stats.claimConflicts++;
    const gone = new Set(stale.map(keyId));
    this.#queue.settle(chunk);
    for (const candidate of chunk) {
      if (gone.has(candidate.id)) this.#queue.markDirty(candidate.shard);
      else this.#queue.putBack(candidate);
    }
  }

  async #start(candidate: Candidate, lease: { key: Key; versionstamp: string }): Promise<void> {
    const { job } = candidate;
    const runKey = runKeyOf(job);
    const run = new JobRun(this.#ctx, this.instance, job, lease);
    this.#held.set(runKey, run);
    this.#perWorkspace.set(job.ws, (this.#perWorkspace.get(job.ws) ?? 0) + 1);
    this.stats.claimed++;
    const result = await run.run(this.#jobs.get(job.name), this.#startedAt);
    this.stats[result]++;
    const count = this.#perWorkspace.get(job.ws)! - 1;
    if (count > 0) this.#perWorkspace.set(job.ws, count);
    else this.#perWorkspace.delete(job.ws);
    // A dropped run's place may belong to another by now.
    if (this.#held.get(runKey) === run) this.#release(runKey);
    // Claims are worth making in groups; a nearly idle worker takes the next at once.
    if (this.#queue.mayHoldMore && this.#held.size <= this.#concurrency * 0.75) this.#pump();
  }

  #release(runKey: string): void {
    this.#held.delete(runKey);
    const waiting = this.#deferred.get(runKey);
    if (waiting) {
      this.#deferred.delete(runKey);
      for (const candidate of waiting.values()) this.#queue.putBack(candidate);
    }
    if (this.#held.size === 0) this.#whenQuiet?.();
  }

  #dropAll(why: string): void {
    for (const run of this.#held.values()) run?.drop(why);
    this.#held.clear();
    this.#deferred.clear();
  }

  /** Sets the timer for the earliest job that is not due yet. */
  #arm(): void {
    const next = this.#stopped ? Infinity : this.#queue.nextDue;
    if (next === this.#timerAt) return;
    this.#stopTimer();
    this.#timerAt = next;
    if (next === Infinity) return;
    const { clock } = this.#ctx;
    this.#stopTimer = clock.timer(Math.max(0, next - clock.now()), () => {
      this.#timerAt = Infinity;
      this.#queue.ripen(clock.now());
      this.#pump();
    }, true);
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
          for (const shard of changed) this.#queue.markDirty(shard);
          this.#pump();
        });
      } catch (error) {
        if (!signal.aborted) this.#ctx.log.warn("watch failed", { error: String(error) });
      }
      if (!signal.aborted) await delay(this.#ctx.clock, 500, signal).catch(() => {});
    }
  }
}

/** `ctx` is what handlers are given. */
export function startWorker(
  ctx: WorkerContext,
  jobs: readonly AnyJob[],
  options: WorkerOptions,
): Worker {
  return new Worker(ctx, jobs, options);
}
