/** When the next attempt is made and how long it may take. Pure. */
import type { CallsSettings } from "./schema.ts";

/**
 * When an attempt that begins now must have begun its answer: half of what is left, so that another model
 * still has a chance; all of it for the last one.
 */
export function sliceEnd(now: number, deadlineAt: number, candidatesAfter: number): number {
  return candidatesAfter === 0 ? deadlineAt : now + (deadlineAt - now) / 2;
}

export interface RetryTerms {
  /** Attempts at this model so far, from 1. */
  readonly attempt: number;
  readonly retries: number;
  readonly retryAfterMs: number | undefined;
  /** Until the slice ends. */
  readonly leftMs: number;
  /** In [0, 1). */
  readonly random: number;
}

/** The wait before the same model is asked again, or null: not worth it. Half is jitter; Retry-After is a floor. */
export function decideWait(
  terms: RetryTerms,
  settings: Pick<CallsSettings, "retryBaseMs" | "retryMaxMs" | "retryAfterMaxMs">,
): number | null {
  if (terms.attempt > terms.retries) return null;
  const asked = terms.retryAfterMs ?? 0;
  if (asked > settings.retryAfterMaxMs) return null;
  const ceiling = Math.min(settings.retryMaxMs, settings.retryBaseMs * 2 ** (terms.attempt - 1));
  const waitMs = Math.max(asked, Math.round(ceiling / 2 + terms.random * ceiling / 2));
  return waitMs < terms.leftMs ? waitMs : null;
}
