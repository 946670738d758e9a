/**
 * A few milliseconds from now, by one timer for all runs: what nobody waits for is committed together
 * with what follows it.
 */
import type { Clock } from "../../kernel/core/clock.ts";
import type { Turn } from "./macrotask.ts";

const SOON_MS = 4;

const waiting = new WeakMap<Clock, Turn[]>();

export function soon(clock: Clock, turn: Turn): void {
  const queued = waiting.get(clock);
  if (queued) {
    queued.push(turn);
    return;
  }
  const turns = [turn];
  waiting.set(clock, turns);
  clock.timer(SOON_MS, () => {
    waiting.delete(clock);
    for (const next of turns) next.onTurn();
  });
}
