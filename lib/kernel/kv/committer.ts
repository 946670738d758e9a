/**
 * The group committer: whatever has gathered while the last commit ran goes into the next one.
 *
 * A failed batch is validated, not retried one by one. A commit that throws has an unknown result, so
 * every commit also sets a marker that is read back. On a store shared with other processes each commit
 * also checks its marker's version: a request that was given up may still arrive, and then fails.
 */
import { setImmediate } from "node:timers";
import { AppError } from "../core/errors.ts";
import { type Clock, delay } from "../core/clock.ts";
import { type BatchClaims, pickBatch } from "./batch.ts";
import { BatchCommit, type CommitInfo, type Committed } from "./batch_commit.ts";
import type { CommitFault, Faults } from "./faults.ts";
import { defineGlobalKey, type Key } from "./keyspace.ts";
import { KV_LIMITS } from "./limits.ts";
import type { ReadCache } from "./read_cache.ts";
import { RecentVersions } from "./recent_versions.ts";
import { decodeValue, encodeJson } from "./values.ts";
import type { Check, WriteSet } from "./write_set.ts";

export type CommitOutcome = Committed | { readonly ok: false; readonly stale: Key[] };

export interface CommitterOptions {
  readonly write: Deno.Kv;
  readonly read: Deno.Kv;
  readonly clock: Clock;
  /** No other process writes this store. */
  readonly exclusive: boolean;
  /** Names the marker key; one store reuses "local" on an exclusive file. */
  readonly markerId: string;
  /** Unique per opened store, so that a marker of an earlier process is never taken for ours. */
  readonly storeId: string;
  /** Distinct checks a batch of several may hold. */
  readonly maxChecks: number;
  /** Checks the store takes in one commit. */
  readonly storeChecks: number;
  readonly maxInFlight: number;
  /** How long an unknown or locked result is pursued. */
  readonly patienceMs: number;
  readonly faults?: Faults | undefined;
  /** Only where no other process writes. */
  readonly cache?: ReadCache | null;
  readonly onCommit: (info: CommitInfo) => void;
  readonly warn: (message: string, fields?: Record<string, unknown>) => void;
}

export interface CommitterStats {
  commits: number;
  transactions: number;
  conflicts: number;
  staleInMemory: number;
  failedBatches: number;
  locked: number;
  unknown: number;
}

interface Pending {
  readonly set: WriteSet;
  readonly resolve: (outcome: CommitOutcome) => void;
  readonly reject: (error: unknown) => void;
}

interface Lane {
  readonly markerKey: Key;
  markerVersion: string | null;
  claims: BatchClaims | null;
}

/** Written with every commit, read after one that threw. Exclusive stores reuse one key. */
export const markerKey = defineGlobalKey("cm", {
  slice: "kernel",
  version: 1,
  retention: "expires",
});
const MARKER_TTL_MS = 24 * 3_600_000;
/**
 * Who comes so soon after a commit is seldom alone: what else has arrived, at a socket too, joins before the next
 * one is sent. (Measured over HTTP: half the commits; alone it costs 10 µs.)
 */
const BUSY_MS = 2;
const ENOUGH_WAITING = 16;
/** Of the patience, for one answer of a shared store: enough is left to ask again. */
const ANSWER_SHARE = 1 / 3;
const NO_CLAIMS: BatchClaims[] = [];
const AGAIN = Symbol("again");
/** Versionstamp of the commit, null for a failed check, AGAIN when it did not happen. */
type Sent = string | null | typeof AGAIN;

export class Committer {
  readonly stats: CommitterStats = {
    commits: 0,
    transactions: 0,
    conflicts: 0,
    staleInMemory: 0,
    failedBatches: 0,
    locked: 0,
    unknown: 0,
  };
  readonly #o: CommitterOptions;
  readonly #lanes: Lane[];
  readonly #recent: RecentVersions;
  #queue: Pending[] = [];
  #scheduled = false;
  #attempts = 0;
  #sequence = 0;
  #endedAt = -Infinity;
  #idle: (() => void)[] = [];

  constructor(options: CommitterOptions) {
    this.#o = options;
    this.#recent = new RecentVersions(options.exclusive);
    this.#lanes = Array.from({ length: options.maxInFlight }, (_, lane) => ({
      markerKey: markerKey(options.markerId, lane),
      markerVersion: null,
      claims: null,
    }));
  }

  /** Resolves when the set is committed or one of its checks is known to be out of date. */
  submit(set: WriteSet, priority = false): Promise<CommitOutcome> {
    set.seal();
    if (set.checks.size > this.#o.storeChecks) {
      return Promise.reject(
        new AppError("payload_too_large", {
          detail:
            `A transaction with ${set.checks.size} checks never fits the store's ${this.#o.storeChecks}`,
        }),
      );
    }
    return new Promise((resolve, reject) => {
      const pending = { set, resolve, reject };
      if (priority) this.#queue.unshift(pending);
      else this.#queue.push(pending);
      if (!this.#scheduled) {
        this.#scheduled = true;
        if (this.#o.clock.mono() - this.#endedAt < BUSY_MS) setImmediate(this.#pump);
        else queueMicrotask(this.#pump);
      }
    });
  }

  /** Resolves when nothing is waiting or in flight. */
  async idle(): Promise<void> {
    while (this.#queue.length > 0 || this.#scheduled || this.#lanes.some((lane) => lane.claims)) {
      await new Promise<void>((resolve) => this.#idle.push(resolve));
    }
  }

  readonly #pump = () => {
    this.#scheduled = false;
    for (const lane of this.#lanes) {
      if (this.#queue.length === 0) break;
      if (lane.claims) continue;
      const picked = pickBatch(this.#queue, {
        maxChecks: this.#o.maxChecks,
        inFlight: this.#claimsInFlight(),
        staleCheck: this.#staleCheck,
      });
      this.#queue = picked.rest;
      for (const { item, key } of picked.stale) {
        this.stats.staleInMemory++;
        this.stats.conflicts++;
        item.resolve({ ok: false, stale: [key] });
      }
      if (picked.batch.length === 0) break;
      lane.claims = picked.claims;
      this.#run(lane, picked.batch);
    }
    if (this.#idle.length > 0) { for (const resolve of this.#idle.splice(0)) resolve(); }
  };

  #claimsInFlight(): BatchClaims[] {
    if (this.#lanes.length === 1) return NO_CLAIMS;
    return this.#lanes.flatMap((lane) => lane.claims ?? []);
  }

  readonly #staleCheck = (set: WriteSet): Key | null =>
    set.bypassRecent ? null : this.#recent.stale(set.checks);

  async #run(lane: Lane, batch: Pending[]): Promise<void> {
    try {
      await this.#settle(lane, batch);
    } catch (error) {
      for (const item of batch) item.reject(error);
    }
    this.#endedAt = this.#o.clock.mono();
    // Those just answered often come back at once: a turn of the event loop lets them join. With enough
    // waiting already the store works on that while they do what they do.
    if (this.#queue.length < ENOUGH_WAITING) {
      await new Promise<void>((resolve) => void setImmediate(resolve));
    }
    lane.claims = null;
    this.#pump();
  }

  /** Commits the batch; what fails is narrowed down by validation, then one by one. */
  async #settle(lane: Lane, batch: Pending[]): Promise<void> {
    if (await this.#tryCommit(lane, batch)) return;
    if (batch.length > 1) this.stats.failedBatches++;
    const left = await this.#answerStale(batch);
    if (left.length === 0 || (left.length < batch.length && await this.#tryCommit(lane, left))) {
      return;
    }
    for (const item of left) {
      if (await this.#tryCommit(lane, [item])) continue;
      const [still] = await this.#answerStale([item]);
      if (!still) continue;
      this.stats.conflicts++;
      still.resolve({ ok: false, stale: [...still.set.checks.values()].map((check) => check.key) });
    }
  }

  /** True when every member has its answer. A refused operation is refused alone. */
  async #tryCommit(lane: Lane, batch: Pending[]): Promise<boolean> {
    let results: Committed[] | null;
    try {
      results = await this.#commitNoted(lane, batch);
    } catch (error) {
      if (batch.length === 1 || error instanceof AppError) {
        for (const item of batch) item.reject(error);
        return true;
      }
      this.stats.failedBatches++;
      for (const item of batch) {
        if (!await this.#tryCommit(lane, [item])) await this.#settle(lane, [item]);
      }
      return true;
    }
    if (!results) return false;
    for (let i = 0; i < batch.length; i++) {
      batch[i]!.set.committed = true;
      batch[i]!.resolve(results[i]!);
    }
    return true;
  }

  /** Reads of what it writes ask the store until its result is known. */
  async #commitNoted(lane: Lane, batch: Pending[]): Promise<Committed[] | null> {
    const { cache } = this.#o;
    if (!cache) return await this.#commit(lane, batch);
    let versionstamp: string | null = null;
    cache.writing(batch);
    try {
      const results = await this.#commit(lane, batch);
      versionstamp = results?.[0]?.versionstamp ?? null;
      return results;
    } finally {
      cache.written(batch, versionstamp);
    }
  }

  /** Reads the checked versions, answers those that are out of date, returns the others. */
  async #answerStale(batch: Pending[]): Promise<Pending[]> {
    const checks = new Map<string, Check>();
    for (const { set } of batch) for (const [id, check] of set.checks) checks.set(id, check);
    const ids = [...checks.keys()];
    const current = new Map<string, string | null>();
    const pages: Promise<void>[] = [];
    for (let i = 0; i < ids.length; i += KV_LIMITS.getMany) {
      const page = ids.slice(i, i + KV_LIMITS.getMany);
      pages.push(
        this.#o.read.getMany(page.map((id) => checks.get(id)!.key)).then((entries) => {
          page.forEach((id, j) => current.set(id, entries[j]!.versionstamp));
        }),
      );
    }
    await this.#inTime(Promise.all(pages));
    return batch.filter((item) => {
      const stale: Key[] = [];
      for (const [id, check] of item.set.checks) {
        const now = current.get(id)!;
        if (now === check.versionstamp) continue;
        stale.push(check.key);
        this.#o.cache?.drop(id);
        if (now !== null) this.#recent.saw(id, now);
      }
      if (stale.length === 0) return true;
      this.stats.conflicts++;
      item.resolve({ ok: false, stale });
      return false;
    });
  }

  /** One atomic operation, pursued until its result is known. Null: a check failed. */
  async #commit(lane: Lane, batch: Pending[]): Promise<Committed[] | null> {
    const { clock, exclusive, faults } = this.#o;
    const started = clock.mono();
    const marker = `${this.#o.storeId}:${++this.#sequence}`;
    for (let attempt = 0;; attempt++) {
      const n = ++this.#attempts;
      const commit = new BatchCommit(this.#o.write, batch);
      if (exclusive) commit.atomic.set(lane.markerKey, encodeJson(marker));
      else {
        commit.atomic.set(lane.markerKey, encodeJson(marker), { expireIn: MARKER_TTL_MS });
        // A single transaction may need every check there is, and is then guarded by its own.
        if (commit.checks < this.#o.storeChecks) {
          commit.atomic.check({ key: lane.markerKey, versionstamp: lane.markerVersion });
        }
      }
      const what = () => commit.describe();
      faults?.before?.(n, what);
      let sent: Sent;
      try {
        sent = await this.#inTime(this.#send(commit, faults?.outcome?.(n)));
        if (!sent && !exclusive) sent = await this.#judge(lane, marker);
      } catch (error) {
        if (isRefusal(error)) throw error;
        sent = await this.#pursue(lane, marker, error, attempt, started);
      }
      faults?.after?.(n, what);
      if (sent === AGAIN) continue;
      if (!sent) return null;
      lane.markerVersion = sent;
      this.stats.commits++;
      this.stats.transactions += batch.length;
      this.#recent.note(batch, sent);
      const results = commit.results(sent);
      if (commit.hasNews) this.#o.onCommit(commit.info(sent));
      return results;
    }
  }

  async #send(commit: BatchCommit, fault: CommitFault | undefined): Promise<Sent> {
    if (fault === "locked") throw new TypeError("database is locked");
    if (fault === "throw_before") throw new Error("connection reset before the commit");
    if (fault === "conflict") return null;
    const result = await commit.atomic.commit();
    if (fault === "hang") await new Promise(() => {});
    if (fault === "throw_after_success") throw new Error("connection reset after the commit");
    return result.ok ? result.versionstamp : null;
  }

  /** On a shared store a half-open connection may never answer: then the result is unknown. */
  #inTime<T>(answer: Promise<T>): Promise<T> {
    const { clock, exclusive, patienceMs } = this.#o;
    if (exclusive) return answer;
    const late = Promise.withResolvers<never>();
    const error = () => late.reject(new Error("the store did not answer in time"));
    const cancel = clock.timer(patienceMs * ANSWER_SHARE, error, true);
    return Promise.race([answer, late.promise]).finally(cancel);
  }

  /** After a failed check on a shared store: an earlier try may have arrived late, or the marker moved. */
  async #judge(lane: Lane, marker: string): Promise<Sent> {
    const entry = await this.#inTime(this.#o.read.get(lane.markerKey));
    if (entry.versionstamp !== null && decodeValue(entry.value) === marker) {
      return entry.versionstamp;
    }
    const moved = entry.versionstamp !== lane.markerVersion;
    lane.markerVersion = entry.versionstamp;
    return moved ? AGAIN : null;
  }

  /** After a throw: the versionstamp if the commit took effect, else to try again after a growing wait. */
  async #pursue(
    lane: Lane,
    marker: string,
    error: unknown,
    attempt: number,
    started: number,
  ): Promise<Sent> {
    const locked = String(error).includes("locked");
    if (locked) this.stats.locked++;
    else this.stats.unknown++;
    if (!locked) this.#o.warn("commit result unknown", { error: String(error) });
    for (let i = attempt;; i++) {
      try {
        const sent = await this.#judge(lane, marker);
        if (sent !== AGAIN && sent !== null) return sent;
        await this.#wait(i, started, error);
        return AGAIN;
      } catch (readError) {
        if (readError instanceof AppError) throw readError;
        await this.#wait(i, started, readError);
      }
    }
  }

  async #wait(attempt: number, started: number, cause: unknown): Promise<void> {
    if (this.#o.clock.mono() - started > this.#o.patienceMs) {
      throw new AppError("unavailable", {
        detail: "The store did not say whether the commit took effect; look before trying again",
        retryAfterMs: 1_000,
        cause,
      });
    }
    await delay(this.#o.clock, Math.min(2 + 2 * attempt, 100), undefined, true);
  }
}

/** The store says the operation itself is not acceptable: nothing was written and never will be. */
function isRefusal(error: unknown): boolean {
  const text = error instanceof Error ? error.message : "";
  return error instanceof TypeError
    ? /too (large|many)/i.test(text)
    : /status=4(00|13|22)/.test(text);
}
