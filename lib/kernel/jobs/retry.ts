/** Whether and when a failed job runs again. Pure. */
import { AppError, type ErrorCode } from "../core/errors.ts";

export interface RetryPolicy {
  /** Runs in all, the first included. */
  readonly attempts: number;
  readonly baseMs: number;
  readonly maxMs: number;
  /** Share of the delay that is random, 0 to 1. */
  readonly jitter: number;
}

export const DEFAULT_RETRY: RetryPolicy = { attempts: 6, baseMs: 250, maxMs: 60_000, jitter: 0.3 };

export type RetryDecision =
  | { readonly kind: "retry"; readonly delayMs: number }
  | { readonly kind: "dead"; readonly reason: "attempts" | "not_retryable" };

/** Codes whose request cannot succeed by being repeated; unknown errors may. */
const HOPELESS: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  "invalid_input",
  "unauthorized",
  "forbidden",
  "not_found",
  "gone",
  "payload_too_large",
  "nondeterministic_agent",
]);

/** Until the store is asked again for what must not be lost, 1 s to 30 s; `attempt` counts from 0. */
export function persistMs(attempt: number): number {
  return Math.min(30_000, 1_000 * 2 ** attempt);
}

/** `attempt` counts from 1; `random` is in [0, 1). A delay the error asks for is a lower bound. */
export function decideRetry(
  policy: RetryPolicy,
  attempt: number,
  error: unknown,
  random: number,
): RetryDecision {
  if (error instanceof AppError && HOPELESS.has(error.code)) {
    return { kind: "dead", reason: "not_retryable" };
  }
  if (attempt >= policy.attempts) return { kind: "dead", reason: "attempts" };
  const exponential = Math.min(policy.maxMs, policy.baseMs * 2 ** (attempt - 1));
  const delay = exponential * (1 - policy.jitter * random);
  const asked = error instanceof AppError ? error.retryAfterMs ?? 0 : 0;
  return { kind: "retry", delayMs: Math.round(Math.max(delay, asked)) };
}
