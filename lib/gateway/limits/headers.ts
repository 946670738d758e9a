/**
 * What a caller is told of its rates: `RateLimit` and `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers-11),
 * and the `x-ratelimit-*` that OpenAI's clients read. Pure.
 */
import type { RateLimits } from "./schema.ts";

export interface RateState {
  /** Absent where there is no such limit. */
  readonly requests?: number;
  readonly tokens?: number;
  readonly concurrent?: number;
  /** Until the present minute is over; of a refusal, until it can pass. */
  readonly resetMs: number;
}

export function rateHeaders(limits: RateLimits, left: RateState): Record<string, string> {
  const { requestsPerMinute, tokensPerMinute, concurrent } = limits;
  const seconds = Math.max(1, Math.ceil(left.resetMs / 1_000));
  const policies: string[] = [];
  const states: string[] = [];
  const headers: Record<string, string> = {};
  const windowed = (name: "requests" | "tokens", limit: number, unit: string) => {
    const rest = Math.max(0, Math.floor(left[name] ?? 0));
    policies.push(`"${name}";q=${limit};w=60${unit}`);
    states.push(`"${name}";r=${rest};t=${seconds}`);
    headers[`x-ratelimit-limit-${name}`] = String(limit);
    headers[`x-ratelimit-remaining-${name}`] = String(rest);
    headers[`x-ratelimit-reset-${name}`] = duration(left.resetMs);
  };
  if (requestsPerMinute !== undefined) windowed("requests", requestsPerMinute, "");
  if (tokensPerMinute !== undefined) windowed("tokens", tokensPerMinute, ';qu="tokens"');
  if (concurrent !== undefined) {
    policies.push(`"concurrent";q=${concurrent};qu="concurrent-requests"`);
    states.push(`"concurrent";r=${Math.max(0, left.concurrent ?? 0)}`);
  }
  if (policies.length === 0) return headers;
  headers["ratelimit-policy"] = policies.join(", ");
  headers["ratelimit"] = states.join(", ");
  return headers;
}

/** As OpenAI writes it: `120ms`, `6.5s`, `1m0s`. */
function duration(ms: number): string {
  const whole = Math.max(0, Math.ceil(ms));
  if (whole < 1_000) return `${whole}ms`;
  const minutes = Math.floor(whole / 60_000);
  const seconds = Math.round((whole % 60_000) / 100) / 10;
  return minutes > 0 ? `${minutes}m${Math.floor(seconds)}s` : `${seconds}s`;
}
