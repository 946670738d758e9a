/** The part of `@std/ulid` the code uses, over npm `ulid`. Moving to JSR is one line in deno.json. */
import { decodeTime as decode, monotonicFactory, ulid as next } from "ulid";

const monotonic = monotonicFactory();

export function ulid(seedTime?: number): string {
  return next(seedTime);
}

export function monotonicUlid(seedTime?: number): string {
  return monotonic(seedTime);
}

export function decodeTime(value: string): number {
  return decode(value);
}
