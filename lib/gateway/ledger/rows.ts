/** What this process's calls add up to, by hour and day and by who asked what: kept whole, written after each change. */
import type { Key } from "../../kernel/kv/mod.ts";
import { usageDayKey, usageHourKey } from "./keys.ts";
import { addCall, newTally, type StoredCall, type Tally } from "./tally.ts";

export interface Row {
  readonly key: Key;
  readonly tally: Tally;
  readonly expireIn: number;
}

/** Hours and days of a time, as keys and reports name them. */
export function hourOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 13);
}
export function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

const DAY_MS = 86_400_000;
const HOURS_KEPT_MS = 60 * DAY_MS;
const DAYS_KEPT_MS = 800 * DAY_MS;
/** Of an hour; beyond, keys and agents count as others. */
const ROWS_MAX = 500;
const OTHERS = "(others)";

export class Rows {
  readonly #process: string;
  readonly #rows = new Map<string, Row>();
  /** Never goes back, not even when the clock does: a row that was forgotten would begin again at nothing. */
  #at = 0;

  constructor(process: string) {
    this.#process = process;
  }

  /** Counts a call; returns its rows. */
  add(workspaceId: string, call: StoredCall): readonly Row[] {
    const at = Math.max(this.#at, call.endedAt ?? call.startedAt);
    const hour = hourOf(at);
    if (hour !== hourOf(this.#at)) this.#forgetBefore(hour);
    this.#at = at;
    const crowded = this.#rows.size >= ROWS_MAX;
    const key = crowded ? OTHERS : call.caller.keyId ?? "";
    const agent = crowded ? OTHERS : call.caller.agentId ?? "";
    const about = [call.model, call.provider, call.tier, key, agent];
    const rows = [
      this.#row(usageHourKey(workspaceId, hour, ...about, this.#process), HOURS_KEPT_MS),
      this.#row(usageDayKey(workspaceId, dayOf(at), ...about, this.#process), DAYS_KEPT_MS),
    ];
    for (const { tally } of rows) addCall(tally, call);
    return rows;
  }

  #row(key: Key, expireIn: number): Row {
    const id = key.join("\n");
    let row = this.#rows.get(id);
    if (!row) this.#rows.set(id, row = { key, tally: newTally(), expireIn });
    return row;
  }

  #forgetBefore(hour: string): void {
    for (const [id, { key }] of this.#rows) {
      const bucket = String(key[3]);
      if (bucket < hour.slice(0, bucket.length)) this.#rows.delete(id);
    }
  }
}
