/**
 * Due jobs seen in the store and not yet claimed, by workspace. Pure.
 *
 * Fairness: free slots are dealt one at a time to the workspace that has the fewest jobs running here, the
 * one served longest ago first among equals; within a workspace the oldest due job goes first.
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

export class DueBuffer {
  readonly #known = new Map<string, Candidate>();
  readonly #lines = new Map<string, Line>();
  readonly #perShard: number[];
  #turn = 0;

  constructor(shards: number) {
    this.#perShard = new Array(shards).fill(0);
  }

  get size(): number {
    return this.#known.size;
  }

  inShard(shard: number): number {
    return this.#perShard[shard]!;
  }

  /** A place seen again with another version replaces what was known. */
  add(candidate: Candidate): void {
    const before = this.#known.get(candidate.id);
    if (before && before.versionstamp >= candidate.versionstamp) return;
    this.#known.set(candidate.id, candidate);
    let line = this.#lines.get(candidate.job.ws);
    if (!line) {
      line = { workspaceId: candidate.job.ws, waiting: [], head: 0, servedAt: 0 };
      this.#lines.set(candidate.job.ws, line);
    }
    if (before) {
      line.waiting[line.waiting.indexOf(before, line.head)] = candidate;
      return;
    }
    this.#perShard[candidate.shard]!++;
    insertByDue(line, candidate);
  }

  /** Takes up to `slots` jobs, fairly. `running` counts what a workspace has running here. */
  take(slots: number, running: ReadonlyMap<string, number>): Candidate[] {
    const taken: Candidate[] = [];
    if (this.#lines.size === 1) {
      const [line] = this.#lines.values();
      while (taken.length < slots && line!.head < line!.waiting.length) {
        taken.push(this.#pop(line!));
      }
      return taken;
    }
    const load = new Map<Line, number>();
    for (const line of this.#lines.values()) load.set(line, running.get(line.workspaceId) ?? 0);
    while (taken.length < slots && load.size > 0) {
      let best: Line | null = null;
      for (const [line, count] of load) {
        if (
          !best || count < load.get(best)! ||
          (count === load.get(best) && line.servedAt < best.servedAt)
        ) {
          best = line;
        }
      }
      load.set(best!, load.get(best!)! + 1);
      taken.push(this.#pop(best!));
      if (best!.head >= best!.waiting.length) load.delete(best!);
    }
    return taken;
  }

  clearShard(shard: number): void {
    for (const line of [...this.#lines.values()]) {
      const first = line.waiting[line.head];
      if (!first || first.shard !== shard) continue;
      for (let i = line.head; i < line.waiting.length; i++) this.#known.delete(line.waiting[i]!.id);
      this.#perShard[shard]! -= line.waiting.length - line.head;
      this.#lines.delete(line.workspaceId);
    }
  }

  #pop(line: Line): Candidate {
    const candidate = line.waiting[line.head++]!;
    line.servedAt = ++this.#turn;
    this.#known.delete(candidate.id);
    this.#perShard[candidate.shard]!--;
    if (line.head >= line.waiting.length) this.#lines.delete(line.workspaceId);
    else if (line.head > 1_000) {
      line.waiting = line.waiting.slice(line.head);
      line.head = 0;
    }
    return candidate;
  }
}

function insertByDue(line: Line, candidate: Candidate): void {
  const { waiting } = line;
  let at = waiting.length;
  while (at > line.head && waiting[at - 1]!.job.due > candidate.job.due) at--;
  if (at === waiting.length) waiting.push(candidate);
  else waiting.splice(at, 0, candidate);
}
