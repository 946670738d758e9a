/** One key's or provider's rate as this process knows it: its own calls exactly, others' as they were told last. */
import type { Clock } from "../../kernel/core/clock.ts";
import { rateHeaders } from "./headers.ts";
import type { RateLimits } from "./schema.ts";
import {
  addMinutes,
  correct,
  leftMs,
  type Minutes,
  newMinutes,
  turn,
  used,
  waitMs,
  WINDOW_MS,
} from "./window.ts";

/** What a process tells the others. */
export interface ToldRate {
  readonly v: 1;
  readonly minutes: Minutes;
  readonly running: number;
  /** Epoch ms; its running calls are over or forgotten then. */
  readonly until: number;
}

/** Which limit keeps a call out, and how long. */
export interface Hindrance {
  readonly policy: "requests" | "tokens" | "concurrent";
  /** Infinity: it never fits. */
  readonly waitMs: number;
}

/** A place becomes free when a call ends, and nobody knows when that is. */
const CONCURRENT_WAIT_MS = 1_000;

export class Meter {
  readonly #clock: Clock;
  readonly #own: Minutes;
  #others: { minutes: Minutes; running: number } | null = null;
  #running = 0;
  /** Epoch ms. */
  usedAt = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#own = newMinutes(clock.now());
  }

  get isIdle(): boolean {
    return this.#running === 0 && this.#clock.now() - this.usedAt > 2 * WINDOW_MS;
  }

  hindrance(limits: RateLimits, tokens: number): Hindrance | null {
    const now = this.#clock.now();
    const { requestsPerMinute, tokensPerMinute, concurrent } = limits;
    if (concurrent !== undefined && this.#allRunning() >= concurrent) {
      return { policy: "concurrent", waitMs: CONCURRENT_WAIT_MS };
    }
    if (requestsPerMinute === undefined && tokensPerMinute === undefined) return null;
    const all = this.#all(now);
    const requests = requestsPerMinute === undefined
      ? 0
      : waitMs(all, "requests", now, 1, requestsPerMinute);
    const forTokens = tokensPerMinute === undefined
      ? 0
      : waitMs(all, "tokens", now, tokens, tokensPerMinute);
    if (requests === 0 && forTokens === 0) return null;
    return requests >= forTokens
      ? { policy: "requests", waitMs: requests }
      : { policy: "tokens", waitMs: forTokens };
  }

  /** Counts a call; the answer ends it, with the tokens it used. */
  enter(tokens: number): (usedTokens: number) => void {
    const now = this.#clock.now();
    const own = turn(this.#own, now);
    const { minute } = own;
    own.now.requests++;
    own.now.tokens += tokens;
    this.#running++;
    this.usedAt = now;
    let over = false;
    return (usedTokens) => {
      if (over) return;
      over = true;
      this.#running--;
      this.usedAt = this.#clock.now();
      if (!Number.isSafeInteger(usedTokens) || usedTokens < 0) return;
      correct(turn(this.#own, this.usedAt), minute, usedTokens - tokens);
    };
  }

  headers(limits: RateLimits, hindrance: Hindrance | null): Record<string, string> {
    const now = this.#clock.now();
    const all = this.#all(now);
    const { requestsPerMinute, tokensPerMinute, concurrent } = limits;
    return rateHeaders(limits, {
      requests: (requestsPerMinute ?? 0) - used(all, "requests", now),
      tokens: (tokensPerMinute ?? 0) - used(all, "tokens", now),
      concurrent: (concurrent ?? 0) - this.#allRunning(),
      resetMs: hindrance && hindrance.waitMs < Infinity ? hindrance.waitMs : leftMs(now),
    });
  }

  tell(keptMs: number): ToldRate {
    const now = this.#clock.now();
    return { v: 1, minutes: turn(this.#own, now), running: this.#running, until: now + keptMs };
  }

  hear(told: readonly ToldRate[]): void {
    const now = this.#clock.now();
    const minutes = newMinutes(now);
    let running = 0;
    for (const one of told) {
      addMinutes(minutes, one.minutes);
      if (one.until > now) running += one.running;
    }
    this.#others = { minutes, running };
  }

  #all(now: number): Minutes {
    const own = turn(this.#own, now);
    if (!this.#others) return own;
    const all: Minutes = { minute: own.minute, now: { ...own.now }, before: { ...own.before } };
    addMinutes(all, turn(this.#others.minutes, now));
    return all;
  }

  #allRunning(): number {
    return this.#running + (this.#others?.running ?? 0);
  }
}
