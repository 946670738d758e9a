/** What the cache did, counted in memory and written about once a second: counting never waits. */
import type { AppContext } from "../../kernel/context.ts";
import { tallyKey } from "./keys.ts";
import type { CacheStats, CacheTally } from "./schema.ts";

type Name = keyof CacheTally;

const FLUSH_MS = 1_000;
const DAY_MS = 86_400_000;
const NONE: CacheTally = {
  lookups: 0,
  hits: 0,
  semanticHits: 0,
  misses: 0,
  joined: 0,
  bypassed: 0,
  stored: 0,
  evicted: 0,
  savedMicros: 0,
  savedTokens: 0,
};

export class Tallies {
  readonly #ctx: Pick<AppContext, "kv" | "clock" | "log">;
  /** By workspace. */
  #counted = new Map<string, Partial<Record<Name, number>>>();
  #cancel: (() => void) | null = null;

  constructor(ctx: Pick<AppContext, "kv" | "clock" | "log">) {
    this.#ctx = ctx;
  }

  add(workspaceId: string, amounts: Partial<Record<Name, number>>): void {
    const counted = this.#counted.get(workspaceId) ?? {};
    for (const [name, amount] of Object.entries(amounts) as [Name, number][]) {
      counted[name] = (counted[name] ?? 0) + amount;
    }
    this.#counted.set(workspaceId, counted);
    this.#cancel ??= this.#ctx.clock.timer(FLUSH_MS, () => void this.flush());
  }

  async flush(): Promise<void> {
    this.#cancel?.();
    this.#cancel = null;
    const counted = this.#counted;
    this.#counted = new Map();
    const day = dayOf(this.#ctx.clock.now());
    await Promise.all([...counted].map(async ([workspaceId, amounts]) => {
      const set = this.#ctx.kv.writeSet("cache tallies");
      for (const [name, amount] of Object.entries(amounts)) {
        if (amount > 0) set.sum(tallyKey(workspaceId, day, name), amount);
      }
      try {
        await this.#ctx.kv.submit(set);
      } catch (error) {
        this.#ctx.log.warn("What the cache did could not be counted", { error });
      }
    }));
  }

  /** Of the last `days` days, today included, the newest first; what this instance counted is written first. */
  async read(workspaceId: string, days: number): Promise<Pick<CacheStats, "days" | "total">> {
    await this.flush();
    const byDay = new Map<string, CacheTally>();
    const from = dayOf(this.#ctx.clock.now() - (days - 1) * DAY_MS);
    const range = {
      start: tallyKey(workspaceId, from),
      end: tallyKey(workspaceId, dayOf(this.#ctx.clock.now() + DAY_MS)),
    };
    for await (const { key, value } of this.#ctx.kv.list<number>(range)) {
      const [, , , day, name] = key as unknown as [string, string, string, string, Name];
      byDay.set(day, { ...(byDay.get(day) ?? NONE), [name]: value });
    }
    const list = [...byDay].map(([day, tally]) => ({ day, ...tally })).reverse();
    const total = { ...NONE };
    for (const { day: _day, ...tally } of list) {
      for (const name of Object.keys(NONE) as Name[]) total[name] += tally[name];
    }
    return { days: list, total };
  }
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
