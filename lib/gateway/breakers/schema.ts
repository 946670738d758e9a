/** Breakers: one for each provider and model, shared by all instances. Browser-safe. */
import { z } from "zod";

export const breakersSettings = z.strictObject({
  /** False: they are counted and shown, and let everything through. */
  enabled: z.boolean().default(true),
  /** Failures in a row that open one. */
  failures: z.int().min(1).max(1_000).default(5),
  /** Failures further apart than this are not in a row. */
  windowMs: z.int().min(100).max(86_400_000).default(60_000),
  /** Until one call may try again; doubles with each failed try. */
  openMs: z.int().min(10).max(86_400_000).default(15_000),
  openMaxMs: z.int().min(10).max(86_400_000).default(300_000),
});
export type BreakersSettings = z.infer<typeof breakersSettings>;

export type BreakerState = "closed" | "open" | "half_open";

export interface BreakerView {
  readonly provider: string;
  readonly model: string;
  readonly state: BreakerState;
  /** In a row. */
  readonly failures: number;
  /** Of the last failure. */
  readonly reason?: string;
  /** Epoch ms. */
  readonly changedAt?: number;
  /** When an open one lets the next call try. */
  readonly retryAt?: number;
}
