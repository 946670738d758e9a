/**
 * A minute that slides: what passed in the present minute and the share of the one before that still lies within 60 s.
 * It never lets more than the limit pass in any clock minute, and treats a burst across two minutes as one. Pure.
 */

export const WINDOW_MS = 60_000;

export interface Passed {
  requests: number;
  tokens: number;
}

/** Two minutes of one process, or of several added up. */
export interface Minutes {
  /** Epoch ms / 60 000. */
  minute: number;
  now: Passed;
  before: Passed;
}

export type Unit = keyof Passed;

export function newMinutes(nowMs: number): Minutes {
  return { minute: minuteOf(nowMs), now: nothing(), before: nothing() };
}

/** Brings it to the present minute. */
export function turn(minutes: Minutes, nowMs: number): Minutes {
  const minute = minuteOf(nowMs);
  if (minute <= minutes.minute) return minutes;
  minutes.before = minute === minutes.minute + 1 ? minutes.now : nothing();
  minutes.now = nothing();
  minutes.minute = minute;
  return minutes;
}

/** Adds another process's two minutes, as far as they are among these. */
export function addMinutes(into: Minutes, from: Minutes): void {
  const age = into.minute - from.minute;
  if (age === 0) add(into.before, from.before);
  if (age === 0) add(into.now, from.now);
  if (age === 1) add(into.before, from.now);
}

/** Corrects what was counted in a minute, if it still counts. */
export function correct(minutes: Minutes, minute: number, tokens: number): void {
  const passed = minute === minutes.minute
    ? minutes.now
    : minute === minutes.minute - 1
    ? minutes.before
    : null;
  if (passed) passed.tokens = Math.max(0, passed.tokens + tokens);
}

export function used(minutes: Minutes, unit: Unit, nowMs: number): number {
  return minutes.now[unit] + minutes.before[unit] * leftMs(nowMs) / WINDOW_MS;
}

/** Ms until `more` fits under the limit; 0: now; Infinity: never. */
export function waitMs(
  minutes: Minutes,
  unit: Unit,
  nowMs: number,
  more: number,
  limit: number,
): number {
  const room = limit - more;
  if (room < 0) return Infinity;
  const now = minutes.now[unit];
  const before = minutes.before[unit];
  const left = leftMs(nowMs);
  // In whole numbers: what fits must not depend on how a quotient is rounded.
  if (now * WINDOW_MS + before * left <= room * WINDOW_MS) return 0;
  // Within this minute, when enough of the one before has passed out of the window.
  if (now <= room) return left - Math.floor((room - now) * WINDOW_MS / before);
  // In the next minute this one is the one before.
  return left + WINDOW_MS - Math.floor(room * WINDOW_MS / now);
}

export function minuteOf(ms: number): number {
  return Math.floor(ms / WINDOW_MS);
}

/** Of the present minute. */
export function leftMs(nowMs: number): number {
  return WINDOW_MS - nowMs % WINDOW_MS;
}

function nothing(): Passed {
  return { requests: 0, tokens: 0 };
}

function add(into: Passed, from: Passed): void {
  into.requests += from.requests;
  into.tokens += from.tokens;
}
