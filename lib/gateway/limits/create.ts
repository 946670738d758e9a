/**
 * Rates of keys and providers. One process counts exactly, in memory. Several that share a store tell each other what
 * they let pass every `shareMs`: together they may exceed a limit by what the others let pass since they last spoke.
 */
import type { Usage } from "../../agents/model.ts";
import type { AppContext } from "../../kernel/context.ts";
import { AppError } from "../../kernel/core/errors.ts";
import type { Key } from "../../kernel/kv/mod.ts";
import { rateKey } from "./keys.ts";
import { type Hindrance, Meter, type ToldRate } from "./meter.ts";
import type { LimitsSettings, RateLimits } from "./schema.ts";
import { WINDOW_MS } from "./window.ts";

export type LimitsContext = Pick<AppContext, "kv" | "clock" | "log">;

/** The part of a call that rates look at. */
export interface LimitedCall {
  readonly workspaceId: string;
  readonly caller: { readonly id: string; readonly keyId?: string };
}

interface WithLimits {
  readonly limits: LimitsSettings;
}

export interface Admitted {
  readonly kind: "admitted";
  readonly headers: Readonly<Record<string, string>>;
  /** The call is over; null: nothing was used. */
  done(usage: Usage | null): void;
}

export interface Limits {
  /**
   * The caller's own rates, `tokens` at the worst case. Throws `rate_limited` with `data.headers`; without
   * `retryAfterMs` it can never pass.
   */
  enter(call: LimitedCall, tokens: number, settings: WithLimits): Admitted;
  enterProvider(
    call: LimitedCall,
    provider: string,
    tokens: number,
    settings: WithLimits,
  ): Admitted | { readonly kind: "busy"; readonly retryAfterMs: number };
  /** Tells the others and hears them, now: for those who cannot wait for the next time. */
  share(): Promise<void>;
  close(): void;
}

interface Metered {
  readonly meter: Meter;
  readonly workspaceId: string;
  readonly kind: "key" | "provider";
  readonly id: string;
}

const FREE: Admitted = { kind: "admitted", headers: {}, done() {} };
/** Above any share of one minute that is still worth hearing. */
const KEPT_MS = 2 * WINDOW_MS;
const METERS_MAX = 10_000;

class SharedLimits implements Limits {
  readonly #ctx: LimitsContext;
  readonly #meters = new Map<string, Metered>();
  #cancel: (() => void) | null = null;
  #sharing: Promise<void> | null = null;
  #closed = false;

  constructor(ctx: LimitsContext) {
    this.#ctx = ctx;
  }

  enter({ workspaceId, caller }: LimitedCall, tokens: number, settings: WithLimits): Admitted {
    const { keys, eachKey, shareMs } = settings.limits;
    const id = caller.keyId ?? caller.id;
    const limits = keys[id] ?? eachKey;
    if (isFree(limits)) return FREE;
    const meter = this.#meter(workspaceId, "key", id, shareMs);
    const hindrance = meter.hindrance(limits, tokens);
    if (hindrance) throw refusal(id, limits, hindrance, meter.headers(limits, hindrance));
    const over = meter.enter(tokens);
    return admitted(meter.headers(limits, null), over);
  }

  enterProvider(
    { workspaceId }: LimitedCall,
    provider: string,
    tokens: number,
    settings: WithLimits,
  ): Admitted | { readonly kind: "busy"; readonly retryAfterMs: number } {
    const { providers, eachProvider, shareMs } = settings.limits;
    const limits = providers[provider] ?? eachProvider;
    if (isFree(limits)) return FREE;
    const meter = this.#meter(workspaceId, "provider", provider, shareMs);
    const hindrance = meter.hindrance(limits, tokens);
    if (hindrance) {
      return { kind: "busy", retryAfterMs: Math.min(WINDOW_MS, Math.ceil(hindrance.waitMs)) };
    }
    return admitted({}, meter.enter(tokens));
  }

  share(): Promise<void> {
    if (this.#ctx.kv.exclusive || this.#meters.size === 0) return Promise.resolve();
    return this.#sharing ??= this.#share().finally(() => this.#sharing = null);
  }

  close(): void {
    this.#closed = true;
    this.#cancel?.();
  }

  #meter(workspaceId: string, kind: Metered["kind"], id: string, shareMs: number): Meter {
    const name = `${workspaceId}/${kind}/${id}`;
    let metered = this.#meters.get(name);
    if (!metered) {
      if (this.#meters.size >= METERS_MAX) this.#forgetIdle();
      metered = { meter: new Meter(this.#ctx.clock), workspaceId, kind, id };
      this.#meters.set(name, metered);
    }
    if (!this.#ctx.kv.exclusive) this.#shareLater(shareMs);
    return metered.meter;
  }

  #forgetIdle(): void {
    for (const [name, { meter }] of this.#meters) if (meter.isIdle) this.#meters.delete(name);
  }

  #shareLater(ms: number): void {
    if (this.#cancel || this.#closed) return;
    this.#cancel = this.#ctx.clock.timer(ms, () => {
      this.#cancel = null;
      this.share().catch((error) =>
        this.#ctx.log.warn("rates not shared", { error: String(error) })
      ).finally(() => {
        this.#forgetIdle();
        if (this.#meters.size > 0) this.#shareLater(ms);
      });
    });
  }

  async #share(): Promise<void> {
    const { kv } = this.#ctx;
    for (const some of inParts([...this.#meters.values()], 100)) {
      const set = kv.writeSet("rates");
      for (const { meter, workspaceId, kind, id } of some) {
        const key = rateKey(workspaceId, kind, id, kv.storeId);
        set.set(key, meter.tell(KEPT_MS), { expireIn: KEPT_MS });
      }
      await kv.submit(set);
      await Promise.all(some.map((metered) => this.#hear(metered)));
    }
  }

  async #hear({ meter, workspaceId, kind, id }: Metered): Promise<void> {
    const { kv } = this.#ctx;
    const told: ToldRate[] = [];
    const prefix: Key = rateKey.prefix(workspaceId, kind, id);
    for await (const { key, value } of kv.list<ToldRate>({ prefix })) {
      if (key.at(-1) !== kv.storeId) told.push(value);
    }
    meter.hear(told);
  }
}

function admitted(
  headers: Readonly<Record<string, string>>,
  over: (usedTokens: number) => void,
): Admitted {
  return {
    kind: "admitted",
    headers,
    done: (usage) => over(usage ? usage.inputTokens + usage.outputTokens : 0),
  };
}

function isFree(limits: RateLimits): boolean {
  return limits.requestsPerMinute === undefined && limits.tokensPerMinute === undefined &&
    limits.concurrent === undefined;
}

function refusal(
  id: string,
  limits: RateLimits,
  { policy, waitMs }: Hindrance,
  headers: Record<string, string>,
): AppError {
  const limit = policy === "requests"
    ? `${limits.requestsPerMinute} requests a minute`
    : policy === "tokens"
    ? `${limits.tokensPerMinute} tokens a minute`
    : `${limits.concurrent} calls at once`;
  const never = waitMs === Infinity;
  return new AppError("rate_limited", {
    detail: never
      ? `This call alone is more than the limit of "${id}", ${limit}; ask for fewer tokens`
      : `The limit of "${id}" is reached: ${limit}; try again in ${Math.ceil(waitMs / 1_000)} s`,
    data: { headers, violatedPolicies: [policy] },
    ...(never ? { retryable: false } : { retryAfterMs: Math.ceil(waitMs) }),
  });
}

function inParts<T>(all: readonly T[], size: number): T[][] {
  const parts: T[][] = [];
  for (let i = 0; i < all.length; i += size) parts.push(all.slice(i, i + size));
  return parts;
}

export function createLimits(ctx: LimitsContext): Limits {
  return new SharedLimits(ctx);
}
