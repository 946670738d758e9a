/** Whether and when an effect is tried again: by error class, exponential with jitter, bounded. Pure. */
import type { AppError, ErrorCode } from "../../kernel/core/errors.ts";

export interface RetryPolicy {
  /** Attempts in all, the first included. */
  readonly attempts: number;
  readonly baseMs: number;
  readonly maxMs: number;
  /** A provider that asks for longer than this is not waited for. */
  readonly retryAfterMaxMs: number;
}

export const DEFAULT_RETRY: RetryPolicy = {
  attempts: 4,
  baseMs: 500,
  maxMs: 20_000,
  retryAfterMaxMs: 120_000,
};

export type RetryDecision =
  | { readonly kind: "retry"; readonly delayMs: number }
  | { readonly kind: "give_up"; readonly reason: string };

/**
 * `attempt` is the one that just failed, from 1; `random` in [0, 1). Half of the delay is jitter, so
 * that many runs refused at once do not come back at once; Retry-After is a floor.
 */
export function decideRetry(
  error: AppError,
  attempt: number,
  policy: RetryPolicy,
  random: number,
): RetryDecision {
  if (!error.retryable) return { kind: "give_up", reason: `${error.code} is not retryable` };
  if (attempt >= policy.attempts) {
    return { kind: "give_up", reason: `gave up after ${attempt} attempts` };
  }
  const asked = error.retryAfterMs ?? 0;
  if (asked > policy.retryAfterMaxMs) {
    return { kind: "give_up", reason: `asked to wait ${asked} ms` };
  }
  const ceiling = Math.min(policy.maxMs, policy.baseMs * 2 ** (attempt - 1));
  const delayMs = Math.round(ceiling / 2 + random * ceiling / 2);
  return { kind: "retry", delayMs: Math.max(delayMs, asked) };
}

/** Refusals: whoever answers so did nothing. */
const REFUSALS: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  "invalid_input",
  "unauthorized",
  "forbidden",
  "not_found",
  "payload_too_large",
  "rejected",
  "rate_limited",
]);

/**
 * Errors that prove that a non-idempotent effect did not happen; any other leaves it open. A tool that knows
 * says so itself: `data.outcomeUnknown`, or the `data.status` of an answer that refused.
 */
export function provesNothingHappened(error: AppError): boolean {
  const { outcomeUnknown, status } = error.data ?? {};
  if (typeof outcomeUnknown === "boolean") return !outcomeUnknown;
  return REFUSALS.has(error.code) || typeof status === "number" && status >= 400 && status < 500;
}
