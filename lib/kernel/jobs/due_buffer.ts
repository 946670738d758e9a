/**
 * Due jobs seen in the store and not yet claimed, by workspace. Pure.
 *
 * Fairness: free slots are dealt one at a time to the workspace that has the fewest jobs running here, the
 * one served longest ago first among equals; within a workspace the oldest due job goes first. Where
 * several instances claim, each picks among the first few of a line instead, or they would all want one.
 */
import type { Key } from "../kv/keyspace.ts";
import type { JobRecord } from "./define_job.ts";

export interface Candidate {
  /** Key id of its place in the due index. */
  readonly id: string;
  readonly key: Key;
  readonly versionstamp: string;
  readonly bytes: Uint8Array;
  readonly job: JobRecord;
  readonly shard: number;
}

interface Line {
  readonly workspaceId: string;
  waiting: Candidate[];
  /** Index of the first not taken. */
  head: number;
  servedAt: number;
}

const COMPACT_AT = 1_000;

export class DueBuffer {
  readonly #waiting = new Map<string, Candidate>();
  readonly #lines = new Map<string, Line>();
  readonly #perShard: number[];
  /** Taken and, while a read is under way, already claimed: place → version, so a read does not bring them back. */
  readonly #taken = new Map<string, string>();
  readonly #settled: string[] = [];
  readonly #spread: number;
  #random: number;
  #reads = 0;
  #turn = 0;

  /** `spread`: how far from the head of a line a job is picked; `seed` differs between instances. */
  constructor(shards: number, spread = 1, seed = 1) {
    this.#perShard = new Array(shards).fill(0);
    this.#spread = spread;
    this.#random = seed | 1;
  }

  get size(): number {
    return this.#waiting.size;
  }

  inShard(shard: number): number {
    return this.#perShard[shard]!;
  }

  beginRead(): void {
    this.#reads++;
  }

  endRead(): void {
    if (--this.#reads === 0) { for (const id of this.#settled.splice(0)) this.#taken.delete(id); }
  }

  /** Seen before in this version, waiting or taken. */
  knows(id: string, versionstamp: string): boolean {
    const known = this.#waiting.get(id)?.versionstamp ?? this.#taken.get(id);
    return known !== undefined && known >= versionstamp;
  }

  /** A place seen again replaces what was known; within one commit the last that was staged stands. */
  add(candidate: Candidate): void {
    const { id, versionstamp, job } = candidate;
    const taken = this.#taken.get(id);
    if (taken !== undefined && taken >= versionstamp) return;
    const before = this.#waiting.get(id);
    if (before && before.versionstamp > versionstamp) return;
    this.#waiting.set(id, candidate);
    let line = this.#lines.get(job.ws);
    if (!line) {
      line = { workspaceId: job.ws, waiting: [], head: 0, servedAt: 0 };
      this.#lines.set(job.ws, line);
    }
    if (before) {
      line.waiting[line.waiting.indexOf(before, line.head)] = candidate;
      return;
    }
    this.#perShard[candidate.shard]!++;
    insertByDue(line, candidate);
  }

  /** One that was taken waits again, also while a read is under way. */
  putBack(candidate: Candidate): void {
    this.#taken.delete(candidate.id);
    this.add(candidate);
  }

  /** Takes up to `slots` jobs, fairly. `running` counts what a workspace has running here. */
  take(slots: number, running: ReadonlyMap<string, number>): Candidate[] {
    const taken: Candidate[] = [];
    const load = new Map<Line, number>();
    for (const line of this.#lines.values()) load.set(line, running.get(line.workspaceId) ?? 0);
    while (taken.length < slots && load.size > 0) {
      const line = load.size === 1 ? load.keys().next().value! : nextLine(load);
      load.set(line, load.get(line)! + 1);
      taken.push(this.#pop(line));
      if (line.head >= line.waiting.length) load.delete(line);
    }
    return taken;
  }

  /** The claim of these ended, one way or the other. */
  settle(candidates: readonly Candidate[]): void {
    for (const { id } of candidates) {
      if (this.#reads > 0) this.#settled.push(id);
      else this.#taken.delete(id);
    }
  }

  #bringForward(line: Line): void {
    const { waiting, head } = line;
    this.#random = nextRandom(this.#random);
    const at = head + (this.#random >>> 0) % Math.min(this.#spread, waiting.length - head);
    [waiting[head], waiting[at]] = [waiting[at]!, waiting[head]!];
  }

  #pop(line: Line): Candidate {
    if (this.#spread > 1) this.#bringForward(line);
    const candidate = line.waiting[line.head++]!;
    line.servedAt = ++this.#turn;
    this.#waiting.delete(candidate.id);
    this.#taken.set(candidate.id, candidate.versionstamp);
    this.#perShard[candidate.shard]!--;
    if (line.head >= line.waiting.length) this.#lines.delete(line.workspaceId);
    else if (line.head >= COMPACT_AT) {
      line.waiting = line.waiting.slice(line.head);
      line.head = 0;
    }
    return candidate;
  }
}

/** Steps a xorshift generator. */
function nextRandom(state: number): number {
  state ^= state << 13;
  state ^= state >>> 17;
  return state ^ (state << 5);
}

function nextLine(load: ReadonlyMap<Line, number>): Line {
  let best: Line | null = null;
  let bestLoad = Infinity;
  for (const [line, count] of load) {
    if (count < bestLoad || (count === bestLoad && line.servedAt < best!.servedAt)) {
      best = line;
      bestLoad = count;
    }
  }
  return best!;
}

function insertByDue(line: Line, candidate: Candidate): void {
  const { waiting } = line;
  let at = waiting.length;
  while (at > line.head && waiting[at - 1]!.job.due > candidate.job.due) at--;
  if (at === waiting.length) waiting.push(candidate);
  else waiting.splice(at, 0, candidate);
}
