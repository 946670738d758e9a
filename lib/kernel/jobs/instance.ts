/**
 * This process as the cluster sees it: a heartbeat with a TTL and a fence. Every commit that acts for the
 * instance assumes the fence's version, which is shared by all of a batch; whoever takes over deletes the
 * fence first and requeues what the dead one held afterwards.
 */
import { AppError } from "../core/errors.ts";
import type { Clock } from "../core/clock.ts";
import type { Ids } from "../core/ids.ts";
import type { CommitOutcome } from "../kv/committer.ts";
import type { ListEntry, Store } from "../kv/store.ts";
import { decodeValue } from "../kv/values.ts";
import type { WriteSet } from "../kv/write_set.ts";
import { type JobRecord, toStaged } from "./define_job.ts";
import { stageDeadLetter } from "./dead_letters.ts";
import { fenceKey, instanceKey, leasedKey } from "./keys.ts";

export interface InstanceContext {
  readonly kv: Store;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: { warn(message: string, fields?: Record<string, unknown>): void };
}

export interface InstanceRecord {
  readonly v: 1;
  readonly id: string;
  /** Epoch ms. */
  readonly until: number;
  readonly startedAt: number;
}

export interface InstanceOptions {
  /** Default 3 000. */
  readonly ttlMs?: number;
}

export const INSTANCE_TTL_MS = 3_000;
const TAKEOVER_GRACE_MS = 500;
/**
 * A job that was held by this many processes that died is not tried again. Far above what ordinary stops
 * of instances add up to: whatever a process held when it was killed counts, guilty or not.
 */
const MAX_CRASHES = 50;
const SWEEP_AGAIN_MS = 1_000;
const REQUEUE_CHUNK = 32;
const REQUEUE_BYTES = 80_000;

type DeadHook = (instanceId: string) => Promise<void> | void;

export class Instance {
  readonly #ctx: InstanceContext;
  readonly #ttlMs: number;
  readonly #deadHooks: DeadHook[] = [];
  readonly #lostHooks: (() => void)[] = [];
  readonly #regainedHooks: (() => void)[] = [];
  #id: string;
  /** Null before the start and from the loss of the lease to the next one. */
  #fenceVersion: string | null = null;
  #aliveUntil = { mono: 0, wall: 0 };
  #startedAt = 0;
  #stopHeartbeat: () => void = () => {};
  #stopSweep: () => void = () => {};
  #stopped = true;

  constructor(ctx: InstanceContext, options: InstanceOptions = {}) {
    this.#ctx = ctx;
    this.#ttlMs = options.ttlMs ?? INSTANCE_TTL_MS;
    this.#id = ctx.ids.next("instance");
  }

  /** Changes when the lease was lost and a new one taken. */
  get id(): string {
    return this.#id;
  }

  /**
   * Own-clock ms the lease still holds; 0 or less: stop acting. By both clocks: the one stands still while
   * the machine sleeps, the other can be set back.
   */
  get leaseLeftMs(): number {
    if (this.#fenceVersion === null) return 0;
    const { clock } = this.#ctx;
    return Math.min(this.#aliveUntil.mono - clock.mono(), this.#aliveUntil.wall - clock.now());
  }

  get isAlive(): boolean {
    return this.leaseLeftMs > 0;
  }

  /** Makes the commit fail if the instance was taken over. Throws when that is known already. */
  assume(set: WriteSet): void {
    if (this.#fenceVersion === null) {
      throw new AppError("unavailable", { detail: `Instance "${this.#id}" lost its lease` });
    }
    set.assume(fenceKey(this.#id), this.#fenceVersion);
  }

  /** Called with each dead instance, after it was fenced and before its record goes. */
  onInstanceDead(hook: DeadHook): void {
    this.#deadHooks.push(hook);
  }

  /** Called when this instance finds that it was taken over; it then starts again under a new id. */
  onLost(hook: () => void): void {
    this.#lostHooks.push(hook);
  }

  /** Called when it has a lease again. */
  onRegained(hook: () => void): void {
    this.#regainedHooks.push(hook);
  }

  /** Takes the lease, then takes over what dead instances left. Register hooks before. */
  async start(): Promise<void> {
    await this.#register();
    this.#stopped = false;
    this.#scheduleHeartbeat();
    await this.sweep();
  }

  /** Requeues what dead instances held; returns how many of them there were. */
  async sweep(): Promise<number> {
    let next = SWEEP_AGAIN_MS;
    try {
      const found = await this.#sweepOnce();
      next = found.next;
      return found.swept;
    } finally {
      this.#scheduleSweep(next);
    }
  }

  /** `next`: ms until it is worth looking again. */
  async #sweepOnce(): Promise<{ swept: number; next: number }> {
    let swept = 0;
    let next = Infinity;
    const now = this.#ctx.clock.now();
    const prefix = instanceKey.prefix();
    for await (const entry of this.#ctx.kv.list<InstanceRecord>({ prefix })) {
      if (entry.value.id === this.#id) continue;
      // The file's lock proves that every other instance of it is dead.
      const over = this.#ctx.kv.kind === "file" ? 0 : entry.value.until + TAKEOVER_GRACE_MS;
      if (over > now) next = Math.min(next, over - now);
      else if (await this.#tryTakeOver(entry)) swept++;
      else next = Math.min(next, SWEEP_AGAIN_MS);
    }
    return { swept, next };
  }

  #scheduleSweep(next: number): void {
    // On a file nobody else comes later: it sweeps again only after a failure.
    const wait = this.#ctx.kv.kind === "file" ? next : Math.min(next + 1, this.#ttlMs);
    if (this.#stopped || wait === Infinity) return;
    this.#stopSweep();
    this.#stopSweep = this.#ctx.clock.timer(wait, () => this.#sweepApart());
  }

  #sweepApart(): void {
    this.sweep().catch((error) => this.#warn("sweep failed", error));
  }

  async #tryTakeOver(entry: ListEntry<InstanceRecord>): Promise<boolean> {
    try {
      return await this.#takeOver(entry);
    } catch (error) {
      this.#warn("take-over failed", error);
      return false;
    }
  }

  /** Gives back all that is held: fence first, then requeue, then forget the instance. */
  async stop(): Promise<void> {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#stopHeartbeat();
    this.#stopSweep();
    await this.#giveBack();
  }

  async #giveBack(): Promise<void> {
    const record = await this.#ctx.kv.get<InstanceRecord>(instanceKey(this.#id));
    this.#fenceVersion = null;
    if (!record.value || record.versionstamp === null) return;
    await this.#takeOver(
      { key: instanceKey(this.#id), value: record.value, versionstamp: record.versionstamp },
      true,
    );
  }

  async #register(): Promise<void> {
    const { kv, clock } = this.#ctx;
    const aliveUntil = this.#leaseFromNow();
    this.#startedAt = clock.now();
    const set = kv.writeSet("instance")
      .assume(fenceKey(this.#id), null)
      .set(fenceKey(this.#id), { v: 1 })
      .set(instanceKey(this.#id), this.#record());
    const outcome = await kv.submit(set, { priority: true });
    if (!outcome.ok) throw new AppError("conflict", { detail: `Instance "${this.#id}" exists` });
    this.#fenceVersion = outcome.versionstamp;
    this.#aliveUntil = aliveUntil;
  }

  #leaseFromNow(): { mono: number; wall: number } {
    const { clock } = this.#ctx;
    return { mono: clock.mono() + this.#ttlMs, wall: clock.now() + this.#ttlMs };
  }

  #record(): InstanceRecord {
    const now = this.#ctx.clock.now();
    return { v: 1, id: this.#id, until: now + this.#ttlMs, startedAt: this.#startedAt };
  }

  #scheduleHeartbeat(): void {
    this.#stopHeartbeat = this.#ctx.clock.timer(this.#ttlMs / 3, () => void this.#heartbeat());
  }

  /** Prolongs the lease, or takes a new one when it was lost; what fails is tried again at the next. */
  async #heartbeat(): Promise<void> {
    try {
      const aliveUntil = this.#leaseFromNow();
      if (this.#fenceVersion === null) await this.#regain();
      else if ((await this.#prolong()).ok) this.#aliveUntil = aliveUntil;
      else if (!this.#stopped) await this.#regain();
    } catch (error) {
      this.#warn("heartbeat failed", error);
    }
    if (!this.#stopped) this.#scheduleHeartbeat();
  }

  #prolong(): Promise<CommitOutcome> {
    const { kv } = this.#ctx;
    const set = kv.writeSet("instance").set(instanceKey(this.#id), this.#record());
    this.assume(set);
    return kv.submit(set, { priority: true });
  }

  async #regain(): Promise<void> {
    if (this.#fenceVersion !== null) {
      this.#fenceVersion = null;
      this.#ctx.log.warn("instance was taken over", { instance: this.#id });
      for (const hook of this.#lostHooks) hook();
    }
    // Another id each time: a registration that threw may have taken effect.
    this.#id = this.#ctx.ids.next("instance");
    await this.#register();
    if (this.#stopped) return await this.#giveBack();
    for (const hook of this.#regainedHooks) hook();
    this.#sweepApart();
  }

  async #takeOver(entry: ListEntry<InstanceRecord>, graceful = false): Promise<boolean> {
    const { kv } = this.#ctx;
    const dead = entry.value.id;
    const fence = kv.writeSet("instance").assume(entry.key, entry.versionstamp)
      .set(entry.key, { ...entry.value, until: this.#ctx.clock.now() + this.#ttlMs })
      .delete(fenceKey(dead));
    // It came back to life, or another sweep was first; if that one dies too, its time runs out.
    const fenced = await kv.submit(fence, { priority: true });
    if (!fenced.ok) return false;
    const requeued = await this.#requeue(dead, graceful);
    for (const hook of this.#deadHooks) await hook(dead);
    await kv.submit(
      kv.writeSet("instance").assume(entry.key, fenced.versionstamp).delete(entry.key),
    );
    this.#ctx.log.warn(graceful ? "instance stopped" : "instance taken over", { dead, requeued });
    return true;
  }

  async #requeue(dead: string, graceful: boolean): Promise<number> {
    const { kv } = this.#ctx;
    const commits: Promise<CommitOutcome>[] = [];
    let held = 0;
    let bytes = 0;
    let chunk: ListEntry<Uint8Array>[] = [];
    const flush = () => {
      if (chunk.length > 0) commits.push(kv.submit(this.#stageRequeue(chunk, graceful)));
      chunk = [];
      bytes = 0;
    };
    for await (const entry of kv.listBytes({ prefix: leasedKey.prefix(dead) })) {
      if (bytes + entry.value.length > REQUEUE_BYTES) flush();
      held++;
      bytes += entry.value.length;
      if (chunk.push(entry) === Math.min(REQUEUE_CHUNK, kv.maxChecks)) flush();
    }
    flush();
    const outcomes = await Promise.all(commits);
    // Its record must stay: without it nobody would look for what is still leased to it.
    if (outcomes.some((outcome) => !outcome.ok)) {
      throw new AppError("conflict", { detail: `Jobs of instance "${dead}" changed; look again` });
    }
    return held;
  }

  #stageRequeue(entries: readonly ListEntry<Uint8Array>[], graceful: boolean): WriteSet {
    const set = this.#ctx.kv.writeSet("queue", REQUEUE_CHUNK);
    for (const { key, value, versionstamp } of entries) {
      const job = decodeValue(value) as JobRecord;
      const crashes = job.crashes + (graceful ? 0 : 1);
      set.assume(key, versionstamp).delete(key);
      if (crashes < MAX_CRASHES) set.enqueue(toStaged({ ...job, crashes }, true));
      else {stageDeadLetter(
          set,
          this.#ctx.clock,
          { ...job, crashes },
          "crashed",
          `${crashes} processes died holding it`,
        );}
    }
    return set;
  }

  #warn(message: string, error: unknown): void {
    this.#ctx.log.warn(message, { instance: this.#id, error: String(error) });
  }
}

/** Instances that have a record, for operators. */
export async function listInstances(ctx: { readonly kv: Store }): Promise<InstanceRecord[]> {
  const records: InstanceRecord[] = [];
  for await (const entry of ctx.kv.list<InstanceRecord>({ prefix: instanceKey.prefix() })) {
    records.push(entry.value);
  }
  return records;
}
