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

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const HOURS_KEPT_MS = 60 * DAY_MS;
const DAYS_KEPT_MS = 800 * DAY_MS;
/** Of an hour; beyond, keys and agents count as others. */
const ROWS_MAX = 500;
const OTHERS = "(others)";

export class Rows {
  readonly #process: string;
  /** Hour's and day's row, by who asked what of whom. */
  readonly #rows = new Map<string, readonly [Row, Row]>();
  readonly #days = new Map<string, Row>();
  /** Never goes back, not even when the clock does: a row that was forgotten would begin again at nothing. */
  #at = 0;
  #hourEndsAt = 0;

  constructor(process: string) {
    this.#process = process;
  }

  /** Counts a call; returns its rows. */
  add(workspaceId: string, call: StoredCall): readonly [Row, Row] {
    this.#at = Math.max(this.#at, call.endedAt ?? call.startedAt);
    if (this.#at >= this.#hourEndsAt) this.#nextHour();
    const { model, provider, tier, caller } = call;
    const asker = `${caller.keyId ?? ""}\n${caller.agentId ?? ""}`;
    const id = `${workspaceId}\n${model}\n${provider}\n${tier}\n${asker}`;
    let rows = this.#rows.get(id);
    if (!rows) {
      const crowded = this.#rows.size >= ROWS_MAX;
      const key = crowded ? OTHERS : caller.keyId ?? "";
      const agent = crowded ? OTHERS : caller.agentId ?? "";
      rows = this.#open(workspaceId, [model, provider, tier, key, agent]);
      if (!crowded) this.#rows.set(id, rows);
    }
    addCall(rows[0].tally, call);
    addCall(rows[1].tally, call);
    return rows;
  }

  #open(workspaceId: string, about: readonly string[]): readonly [Row, Row] {
    const id = [workspaceId, ...about].join("\n");
    const known = this.#rows.get(id);
    if (known) return known;
    const hourKey = usageHourKey(workspaceId, hourOf(this.#at), ...about, this.#process);
    const hour = { key: hourKey, tally: newTally(), expireIn: HOURS_KEPT_MS };
    let day = this.#days.get(id);
    if (!day) {
      const dayKey = usageDayKey(workspaceId, dayOf(this.#at), ...about, this.#process);
      day = { key: dayKey, tally: newTally(), expireIn: DAYS_KEPT_MS };
      this.#days.set(id, day);
    }
    const rows = [hour, day] as const;
    this.#rows.set(id, rows);
    return rows;
  }

  #nextHour(): void {
    this.#rows.clear();
    const day = dayOf(this.#at);
    for (const [id, { key }] of this.#days) if (key[3] !== day) this.#days.delete(id);
    this.#hourEndsAt = (Math.floor(this.#at / HOUR_MS) + 1) * HOUR_MS;
  }
}
