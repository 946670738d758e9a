/** A page's clock in the server's time: what counts down must not hang on the reader's clock. */
import { type Signal, signal } from "@preact/signals";
import { createContext } from "preact";
import { useContext } from "preact/hooks";

const SECOND_MS = 1_000;

/** `nowMs` is the server's time when the page was made; the first render shows exactly that. */
export function serverClock(nowMs: number): Signal<number> {
  return signal(nowMs);
}

/** Ticks every second while the page is seen; returns what stops it. */
export function runClock(clock: Signal<number>): () => void {
  const skewMs = clock.peek() - Date.now();
  const tick = () => {
    if (!document.hidden) clock.value = Date.now() + skewMs;
  };
  const timer = setInterval(tick, SECOND_MS);
  document.addEventListener("visibilitychange", tick);
  return () => {
    clearInterval(timer);
    document.removeEventListener("visibilitychange", tick);
  };
}

/** The page's clock, for what shows times anywhere on it. */
export const ClockContext = createContext<Signal<number> | null>(null);

/** The server's time now, in ms; who asks renders again every second. */
export function useNow(): number {
  const clock = useContext(ClockContext);
  if (!clock) throw new Error("A time stands outside ClockContext");
  return clock.value;
}
